"""The patients of the reference pilots' matched-cohort study."""
