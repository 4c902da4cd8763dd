"""What may be told: the one boundary between exact results and all that is printed."""
