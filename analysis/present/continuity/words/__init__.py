"""Continuity of care: the words."""
