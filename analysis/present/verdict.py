"""Whether a finding survives a check: the words that the primary estimate and the other one choose together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from analysis.estimates import pick, verdict_row
from analysis.wording import Change, changed, signed

if TYPE_CHECKING:
    import pandas as pd

Fate = Literal["survives", "fades", "turns", "stays unclear", "appears", "neither"]
# How far trends may have differed is told of the event study, every other check of the primary design.
CHECKED = ("difference_in_differences", "event_study")
MEANING: dict[Fate, str] = {
    "survives": "The finding survives.",
    "fades": "The finding does not survive: here the interval includes no change.",
    "turns": "The finding does not survive: here it is clear in the other direction.",
    "stays unclear": "There was no clear finding to survive, and nothing is clear here.",
    "appears": "There was no clear finding to survive, but here a change is clear: the choice matters.",
    "neither": "",
}

UNTOLD = "From so few clusters it cannot be told what becomes of the finding."


@dataclass(frozen=True)
class Line:
    """One line of the table of checks.

    Attributes
    ----------
    changed : str
        What was changed, a phrase.
    estimate : str
        What came out, with its interval where it has one.
    meaning : str
        What that means for the finding, a sentence.
    fate : str
        What becomes of the finding; ``neither`` where the check asks something else.
    """

    changed: str
    estimate: str
    meaning: str
    fate: Fate = "neither"


def check_rows(estimates: "pd.DataFrame", outcome: str, name: str) -> "pd.DataFrame":
    """The rows of one check of one outcome.

    A check's name alone does not tell its rows: other outcomes have specifications of their own, which the check may
    share a name with.
    """
    rows = pick(estimates, outcome=outcome, specification=name)
    return rows[rows["design"].isin(CHECKED)]


def fate(primary: Change, other: Change) -> Fate:
    """What becomes of the primary finding under another choice; nobody knows where one of them has no interval."""
    if not (primary.known and other.known):
        return "neither"
    if not primary.clear:
        return "appears" if other.clear else "stays unclear"
    if not other.clear:
        return "fades"
    return "survives" if (primary.estimate > 0) == (other.estimate > 0) else "turns"


def meaning(primary: Change, other: Change) -> str:
    """The same in a sentence; an estimate that is only less certain is told from one that is gone."""
    found = fate(primary, other)
    if found == "neither":
        return UNTOLD
    if found != "fades":
        return MEANING[found]
    same = primary.unit == other.unit and other.low <= primary.estimate <= other.high
    return (
        f"{MEANING[found].removesuffix('.')}, though it includes the primary estimate too." if same else MEANING[found]
    )


def primary_change(estimates: "pd.DataFrame", outcome: str) -> Change | None:
    """The finding that is put to the test; None where it was not estimated."""
    row = verdict_row(estimates, outcome, "difference_in_differences")
    return None if row is None else changed(row)


def extremes(rows: "pd.DataFrame") -> "tuple[pd.Series[Any], pd.Series[Any]]":
    """The rows with the lowest and with the highest estimate."""
    ordered = rows.sort_values("estimate", kind="stable")
    return ordered.iloc[0], ordered.iloc[-1]


def size(row: "pd.Series[Any]") -> str:
    """An estimate with its interval in the words of a table: ``−4.0% (−6.0% to −1.9%)``."""
    if row["scale"] == "difference":
        value, low, high = (signed(row[key]) for key in ("estimate", "ci_low", "ci_high"))
        return f"{value} per 1,000 a year" + (f" ({low} to {high})" if row["ci_low"] == row["ci_low"] else "")
    told = changed(row)
    return f"{told.signed()} ({told.interval()})" if told.low == told.low else told.signed()
