"""From what one person handed in to a grading; nbgrader is not known here."""
