"""Would it survive a sceptic? Checks, groups, single practices, all combinations of choices."""
