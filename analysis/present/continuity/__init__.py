"""Continuity of care: figures and tables."""
