"""Reference pilots: simulated data with a known truth."""
