"""The outcomes: what was found, in words, figures and tables."""
