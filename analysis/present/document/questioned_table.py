"""The table of values that look like slips, and were asked about; and how many rows lie outside the months."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.present.look.markdown import Table
from analysis.present.templates.language import Filters
from analysis.steps import read_json
from analysis.tables import lineage_from
from analysis.wording import counted, signed


@dataclass(frozen=True)
class Decisive:
    """An outcome of which one practice decides what is found: the change with it and without it."""

    label: str
    practice: str
    without: str
    estimate: str


@dataclass(frozen=True)
class Outside:
    """The months that the data have counts of, and the share of rows outside those of the comparison."""

    first: str
    last: str
    share: str


@dataclass(frozen=True, kw_only=True)
class Questioned:
    """What was asked about the data.

    Attributes
    ----------
    groups : str
        How many groups of values look like slips; empty where none does.
    one : bool
        Whether it is one.
    decisive : list of Decisive
    looked : bool
        Whether it was asked if one practice decides a finding.
    outside : Outside or None
    """

    groups: str
    one: bool
    decisive: list[Decisive]
    looked: bool
    outside: Outside | None


def questioned_words(
    path: Path, words: Filters, decides: Mapping[str, Mapping[str, Any]], labels: Mapping[str, str]
) -> str:
    """What the annex on data quality says of values that were asked about (Markdown).

    Parameters
    ----------
    path : Path
        What was asked about.
    words : dict
        The filters of templates, with the library of phrases.
    decides : mapping
        By outcome, what :mod:`analysis.estimate.robustness.influence` wrote.
    labels : mapping
        By outcome, its name in words.
    """
    record = read_json(path)
    questions = record["questions"]
    shown = Questioned(
        groups=counted(len(questions)) if questions else "",
        one=len(questions) == 1,
        decisive=decisive(decides, labels),
        looked=bool(decides),
        outside=_outside(record.get("outside") or {}),
    )
    said = words["say"](shown, "document/questioned")
    if not questions:
        return f"{said}\n"
    columns = {
        "Table": [each["table"] for each in questions],
        "Column": [f"`{each['column']}`" for each in questions],
        "What was asked about": words["phrases"]([each["kind"] for each in questions], "questioned_kind"),
        "First place": [each["where"] for each in questions],
    }
    caption = words["say"](None, "document/tables/questioned")
    simulated = lineage_from(record["lineage"]).simulated
    return f"{said}\n\n{Table('questioned', caption, columns, simulated, (12, 18, 45, 25)).markdown()}"


def decisive(influence: Mapping[str, Mapping[str, Any]], labels: Mapping[str, str]) -> list[Decisive]:
    """The outcomes that one practice decides."""
    return [
        Decisive(
            labels.get(name, name.replace("_", " ")), each["practice"],
            *(signed(100 * (each[key] - 1), "%") for key in ("without", "estimate")),
        )
        for name, each in influence.items()
        if each["decides"]
    ]  # fmt: skip


def _outside(outside: Mapping[str, Any]) -> Outside | None:
    if not outside.get("rows"):
        return None
    return Outside(outside["first"], outside["last"], f"{100 * outside['rows'] / outside['of']:.1f}%")
