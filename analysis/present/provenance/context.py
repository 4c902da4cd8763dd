"""What the paper's words and tables are made from, read once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.estimates import NotEstimated, one, read_estimates, read_unmade
from analysis.plan.pilots import ActivityOutcome, ContactOutcome, SurveyOutcome
from analysis.present.provenance.address import Book, Origin
from analysis.steps import Paths, read_json
from analysis.study import Synthesis

if TYPE_CHECKING:
    import pandas as pd


# What an address always says of a row, and what it says beside that where several rows answer.
ALWAYS = ("outcome", "design", "term", "scale")
WHERE_NEEDED = ("specification", "subgroup", "horizon", "estimator", "population")
KEYS = (*ALWAYS, *WHERE_NEEDED)
# The values of a row in these columns.
Picking = tuple[str, ...]


@dataclass(frozen=True)
class Context:
    """The table of estimates, the lineage of its rows, the confidence level, the book of numbers, what is missing."""

    estimates: "pd.DataFrame"
    lineage: dict[str, list[dict[str, str]]]
    confidence: float
    book: Book
    unmade: tuple[NotEstimated, ...] = ()

    def row(self, **where: str) -> "pd.Series[Any] | None":
        """The one row with these values, on the ratio scale where there are several; None where there is none."""
        return one(self.estimates, **where)

    @cached_property
    def _places(self) -> dict[Picking, str]:
        return places(self.estimates)

    def place(self, row: "pd.Series[Any]") -> str:
        """The address of a row of the table: its file, and the columns whose values pick it and no other."""
        return self._places[picking(row)]

    def origin(self, row: "pd.Series[Any]") -> Origin:
        """Where the numbers of a row come from."""
        return Origin(self.place(row), str(row["step"]), self.data(row["data_digest"]))

    def data(self, digest: str) -> str:
        """The data sets behind a data digest, in words."""
        sources = self.lineage[digest]
        return ", ".join(f"{each['id']}{' (simulated)' * (each['kind'] == 'simulated')}" for each in sources)

    @property
    def level(self) -> str:
        """The confidence level in words, for instance ``95%``."""
        return f"{100 * self.confidence:g}%"

    def cite(self, key: str, text: str, row: "pd.Series[Any]") -> str:
        """Enter a number that comes from a row of the table."""
        return self.book.cite(key, text, self.origin(row))


def picking(row: "pd.Series[Any]") -> Picking:
    """The values by which a row is picked, as they are spelled."""
    return tuple(str(row[key]) for key in KEYS)


def places(estimates: "pd.DataFrame") -> dict[Picking, str]:
    """The addresses of all rows, by the values that pick them."""
    rows = list(zip(*(estimates[key].map(str) for key in KEYS), strict=True))
    return {row: f"estimates.csv: {', '.join(columns)}" for row, columns in _picked(rows, 0)}


def _picked(rows: Sequence[Picking], depth: int) -> Iterator[tuple[Picking, tuple[str, ...]]]:
    """Each of some rows that agree in the keys before, with the further keys that tell it from the others."""
    if depth == len(KEYS):
        yield from ((row, ()) for row in rows)
        return
    groups: dict[str, list[Picking]] = {}
    for row in rows:
        groups.setdefault(row[depth], []).append(row)
    said = KEYS[depth] in ALWAYS or len(groups) > 1
    for value, group in groups.items():
        own = (f"{KEYS[depth]}={value}",) * said
        yield from ((row, (*own, *more)) for row, more in _picked(group, depth + 1))


def read_context(estimates: Path, lineage: Path, confidence: float, unmade: Paths = ()) -> Context:
    """Read what words and tables are made from; `unmade` is what could not be estimated."""
    missing = tuple(row for path in unmade for row in read_unmade(path))
    return Context(read_estimates(estimates), read_json(lineage), confidence, Book(), missing)


Outcomes = dict[str, ActivityOutcome | SurveyOutcome | ContactOutcome]
Syntheses = dict[str, Synthesis]
