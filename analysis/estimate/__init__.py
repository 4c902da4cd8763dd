"""Stage 3: models write rows of the one table of estimates."""
