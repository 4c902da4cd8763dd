"""The panel of practices by month, and the survey."""
