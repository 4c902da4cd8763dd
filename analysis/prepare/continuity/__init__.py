"""Contacts become continuity of care."""
