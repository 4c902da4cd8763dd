"""What the paper says first: its headlines."""
