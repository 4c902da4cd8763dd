"""Reads a finished release, and refuses it where anything stands in it that must not get out."""
