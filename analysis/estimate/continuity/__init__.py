"""Whether the pilots changed continuity of care, for whom, and what it is worth."""
