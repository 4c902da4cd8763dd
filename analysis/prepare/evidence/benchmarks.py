"""What stands beside our estimates: the simulated truth, where there is one, and the published value.

``python -m analysis.prepare.evidence.benchmarks --help``
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.estimates import NET_COST
from analysis.steps import Paths, Problem, command, read_json
from analysis.tables import read_table, write_csv

if TYPE_CHECKING:
    import pandas as pd

# By outcome: what the data call it, and the evidence_id of the published value to set beside it (or empty).
Outcomes = dict[str, list[str]]
# The measures of published estimates that are no ratios.
SCALES = {"points": "points", "currency_gbp": "pounds"}
Truth = dict[str, dict[str, str | float]]
COLUMNS = [
    "outcome", "source", "scale", "value", "evidence_id", "programme", "population", "certainty", "detail",
    "significant", "controlled",
]  # fmt: skip


# Results on continuity that may have a truth or a published value beside them, and what the truth calls each.
CONTINUITY_RESULTS = {
    "usual_provider": "upc",
    "registered_gp": "slicc",
    "patient_level": "continuity.acsc",
    "list_level": "continuity.acsc",
    "observed": "",
    "between_practices": "",
    "size": "continuity.size",
    "growth": "continuity.growth",
    "merger": "continuity.merger",
    "gap_imd": "continuity.imd",
    "gap_age": "continuity.age",
    "gap_conditions": "continuity.conditions",
    "gap_change_imd": "continuity.imd_change",
    "gap_change_age": "continuity.age_change",
    "gap_change_conditions": "continuity.conditions_change",
    "mediated": "continuity.mediated",
}


def benchmarks(
    *,
    outcomes: Outcomes,
    out: Path,
    evidence: Paths = (),
    truth: Paths = (),
    costs: tuple[str, ...] = (),
    cohort: Outcomes | None = None,
    cohort_out: Path | None = None,
    continuity: dict[str, str] | None = None,
    items: dict[str, str] | None = None,
    continuity_evidence: Paths = (),
    continuity_out: Path | None = None,
) -> None:
    """Collect the truth and the published value of each outcome.

    Parameters
    ----------
    outcomes : dict
        By name: what the data call the outcome, and the evidence_id of the published value; as JSON.
    out : Path
        One row per outcome and source (``truth``, ``published``), as CSV; ratios or percentage points. A truth has
        the evidence_id of the published value that it was set to, where it was set to one.
    evidence : tuple of Path
        The prepared evidence; none where the study names no published evidence.
    truth : tuple of Path
        The written truth of a simulated data set; none where the data are real.
    costs : tuple of str
        evidence_id of published costs to set beside the net cost, as JSON; in per cent as a ratio, or in pounds.
    cohort, cohort_out : dict and Path
        The same of the outcomes of the matched cohort, and where it goes.
    continuity : dict
        By result on continuity, the evidence_id of the published value; as JSON.
    items : dict
        By outcome of the survey, its item; as JSON.
    continuity_evidence, continuity_out : Path
        The prepared evidence on continuity, and where what stands beside those results goes.
    """
    published = [read_table(path)[0] for path in evidence]
    effects = {key: value for path in truth for key, value in read_json(path).items()}
    write_csv(out, beside(outcomes, published, effects, costs))
    if cohort_out:
        write_csv(cohort_out, beside(cohort or {}, published, effects))
    if continuity_out:
        names = CONTINUITY_RESULTS | {f"survey_{name}": item for name, item in (items or {}).items()}
        results = {name: [series, (continuity or {}).get(name, "")] for name, series in names.items()}
        write_csv(continuity_out, beside(results, [read_table(path)[0] for path in continuity_evidence], effects))


def beside(
    outcomes: Outcomes, published: "list[pd.DataFrame]", effects: Truth, costs: tuple[str, ...] = ()
) -> "pd.DataFrame":
    """One row per outcome and source, of the truth and of the published values that are known."""
    import pandas as pd

    rows = [row for name, (series, value) in outcomes.items() for row in _of(name, series, value, published, effects)]
    rows += [{"outcome": NET_COST, "source": "published"} | _published(id, each) for id in costs for each in published]
    return pd.DataFrame(rows, columns=COLUMNS)


def _of(
    name: str, series: str, beside: str, published: "list[pd.DataFrame]", effects: Truth
) -> Iterator[dict[str, object]]:
    if truth := effects.get(series):
        own = {"outcome": name, "source": "truth", "scale": truth["scale"], "value": truth["effect"]}
        yield own | _set_to(str(truth.get("set_to", "")), published)
    if beside:
        yield from ({"outcome": name, "source": "published"} | _published(beside, each) for each in published)


def _set_to(evidence_id: str, published: "list[pd.DataFrame]") -> dict[str, object]:
    """The published value that a truth was set to: its id, and what it is of where the register at hand has it."""
    rows = [row for each in published for _, row in each[each["evidence_id"] == evidence_id].iterrows()]
    if not evidence_id or not rows:
        return {"evidence_id": evidence_id} if evidence_id else {}
    return {"evidence_id": evidence_id} | _whose(rows[0])


def _whose(row: "pd.Series[Any]") -> dict[str, object]:
    """Who published a value, of whom and what, and how sure we are of it."""
    names = ["programme", "population", "certainty", "significant", "controlled"]
    return {each: row[each] for each in names} | {"detail": row["outcome_detail"]}


def _published(evidence_id: str, published: "pd.DataFrame") -> dict[str, object]:
    rows = published[published["evidence_id"] == evidence_id]
    if rows.empty:
        raise Problem(
            f"The study sets `{evidence_id}` beside an outcome, but no published estimate has that id.",
            "correct `published` in the study file; data/raw/published/evaluations.csv has the ids",
        )
    row = rows.iloc[0]
    scale, value = SCALES.get(row["measure"], "ratio"), row["estimate"]
    amount = {"scale": scale, "value": math.exp(row["log_ratio"]) if scale == "ratio" else value}
    return amount | {"evidence_id": evidence_id} | _whose(row)


if __name__ == "__main__":
    command(benchmarks)
