"""Other designs: sites that start at different times, synthetic controls, each site against its own past."""
