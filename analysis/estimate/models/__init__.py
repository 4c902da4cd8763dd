"""Models by the names that a study gives them, and what they share: a fitted model, and its effect as rows."""
