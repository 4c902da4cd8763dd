"""A study file for somebody's own data, proposed from what the data hold."""
