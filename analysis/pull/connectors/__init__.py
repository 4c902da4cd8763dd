"""One small class per source of open data, behind one interface."""
