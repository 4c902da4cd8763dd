"""What the published evaluations say together."""
