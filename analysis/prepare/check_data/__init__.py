"""What `make check-data` tells: every fault, and every value that looks like a slip."""
