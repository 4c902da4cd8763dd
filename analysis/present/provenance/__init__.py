"""Every number has an address, and what could not be estimated has a reason."""
