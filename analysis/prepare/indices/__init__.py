"""Indices of continuity of care: compiled loops over contacts as numbers."""
