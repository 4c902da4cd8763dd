"""The persons of an experiment, and what was published of its arms."""
