"""An experiment."""
