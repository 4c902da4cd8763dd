"""What a paper says of the hospital records under its counts: what became of each row, and by which list they count."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.disclosure import protected, rounded
from analysis.prepare.events.fates import COUNTED, FATES, READ
from analysis.wording import listed, plural

NAMES = {
    "episodes": "hospital episodes", "spells": "hospital spells", "outpatients": "outpatient appointments",
    "emergency_care": "arrivals in emergency care",
}  # fmt: skip
# By fate: how a number of rows with it is told.
PHRASES = {
    "not finished": "not finished", "not attended": "where the patient was not seen",
    "unknown code": "with a code that no list knows", "impossible date": "with a date that is none",
    "in the future": "with a date in the future", "value missing": "without a value that they need",
    "ends before it begins": "that end before they begin", "without a practice": "without a practice",
    "of other practices": "of other practices", "outside the months": "outside the months of the study",
    "without a population": "of practices and months without a population", "twice": "that stand twice",
    "overlapping": "within another stay of the same person",
}  # fmt: skip


def records_words(facts: Sequence[Mapping[str, Any]]) -> str:
    """A few sentences for under a table.

    Parameters
    ----------
    facts : sequence of dict
        What the steps spells and activity counted, as they wrote it. A list of conditions whose codes were not compared
        with the official specification is called so.

    Returns
    -------
    str
        What was counted and what left out add up to what was read, but for rounding: counts of records are rounded to
        the nearest five and hidden up to seven.
    """
    told = []
    for each in facts:
        if "table" in each:
            told += [rows_words(each["table"], each), _spells_words(each)]
        told += [rows_words(table, rows) for table, rows in each.get("tables", {}).items()]
    return " ".join(text for text in told if text)


def rows_words(table: str, facts: Mapping[str, Any]) -> str:
    """What became of the rows of one table, and which of its codes no list knows."""
    rows, codes = facts["rows"], facts["codes"]
    left = [f"{protected(rows[fate])} {PHRASES[fate]}" for fate in FATES if rows.get(fate)]
    read = f"{protected(rows[READ])} {NAMES[table]} were read"
    told = f"{read}, and all were counted." if not left else (
        f"{read} and {protected(rows[COUNTED])} counted; left out were {listed(left)}."
    )  # fmt: skip
    odd = [f"{column} {_codes(found)}" for column, found in codes.items()]
    return told + (f" Codes that no list knows: {'; '.join(odd)}." if odd else "")


def _codes(found: Mapping[str, int], most: int = 3) -> str:
    """The most frequent codes with their numbers; one of few rows is not named."""
    shown = [(code, count) for code, count in found.items() if rounded(count) and (not code or code.isalnum())]
    named = [
        f"{code or 'none'} ({protected(count)})" for code, count in sorted(shown, key=lambda each: -each[1])[:most]
    ]
    total = protected(sum(count for count in found.values() if rounded(count)))
    return f"{', '.join(named)} of {total}" if named else "in a few rows"


def _spells_words(facts: Mapping[str, Any]) -> str:
    spells = facts["counts"]["spells"]
    made = f"They make {protected(spells)} {plural(spells, 'spell')}. " if facts["table"] == "episodes" else ""
    return f"{made}{facts['conditions']['sentence']}"
