"""The reference pilots' practices, activity and survey, with a written truth."""
