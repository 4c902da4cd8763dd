"""Hospital records become spells, attendances and counts."""
