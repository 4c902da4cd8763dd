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


def benchmarks(*, evidence: Path, outcomes: Outcomes, out: Path, truth: Paths = ()) -> None:
    """Collect the truth and the published value of each outcome.

    Parameters
    ----------
    evidence : Path
        The prepared evidence.
    outcomes : dict
        By name: what the data call the outcome, and the evidence_id of the published value; as JSON.
    truth : tuple of Path
        The written truth of a simulated data set; none where the data are real.
    out : Path
        One row per outcome and source (``truth``, ``published``), as CSV; ratios or percentage points.
    """
    import pandas as pd

    published, _ = read_table(evidence)
    known = {key: value for path in truth for key, value in read_json(path).items()}
    rows = [row for name, (series, beside) in outcomes.items() for row in _of(name, series, beside, published, known)]
    write_csv(out, pd.DataFrame(rows, columns=COLUMNS))


def _of(name: str, series: str, beside: str, published: "pd.DataFrame", known: Truth) -> Iterator[dict[str, object]]:
    if truth := known.get(series):
        yield {"outcome": name, "source": "truth", "scale": truth["scale"], "value": truth["effect"]}
    if beside:
        yield {"outcome": name, "source": "published"} | _published(beside, published)


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
