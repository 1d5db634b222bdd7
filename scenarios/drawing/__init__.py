"""How a picture of the lab is drawn: text measured without a font, and the diagrams of the lessons."""
