"""What few clusters can tell, and many outcomes at once."""
