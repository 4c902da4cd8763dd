"""A release: its version, what it changes, and how it is announced."""
