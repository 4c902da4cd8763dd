"""Downloads: politely, within limits, whole or not at all."""
