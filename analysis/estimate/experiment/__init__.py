"""What an experiment did."""
