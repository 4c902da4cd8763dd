"""Bounds of effects whose assumptions may fail; nothing here knows a study."""
