"""Uncertainty told in other ways."""
