"""Whether intervals and tests keep what they promise where the truth is known."""
