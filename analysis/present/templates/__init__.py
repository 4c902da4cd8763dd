"""Sections of the paper are templates: what they may say, how a value prints and cites itself, and their phrases."""
