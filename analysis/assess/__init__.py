"""Stage 4: the five tests are read from that table."""
