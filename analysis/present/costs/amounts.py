"""Pounds as they print: as exactly as their interval bears."""

from math import floor, log10
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def pounds(value: float, unit: int = 1) -> str:
    """Pounds with a sign, rounded to so many pounds."""
    rounded = unit * round(value / unit)
    sign = "" if rounded == 0 else "+" if value > 0 else "\N{MINUS SIGN}"
    return f"{sign}£{abs(rounded):,.0f}"


def amount_text(row: "pd.Series[Any]") -> str:
    """What a row of costs comes to, with a sign, as exactly as its interval bears."""
    return pounds(row["estimate"], borne(row))


def size(row: "pd.Series[Any]") -> str:
    """The same without sign."""
    return amount_text(row).lstrip("+\N{MINUS SIGN}")


def interval_text(row: "pd.Series[Any]") -> str:
    """The interval of a row of costs, as exactly as it bears."""
    return f"{pounds(row['ci_low'], borne(row))} to {pounds(row['ci_high'], borne(row))}"


def borne(row: "pd.Series[Any]") -> int:
    """To how many pounds a row is rounded: two digits of half its interval, finer where an end would become nought."""
    ends = [float(row[key]) for key in ("ci_low", "ci_high", "estimate")]
    half = (ends[1] - ends[0]) / 2
    unit = 10 ** max(0, floor(log10(half)) - 1) if half >= 1 else 1
    while unit > 1 and any(round(each) and not round(each / unit) for each in ends):
        unit //= 10
    return unit
