"""What stands around every command: its arguments from a file, failures as sentences, drafts that are swept away."""
