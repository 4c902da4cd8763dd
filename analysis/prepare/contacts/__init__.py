"""Contacts at general practices: read, judged by the rules of the study, and written as numbers."""
