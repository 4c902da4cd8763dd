"""What stands in a source's cells: numbers with commas and pounds, marks for what is missing, dates in five forms."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analysis.steps import Problem

if TYPE_CHECKING:
    import pandas as pd

Unit = Literal["number", "percent", "fraction"]

# What the sources write where there is no number. Text that is none of these is an error, not a missing value.
MISSING = {"", "-", "/", "*", ":", ".", "..", "n/a", "na", "#n/a", "null", "nan", "nd", "not available", "suppressed"}
DATES = ("%Y%m%d", "%Y-%m-%d", "%d/%m/%Y", "%d%b%Y", "%d-%b-%Y", "%Y-%m-%d %H:%M:%S")


def numbers(text: "pd.Series[str]", column: str, path: Path) -> "pd.Series[float]":
    """Numbers from text: commas, pound and per cent signs are left out, brackets make a negative.

    Parameters
    ----------
    text : Series
        The cells; the index is the place in the file, 0 for the first row.
    column, path : str, Path
        For the message.

    Raises
    ------
    Problem
        When a cell is neither a number nor a known mark for a missing one.
    """
    import numpy as np
    import pandas as pd

    plain = text.str.strip().str.replace(r"[£,%\s]", "", regex=True).str.replace(r"^\((.*)\)$", r"-\1", regex=True)
    unknown = text.str.strip().str.casefold().isin(MISSING) | (plain == "")
    values = pd.to_numeric(plain.where(~unknown, "nan"), errors="coerce")
    values = values.where(np.isfinite(values))
    wrong = values.isna() & ~unknown
    if wrong.any():
        raise Problem(
            f"{path} has {wrong.sum()} cell(s) in {column} that are no number: {text[wrong].iloc[0]!r} "
            f"(line {', '.join(str(row + 2) for row in text.index[wrong][:10])}).",
            "if the source marks missing values so, add the mark to analysis/pull/connectors/cells.py; if the file is "
            "your own, correct the cell, or leave it empty where the value is unknown",
        )
    return values


def shares(values: "pd.Series[float]", column: str, path: Path, unit: Unit | None = None) -> "pd.Series[float]":
    """Shares from 0 to 1, from percentages or from fractions.

    Parameters
    ----------
    values : Series
        Percentages or fractions; negative numbers stand for what was suppressed, and become missing.
    column, path : str, Path
        For the message.
    unit : str, optional
        What they are; where it is not given, the column tells.

    Raises
    ------
    Problem
        When a value lies outside its range.
    """
    valid = values.where(values >= 0)
    # ASSUME: a column of shares that never exceeds 1 holds fractions. Over thousands of practices no percentage that
    # the survey reports stays below 1 per cent everywhere.
    percent = unit == "percent" or (unit is None and bool(valid.max() > 1))
    share = valid / 100 if percent else valid
    if (share > 1).any():
        raise Problem(
            f"{path} has shares above {100 if percent else 1} in {column}: {valid[share > 1].iloc[0]:g} "
            f"(line {valid.index[share > 1][0] + 2}).",
            "check whether the column holds percentages or fractions, and say so with `unit` in the data set's "
            "`parameters`",
        )
    return share


def in_unit(values: "pd.Series[float]", column: str, path: Path, unit: Unit) -> "pd.Series[float]":
    """Numbers as they are, percentages and fractions as shares from 0 to 1."""
    return values if unit == "number" else shares(values, column, path, unit)


def iso_dates(text: "pd.Series[str]", column: str, path: Path, *, required: bool = False) -> "pd.Series[str]":
    """Dates as ``YYYY-MM-DD``, empty where there is none.

    Raises
    ------
    Problem
        When a cell is a date in none of the forms that the sources use, or is empty where a date is required.
    """
    stripped = text.str.strip()
    days = {each: _iso(each) for each in stripped.unique()}
    wrong = [each for each, day in days.items() if day is None or (required and not day)]
    if wrong:
        rows = [row for row, each in stripped.items() if each in wrong]
        raise Problem(
            f"{path} has a date in {column} that cannot be read: {wrong[0]!r} (line {int(str(rows[0])) + 2}).",
            "if the source has a new way of writing dates, add it to analysis/pull/connectors/cells.py",
        )
    return stripped.map(days)


def _iso(text: str) -> str | None:
    if text.casefold() in MISSING:
        return ""
    for form in DATES:
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    return None


def year_of(period: str) -> int | None:
    """The year of a period: 2021 of ``2021``, ``2021/22`` and ``2021-04-01``; None where it names no year."""
    return int(period[:4]) if period[:4].isdecimal() and not period[4:5].isdecimal() else None
