"""What a writer may have meant by a name that is not there."""

from collections.abc import Collection
from difflib import get_close_matches


def instead(name: str, known: Collection[str]) -> str:
    """What to write in its place: the nearest of the names that are there, or one of all."""
    near = get_close_matches(name, known, n=1, cutoff=0.75)
    return f"write `{near[0]}`" if near else f"use one of: {', '.join(sorted(known))}"
