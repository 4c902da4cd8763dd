"""Would it survive a sceptic? Checks, curves and groups."""
