"""A matched cohort: whether the intervention changed its patients' hospital use."""
