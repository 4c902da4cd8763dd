"""Stage 1: data sets arrive and are verified against the register."""
