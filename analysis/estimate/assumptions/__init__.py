"""How wrong an assumption would have to be: trends that differ, and confounders."""
