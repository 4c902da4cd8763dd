"""The same outcome by every design."""
