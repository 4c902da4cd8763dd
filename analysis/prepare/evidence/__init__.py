"""Published evidence, and what stands beside our estimates."""
