"""Suppression and rounding of counts of people, applied once, where results leave for a reader."""

SUPPRESS_MAX = 7
ROUND_BASE = 5
MARK = "*"


def rounded(count: int, suppress_max: int = SUPPRESS_MAX, base: int = ROUND_BASE) -> int | None:
    """A count of people as a number that may be shown; None where it is hidden. See :func:`protected`."""
    if count < 0:
        raise ValueError(f"a count of people cannot be {count}")
    if 0 < count <= suppress_max:
        return None
    return base * ((2 * count + base) // (2 * base))


def protected(count: int, suppress_max: int = SUPPRESS_MAX, base: int = ROUND_BASE) -> str:
    """A count of people as it may be shown.

    Parameters
    ----------
    count : int
        The exact count; negative counts are an error.
    suppress_max : int
        Counts from 1 up to this one are hidden.
    base : int
        All others are rounded to the nearest multiple of this.

    Returns
    -------
    str
        ``0`` for none, ``*`` for a hidden count, else the rounded count with commas. OpenSAFELY's output rules, too,
        redact statistics on 7 people or fewer and round other counts to the nearest 5.
    """
    shown = rounded(count, suppress_max, base)
    return MARK if shown is None else f"{shown:,}"
