"""Stage 5: figures, tables and numbers for the paper."""
