"""How wrong an assumption would have to be."""
