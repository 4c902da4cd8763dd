"""The five tests: the map from tests to evidence, and the table of readings."""
