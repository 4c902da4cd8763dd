"""Tables of events, one row per episode, attendance or contact: read, checked, and none vanishes."""
