"""Whether intervals keep what they promise, where the truth is known."""
