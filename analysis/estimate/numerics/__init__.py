"""Numerics that know nothing of a study: fits, errors, weights, bounds."""
