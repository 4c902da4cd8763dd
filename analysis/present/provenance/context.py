"""What the paper's words and tables are made from, read once."""

from dataclasses import dataclass
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

    def origin(self, row: "pd.Series[Any]") -> Origin:
        """Where the numbers of a row come from."""
        return Origin(place_of(row, self.estimates), str(row["step"]), self.data(row["data_digest"]))

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


def place_of(row: "pd.Series[Any]", estimates: "pd.DataFrame") -> str:
    """The address of a row: its file, and the columns whose values pick it and no other, spelled as they are there."""
    told, rows = [], estimates
    for key in (*ALWAYS, *WHERE_NEEDED):
        if key in ALWAYS or rows[key].nunique() > 1:
            told.append(f"{key}={row[key]}")
            rows = rows[rows[key] == row[key]]
    return f"estimates.csv: {', '.join(told)}"


def read_context(estimates: Path, lineage: Path, confidence: float, unmade: Paths = ()) -> Context:
    """Read what words and tables are made from; `unmade` is what could not be estimated."""
    missing = tuple(row for path in unmade for row in read_unmade(path))
    return Context(read_estimates(estimates), read_json(lineage), confidence, Book(), missing)


Outcomes = dict[str, ActivityOutcome | SurveyOutcome | ContactOutcome]
Syntheses = dict[str, Synthesis]
