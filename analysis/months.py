"""Months, written 2009-04, as whole numbers that can be counted with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def month_number(month: str) -> int:
    """Months since year 0 of a month such as 2009-04."""
    return 12 * int(month[:4]) + int(month[5:])


def month_count(first: str, last: str) -> int:
    """How many months there are from one to another, both among them."""
    return month_number(last) - month_number(first) + 1


def month_text(number: int) -> str:
    """The inverse of :func:`month_number`."""
    return f"{(number - 1) // 12:04}-{(number - 1) % 12 + 1:02}"


def month_numbers(months: "pd.Series[str]") -> "pd.Series[float]":
    """The same for a column, so that differences are whole months; an empty cell is missing."""
    return months.map({month: month_number(month) for month in months.dropna().unique() if month}).astype(float)


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def month_words(month: str) -> str:
    """``2007-04`` as ``April 2007``."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"
