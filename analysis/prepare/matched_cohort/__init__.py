"""The patients of the matched cohort, month by month."""
