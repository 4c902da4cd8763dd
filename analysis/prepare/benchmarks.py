"""What stands beside our estimates: the simulated truth, where there is one, and the published value.

``python -m analysis.prepare.benchmarks --help``
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.steps import Paths, Problem, command, read_json
from analysis.tables import read_table, write_csv

if TYPE_CHECKING:
    import pandas as pd

# By outcome: what the data call it, and the evidence_id of the published value to set beside it (or empty).
Outcomes = dict[str, list[str]]
Truth = dict[str, dict[str, str | float]]
COLUMNS = ["outcome", "source", "scale", "value", "evidence_id", "programme", "population", "certainty"]


def benchmarks(*, outcomes: Outcomes, out: Path, evidence: Paths = (), truth: Paths = ()) -> None:
    """Collect the truth and the published value of each outcome.

    Parameters
    ----------
    outcomes : dict
        By name: what the data call the outcome, and the evidence_id of the published value; as JSON.
    out : Path
        One row per outcome and source (``truth``, ``published``), as CSV; ratios or percentage points.
    evidence : tuple of Path
        The prepared evidence; none where the study names no published evidence.
    truth : tuple of Path
        The written truth of a simulated data set; none where the data are real.
    """
    import pandas as pd

    published = [read_table(path)[0] for path in evidence]
    known = {key: value for path in truth for key, value in read_json(path).items()}
    rows = [row for name, (series, beside) in outcomes.items() for row in _of(name, series, beside, published, known)]
    write_csv(out, pd.DataFrame(rows, columns=COLUMNS))


def _of(
    name: str, series: str, beside: str, published: "list[pd.DataFrame]", known: Truth
) -> Iterator[dict[str, object]]:
    if truth := known.get(series):
        yield {"outcome": name, "source": "truth", "scale": truth["scale"], "value": truth["effect"]}
    if beside:
        yield from ({"outcome": name, "source": "published"} | _published(beside, each) for each in published)


def _published(evidence_id: str, published: "pd.DataFrame") -> dict[str, object]:
    rows = published[published["evidence_id"] == evidence_id]
    if rows.empty:
        raise Problem(
            f"The study sets `{evidence_id}` beside an outcome, but no published estimate has that id.",
            "correct `published` in the study file; data/raw/published/evaluations.csv has the ids",
        )
    row = rows.iloc[0]
    scale, value = ("points", row["estimate"]) if row["measure"] == "points" else ("ratio", math.exp(row["log_ratio"]))
    names = ["evidence_id", "programme", "population", "certainty"]
    return {"scale": scale, "value": value} | {each: row[each] for each in names}


if __name__ == "__main__":
    command(benchmarks)
