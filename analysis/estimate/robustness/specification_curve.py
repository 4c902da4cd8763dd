"""Every combination of declared choices, and where the plan's own stands among them.

``python -m analysis.estimate.robustness.specification_curve --help``
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from analysis.estimate.models import samples
from analysis.estimate.outcomes.admissions import DESIGN, ESTIMATOR, POPULATION, effects, sites_row
from analysis.estimate.outcomes.counted import CountedOutcomes
from analysis.estimate.robustness.run_checks import each_check
from analysis.estimates import Estimate, Row, attempt, write_part
from analysis.plan.clusters import too_few
from analysis.plan.sensitivity import AnyCheck, Checks, Comparison, CurveCheck, Estimator
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import AsJson, Problem, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd


class Choice(NamedTuple):
    """One combination of choices; :data:`OWN` is the plan's own."""

    estimator: Estimator = ESTIMATOR
    window: str = "plan"
    comparison: Comparison = "all"
    washout: int = 0


OWN = Choice()


def specification_curve(
    *,
    counted: CountedOutcomes,
    checks: Annotated[Checks, AsJson],
    out: Path,
) -> None:
    """Every combination of declared choices: models, months, comparison groups, months left out after the start.

    Simonsohn, Simmons & Nelson (2020), Nature Human Behaviour 4:1208-1214.

    Parameters
    ----------
    checks : dict
        The checks by name, as JSON.
    out : Path
        Rows of the table of estimates: a rate ratio per combination, the shares of combinations on each side of one,
        and the plan's own estimate.
    """
    frame, lineage = read_table(counted.panel)
    rows = each_check(
        frame, counted.outcomes, checks, partial(curve, confidence=counted.confidence), estimator=lambda check: ""
    )
    write_part(out, rows, lineage, __spec__)


def curve(rows: "pd.DataFrame", name: str, specification: str, check: AnyCheck, confidence: float) -> list[Row]:
    """The curve of one outcome.

    Parameters
    ----------
    rows : DataFrame
        Rows of the panel, of one measure.
    name, specification : str
        The outcome's and the check's name in the study.
    check : CurveCheck
        The declared choices.
    confidence : float
        Confidence level of the intervals.

    Returns
    -------
    list of Estimate or NotEstimated
        ``curve`` per combination, its choices in `horizon`; ``sites`` for each, the sites with months both before and
        after the start among all, whose number is `n_units`; ``share_below`` and ``share_above`` one, and
        ``share_clear_below`` and ``share_clear_above`` with the whole interval, among the combinations that could be
        estimated from all sites; ``plan_own``, which is the plan's primary estimate. A combination that could not be
        estimated is named by its choices in `subgroup`.
    """
    if not isinstance(check, CurveCheck):
        raise Problem(f"A check of the kind {check.kind} is no curve.", "leave it out of this step's checks")
    labels = {"outcome": name, "design": DESIGN, "specification": specification}
    points: list[Row] = []
    for choice in _grid(check):
        where = labels | {"estimator": choice.estimator, "subgroup": _text(choice)}
        points += attempt(partial(_point, rows, choice, check, name, specification, confidence), **where)
    if not any(isinstance(row, Estimate) for row in points):
        raise NotEstimable(ReasonCode.NO_COMBINATION, "see why each of them could not")
    return [*points, *_shares(_whole(points)), *_own(rows, check, name, specification, confidence)]


def _whole(rows: list[Row]) -> list[Estimate]:
    """The combinations that rest on every site; choices that lose sites also change whose effect is told."""
    estimates = [row for row in rows if isinstance(row, Estimate)]
    whole = {row.horizon for row in estimates if row.term == "sites" and row.estimate == row.n_units}
    return [row for row in estimates if row.term == "curve" and row.horizon in whole]


def _grid(check: CurveCheck) -> Iterator[Choice]:
    windows = [OWN.window, *check.windows]
    return (Choice(*each) for each in product(check.estimators, windows, check.comparisons, check.washout_months))


def _text(choice: Choice) -> str:
    return " · ".join(map(str, choice))


def _point(
    rows: "pd.DataFrame", choice: Choice, check: CurveCheck, name: str, specification: str, confidence: float
) -> list[Estimate]:
    """The rate ratio of one combination, and the number of sites that tell it."""
    part = samples.with_comparison_group(rows, choice.comparison)
    if choice.window != OWN.window:
        part = samples.within(part, check.windows[choice.window])
    if choice.washout:
        part = samples.washed_out(part, choice.washout)
    ratio, _ = effects(part, name, confidence, choice.estimator, specification=specification)
    point = replace(ratio, term="curve", horizon=_text(choice))
    return [point, sites_row(point, samples.informing_sites(part), samples.informing_sites(rows))]


def _own(rows: "pd.DataFrame", check: CurveCheck, name: str, specification: str, confidence: float) -> list[Estimate]:
    """The plan's own estimate, whether or not the grid holds it."""
    own, _ = _point(rows, OWN, check, name, specification, confidence)
    return [replace(own, term="plan_own", horizon="primary")]


def _shares(points: list[Estimate]) -> list[Estimate]:
    """The shares of combinations on each side of no change, and of those whose whole interval lies there."""
    if not points:
        return []
    sides = {
        "share_below": [row.estimate < 1 for row in points],
        "share_above": [row.estimate > 1 for row in points],
    }
    # Where one has too few clusters for an interval, nobody can say how many are clear.
    if not any(too_few(row.treated_clusters, row.comparison_clusters) for row in points):
        sides["share_clear_below"] = [row.ci_high < 1 for row in points]
        sides["share_clear_above"] = [row.ci_low > 1 for row in points]
    labels: dict[str, Any] = {
        "outcome": points[0].outcome, "population": POPULATION, "design": DESIGN, "scale": "statistic",
        "estimator": "specification_curve", "specification": points[0].specification,
    }  # fmt: skip
    return [Estimate(term=term, estimate=sum(side) / len(side), **labels) for term, side in sides.items()]


if __name__ == "__main__":
    command(specification_curve)
