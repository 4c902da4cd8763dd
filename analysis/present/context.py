"""What the paper's words and tables are made from, read once."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.estimates import pick, read_estimates
from analysis.plan.pilots import ActivityOutcome, ContactOutcome, SurveyOutcome
from analysis.present.address import Book, Origin
from analysis.steps import read_json
from analysis.study import Synthesis

if TYPE_CHECKING:
    import pandas as pd

STEPS = {
    ("difference_in_differences", "points"): "analysis.estimate.continuity",
    ("difference_in_differences", "ratio"): "analysis.estimate.admissions",
    ("difference_in_differences", "difference"): "analysis.estimate.admissions",
    ("event_study", "ratio"): "analysis.estimate.event_study",
    ("event_study", "statistic"): "analysis.estimate.event_study",
    ("matched_cohort", "ratio"): "analysis.estimate.matched_cohort",
    ("matched_cohort", "difference"): "analysis.estimate.matched_cohort",
    ("experiment", "rate"): "analysis.estimate.experiment",
    ("experiment", "ratio"): "analysis.estimate.experiment",
    ("experiment", "statistic"): "analysis.estimate.experiment",
    ("cross_section", "points"): "analysis.estimate.gradient",
    ("cross_section", "ratio"): "analysis.estimate.gradient",
    ("cross_section", "level"): "analysis.estimate.gradient",
    ("cross_section", "statistic"): "analysis.estimate.gradient",
    ("trend", "points"): "analysis.estimate.trend",
    ("trend", "level"): "analysis.estimate.trend",
    ("inequality", "points"): "analysis.estimate.inequality",
    ("inequality", "level"): "analysis.estimate.inequality",
    ("inequality", "ratio"): "analysis.estimate.inequality",
    ("growth", "points"): "analysis.estimate.growth",
    ("synthesis", "ratio"): "analysis.estimate.synthesis",
    ("synthesis", "statistic"): "analysis.estimate.synthesis",
}


@dataclass(frozen=True)
class Context:
    """The table of estimates, the lineage of its rows, the confidence level, and the book of numbers."""

    estimates: "pd.DataFrame"
    lineage: dict[str, list[dict[str, str]]]
    confidence: float
    book: Book

    def row(self, **where: str) -> "pd.Series[Any] | None":
        """The one row with these values; None where there is none."""
        rows = pick(self.estimates, **where)
        return None if rows.empty else rows.iloc[0]

    def origin(self, row: "pd.Series[Any]") -> Origin:
        """Where the numbers of a row come from."""
        term = ", ".join([row["term"], *_part(row)])
        place = f"estimates.csv: {row['outcome']}, {row['design']}, {term} ({row['scale']})"
        return Origin(place.replace("_", " "), STEPS[row["design"], row["scale"]], self.data(row["data_digest"]))

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


def _part(row: "pd.Series[Any]") -> list[str]:
    """What tells rows of one question or experiment and term apart; the rows of other designs differ by their term."""
    if row["design"] == "matched_cohort":
        return [str(row[key]) for key in ("estimator", "subgroup", "horizon") if row[key] not in ("all", "after")]
    if row["design"] not in ("cross_section", "trend", "inequality", "growth", "experiment"):
        return []
    plain = {"subgroup": "all", "specification": "primary", "horizon": "after"}
    return [str(row[key]) for key, usual in plain.items() if row[key] != usual]


def read_context(estimates: Path, lineage: Path, confidence: float) -> Context:
    """Read what words and tables are made from."""
    return Context(read_estimates(estimates), read_json(lineage), confidence, Book())


Outcomes = dict[str, ActivityOutcome | SurveyOutcome | ContactOutcome]
Syntheses = dict[str, Synthesis]
