"""The judgements that everything after it reads."""
