"""The data contract: raw tables are read and checked, each fault with its file and line."""
