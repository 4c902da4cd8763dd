"""What may have been meant by a name that nobody knows."""

import re
from collections.abc import Iterable
from difflib import get_close_matches


def closest_name(name: str, names: Iterable[str]) -> str:
    """The one of some names that is most like another, both bare; empty where none is like it."""
    plain = {bare(each): each for each in names}
    close = get_close_matches(bare(name), plain, n=1)
    return plain[close[0]] if close else ""


def bare(name: str) -> str:
    """A name without capitals, blanks and signs."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
