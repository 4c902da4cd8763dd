"""Questions to open practice-level data."""
