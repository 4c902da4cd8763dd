"""Standard errors, intervals and tests with clusters; nothing here knows a study."""
