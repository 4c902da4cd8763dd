"""The table of values that look like slips, and were asked about; and how many rows lie outside the months."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.months import month_words
from analysis.prepare.check_data.plausible import KINDS
from analysis.present.look.markdown import Table
from analysis.steps import read_json
from analysis.tables import lineage_from
from analysis.wording import counted, signed

NOTHING = (
    "No value of the tables of sites, practices, activity and survey stands out from its own series or from its peers."
)
NO_PRACTICE = (
    "No single practice decides a finding on counts: without the one that moves it most, each estimate changes by less "
    "than its uncertainty."
)
CAPTION = (
    "Values that may be right and look like slips: their distance from the median, in robust standard deviations, is "
    "larger than chance allows (the modified z-score of Iglewicz and Hoaglin). None was left out or changed."
)


def questioned_words(path: Path, decided: str = "") -> str:
    """What the annex on data quality says of values that were asked about (Markdown).

    Parameters
    ----------
    path : Path
        What was asked about.
    decided : str
        Whether one practice decides a finding, from :func:`influence_words`.
    """
    record = read_json(path)
    outside = f"{decided} {outside_words(record.get('outside') or {})}".strip()
    asked = record["questions"]
    if not asked:
        return f"{NOTHING} {outside}".strip() + "\n"
    columns = {
        "Table": [each["table"] for each in asked],
        "Column": [f"`{each['column']}`" for each in asked],
        "What was asked about": [KINDS[each["kind"]] for each in asked],
        "First place": [each["where"] for each in asked],
    }
    simulated = lineage_from(record["lineage"]).simulated
    many = "One value or group of values looks" if len(asked) == 1 else f"{counted(len(asked))} groups of values look"
    told = f"{many} like a slip (@tbl-questioned). Results rest on the data as they are. {outside}".strip()
    return f"{told}\n\n{Table('questioned', CAPTION, columns, simulated, (12, 18, 45, 25)).markdown()}"


def influence_words(found: Mapping[str, Mapping[str, Any]], labels: Mapping[str, str]) -> str:
    """Whether one practice decides what is found, a sentence for each outcome where one does.

    Parameters
    ----------
    found : mapping
        By outcome, what :mod:`analysis.estimate.robustness.influence` wrote.
    labels : mapping
        By outcome, its name in words.
    """
    told = decided(found, labels)
    return " ".join(told) or NO_PRACTICE * bool(found)


def decided(found: Mapping[str, Mapping[str, Any]], labels: Mapping[str, str] | None = None) -> list[str]:
    """The sentences for outcomes that one practice decides, by their names in words where these are given."""
    return [
        f"One practice decides what is found for {(labels or {}).get(name, name.replace('_', ' '))}: without "
        f"{each['practice']} the change is {signed(100 * (each['without'] - 1), '%')} and not "
        f"{signed(100 * (each['estimate'] - 1), '%')}, which lies outside the interval without it."
        for name, each in found.items()
        if each["decides"]
    ]


def outside_words(outside: Mapping[str, Any]) -> str:
    """How many rows of activity lie outside the months of the study, and are left out."""
    if not outside.get("rows"):
        return ""
    span = f"{month_words(outside['first'])} to {month_words(outside['last'])}"
    share = 100 * outside["rows"] / outside["of"]
    return (
        f"The data have counts from {span}; those outside the months of the comparison are left out, {share:.1f}% of "
        "the rows."
    )
