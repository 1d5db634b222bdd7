"""Teams, as browsers see them."""
