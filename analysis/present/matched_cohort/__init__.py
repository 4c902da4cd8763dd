"""The matched cohort."""
