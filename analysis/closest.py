"""What may have been meant by a name that nobody knows."""

import re
from collections.abc import Iterable
from difflib import get_close_matches


def closest_name(name: str, names: Iterable[str]) -> str:
    """The one of some names that is most like another; empty where none is like it.

    Capitals, and all that is neither a letter nor a digit, do not count.
    """
    plain = {_plain(each): each for each in names}
    close = get_close_matches(_plain(name), plain, n=1)
    return plain[close[0]] if close else ""


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
