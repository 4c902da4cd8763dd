"""Published unit costs."""
