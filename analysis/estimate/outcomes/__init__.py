"""Did the pilots change hospital activity? The primary design: difference-in-differences, and its event study."""
