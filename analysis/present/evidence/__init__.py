"""Published evidence."""
