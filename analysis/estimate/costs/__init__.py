"""What the changes in activity cost."""
