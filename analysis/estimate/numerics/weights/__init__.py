"""Weights, matching and balance; nothing here knows a study."""
