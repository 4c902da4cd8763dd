"""Open practice-level data, and the practices that can answer each question."""
