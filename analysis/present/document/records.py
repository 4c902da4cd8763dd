"""The hospital records under the counts: what became of each row, and by which list they count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.disclosure import protected, rounded
from analysis.prepare.events.fates import COUNTED, FATES, READ

# So many codes that no list knows are named.
MOST = 3


@dataclass(frozen=True)
class Left:
    """How many rows were left out for one reason, a code of the phrases `row_left_out`."""

    count: str
    fate: str


@dataclass(frozen=True)
class Code:
    """A code that no list knows, and how many rows have it."""

    code: str
    count: str


@dataclass(frozen=True)
class Codes:
    """The most frequent such codes of a column; one of few rows is not named."""

    column: str
    named: list[Code]
    total: str


@dataclass(frozen=True)
class Rows:
    """What became of the rows of one table, a code of the phrases `event_rows`.

    What was counted and what left out add up to what was read, but for rounding: counts of records are rounded to the
    nearest five and hidden up to seven.
    """

    table: str
    read: str
    counted: str
    left: list[Left]
    codes: list[Codes]


@dataclass(frozen=True)
class Conditions:
    """The list of ambulatory-care-sensitive conditions, and whether its codes were compared with its source."""

    title: str
    version: str
    verified: bool


@dataclass(frozen=True)
class Spells:
    """The stays that episodes make, none where they came as stays; and by which list of conditions they count."""

    count: str
    number: int
    conditions: Conditions


@dataclass(frozen=True)
class Records:
    """The rows of one table, and the stays that they make."""

    rows: Rows
    spells: Spells | None = None


def records(facts: Sequence[Mapping[str, Any]]) -> list[Records]:
    """What became of the records, table by table.

    Parameters
    ----------
    facts : sequence of dict
        What the steps spells and activity counted, as they wrote it.
    """
    return [record for each in facts for record in _records(each)]


def _records(facts: Mapping[str, Any]) -> Iterator[Records]:
    if "table" in facts:
        yield Records(_rows(facts["table"], facts), _spells(facts))
    for table, rows in facts.get("tables", {}).items():
        yield Records(_rows(table, rows))


def _rows(table: str, facts: Mapping[str, Any]) -> Rows:
    rows = facts["rows"]
    left = [Left(protected(rows[fate]), fate) for fate in FATES if rows.get(fate)]
    codes = [_codes(column, values) for column, values in facts["codes"].items()]
    return Rows(table, protected(rows[READ]), protected(rows.get(COUNTED, 0)), left, codes)


def _codes(column: str, values: Mapping[str, int]) -> Codes:
    shown = [(code, count) for code, count in values.items() if rounded(count) and (not code or code.isalnum())]
    most = sorted(shown, key=lambda each: -each[1])[:MOST]
    total = protected(sum(count for count in values.values() if rounded(count)))
    return Codes(column, [Code(code or "none", protected(count)) for code, count in most], total)


def _spells(facts: Mapping[str, Any]) -> Spells:
    number = facts["counts"]["spells"]
    count = protected(number) if facts["table"] == "episodes" else ""
    conditions = Conditions(*(facts["conditions"][name] for name in ("title", "version", "verified")))
    return Spells(count, number, conditions)
