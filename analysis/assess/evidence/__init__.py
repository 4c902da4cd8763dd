"""How certain a body of published evidence is."""
