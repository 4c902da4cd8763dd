"""The five tests, read from the table of estimates."""
