"""How much of a change in admissions could run through continuity? Bounds under stated assumptions, and no point.

No design here can check any of the following, and the bounds hold only as far as they do: (1) the association holds no
more confounding than its assumption allows for. This study's own hold pilot status constant, which takes out what else
the pilots did to all their patients alike; where they did more of it in those of their practices, or for those of their
patients, that have less continuity or more, it is confounding like any other; (2) the log of the rate falls in a
straight line with the index, the same in all patients; (3) one point of continuity does as much when a pilot brings it
about as it does between patients or lists; (4) one point of the index over the window of the difference-in-differences
is one point over the months of the association; (5) what holds for the patients of the association's ages holds for all
who are registered; (6) continuity acts on admissions within the same months.

``python -m analysis.estimate.continuity.mediation --help``
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.estimate.models.effect import as_events
from analysis.estimate.numerics.bounds.product_bounds import Bound, Uncertain, at_most, between_limits
from analysis.estimates import Estimate, Row, Scale, attempt, pick, write_part
from analysis.plan.continuity import Continuity
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import AsJson, Paths, command
from analysis.tables import read_table, union

if TYPE_CHECKING:
    import pandas as pd

    # A row of the table of estimates.
    EstimateRow = pd.Series[Any]

# A log ratio of admissions for one step of the index, and how many clusters it comes from, where that is known.
Slope = tuple[Uncertain, tuple[int, ...]]

_LABELS: dict[str, Any] = {"design": "mediation", "estimator": "product_bounds"}
# By assumption, the association that it rests on, and whether that is the most there can be or any value is possible
# that its interval holds.
ASSUMPTIONS = {
    "list_level_at_most": ("list_level", False),
    "list_level_corrected_at_most": ("list_level_corrected", False),
    "patient_level_at_most": ("patient_level", False),
    "any_sign": ("list_level_corrected", True),
}
# By assumption, the published association that it rests on, by its name in the study; told for 0.2 of the index.
PUBLISHED = {"published_list_level_at_most": "list_level", "published_patient_level_at_most": "patient_level"}
PUBLISHED_POINTS = 20
COPIED = [
    "outcome", "population", "scale", "estimate", "std_error", "ci_low", "ci_high", "p_value", "baseline", "expected",
]  # fmt: skip
EFFECT = {"term": "effect", "specification": "primary"}


def mediation(
    *,
    effect: Path,
    total: Path,
    association: Path,
    asked: Annotated[Continuity, AsJson],
    confidence: float,
    out: Path,
    evidence: Paths = (),
) -> None:
    """Bound the part of a change in admissions that runs through continuity.

    What runs through continuity is the product of two things: by how much the pilots changed continuity, and by how
    much continuity changes admissions. The first comes from the difference-in-differences of the index. The second no
    design of this study identifies, so it is left between limits, one specification for each assumption:

    - ``list_level_at_most``: between no effect and the association of admissions with the continuity of the same GP's
      other patients, as estimated;
    - ``list_level_corrected_at_most``: the same, with the association corrected for chance in the means of lists;
    - ``patient_level_at_most``: between no effect and the association with the patient's own continuity, which
      overstates, since illness lowers continuity and brings admissions;
    - ``any_sign``: anywhere in the confidence interval of the corrected list-level association, be it good or bad;
    - ``published_list_level_at_most``, ``published_patient_level_at_most``: between no effect and what others found,
      where the study names a published value that has an interval.

    With a change of continuity of d points and a log ratio of admissions b for one step of s points, the ratio that
    runs through continuity is exp(b d / s). Its bounds are the least and the greatest over the b that are allowed.

    Parameters
    ----------
    effect : Path
        The pilots' effect on continuity.
    total : Path
        The pilots' effect on the admissions.
    association : Path
        How admissions go with continuity.
    asked : Continuity
        What is asked of continuity; as JSON.
    confidence : float
        Confidence level of the intervals.
    out : Path
        Rows of the table of estimates: by assumption ``bound_low`` and ``bound_high``, as ratios and as admissions per
        1,000 patients a year; ``total`` is the pilots' whole effect. The lower limit of ``bound_low`` and the upper
        limit of ``bound_high`` together hold all values between the bounds at the confidence level.
    evidence : tuple of Path
        Published estimates on continuity; none where the study sets none beside its results.
    """
    (changes, first), (totals, second), (associations, third) = (
        read_table(path) for path in (effect, total, association)
    )
    assert asked.mediation
    assert asked.admissions
    name, step = asked.mediation.outcome, 100 * asked.admissions.step
    labels = _LABELS | {"outcome": name}
    rows: list[Row] = attempt(lambda: whole_effect(totals, name), specification="primary", **labels)
    slopes: dict[str, tuple[Callable[[], Slope], bool]] = {
        assumption: (partial(_own_slope, associations, specification), any_value)
        for assumption, (specification, any_value) in ASSUMPTIONS.items()
    }
    beside = [read_table(path) for path in evidence]
    for assumption, result in PUBLISHED.items() if beside else ():
        if result in asked.published:
            slopes[assumption] = (partial(published_slope, beside[0][0], asked.published[result], step), False)
    for assumption, (slope, any_value) in slopes.items():
        make = partial(bounds, changes, totals, slope, any_value, assumption, name, step, confidence)
        rows += attempt(make, specification=assumption, **labels)
    write_part(out, rows, union(first, second, third, *(lineage for _, lineage in beside)), __spec__)


def whole_effect(totals: "pd.DataFrame", name: str) -> list[Estimate]:
    """The pilots' whole effect on the admissions, as a ratio and as events."""
    scales: tuple[Scale, ...] = ("ratio", "difference")
    unknown = _unknown(ReasonCode.CHANGE_IN_OUTCOME_UNKNOWN, outcome=name)
    rows = [sole_row(totals, unknown, scale, **EFFECT) for scale in scales]
    return [Estimate(**_copied(row), **_LABELS, **_sizes(row), term="total") for row in rows]


def _copied(row: "EstimateRow") -> dict[str, Any]:
    return {name: row[name] for name in COPIED}


def _sizes(row: "EstimateRow") -> dict[str, Any]:
    return {name: int(row[name]) for name in ("n_obs", "n_units", "n_clusters")}


def bounds(
    changes: "pd.DataFrame", totals: "pd.DataFrame", slope: "Callable[[], Slope]", any_value: bool, assumption: str,
    name: str, step: float, confidence: float,
) -> list[Estimate]:  # fmt: skip
    """The rows of one assumption.

    Parameters
    ----------
    changes, totals : DataFrame
        Rows of the parts, see :func:`mediation`.
    slope : callable
        Gives the log ratio of admissions for one step of the index, and the clusters that it comes from.
    any_value : bool
        Whether any value within the slope's interval is possible; else the slope is the most that there can be.
    assumption : str
        Its name.
    name : str
        The activity outcome.
    step : float
        Points of the index that the association is told for.
    confidence : float
        Confidence level.
    """
    change = sole_row(changes, _unknown(ReasonCode.CHANGE_IN_CONTINUITY_UNKNOWN), "points", **EFFECT)
    total = sole_row(totals, _unknown(ReasonCode.CHANGE_IN_OUTCOME_UNKNOWN, outcome=name), "ratio", **EFFECT)
    moved = Uncertain(change["estimate"] / step, change["std_error"] / step, change["n_clusters"] - 1)
    log_ratio, clusters = slope()
    pair = (between_limits if any_value else at_most)(moved, log_ratio, confidence)
    labels = _LABELS | {
        "outcome": name, "specification": assumption, "population": total["population"], "baseline": total["baseline"],
        "expected": total["expected"],
        **_sizes(total), "n_clusters": int(min([change["n_clusters"], *clusters])),
    }  # fmt: skip
    rows: list[Estimate] = []
    for term, bound in zip(("bound_low", "bound_high"), pair, strict=True):
        rows += bound_rows(bound, labels | {"term": term})
    return rows


def _own_slope(associations: "pd.DataFrame", specification: str) -> Slope:
    import math

    unknown = _unknown(ReasonCode.ASSOCIATION_UNKNOWN, specification=specification)
    row = sole_row(associations, unknown, "ratio", term="per_step", specification=specification)
    clusters = int(row["n_clusters"])
    return Uncertain(math.log(row["estimate"]), row["std_error"], clusters - 1), (clusters,)


def published_slope(evidence: "pd.DataFrame", evidence_id: str, step: float) -> Slope:
    """A published association for one step; its interval is taken as that of a normal distribution.

    Raises
    ------
    Problem
        When nobody published it, or without an interval.
    """
    rows = evidence[evidence["evidence_id"] == evidence_id]
    if len(rows) != 1 or rows["log_std_error"].isna().any():
        raise NotEstimable(ReasonCode.NO_PUBLISHED_ASSOCIATION, "name another one", evidence=evidence_id)
    # ASSUME: published for 0.2 of the index, it is a straight line on the scale of logs.
    value, std_error = (float(rows[key].iloc[0]) * step / PUBLISHED_POINTS for key in ("log_ratio", "log_std_error"))
    return Uncertain(value, std_error, float("inf")), ()


def bound_rows(bound: Bound, labels: dict[str, Any]) -> list[Estimate]:
    """A bound as a ratio and as events per 1,000 patients a year."""
    import math

    value, low, high = math.exp(bound.value), math.exp(bound.low), math.exp(bound.high)
    row = Estimate(**labels, scale="ratio", estimate=value, ci_low=low, ci_high=high)
    return [row, as_events(row)]


def _unknown(reason: ReasonCode, **values: str) -> NotEstimable:
    return NotEstimable(reason, "see why under what could not be estimated", **values)


def sole_row(rows: "pd.DataFrame", unknown: NotEstimable, scale: Scale, **where: str) -> "EstimateRow":
    """The one row, which must have a standard error.

    Raises
    ------
    Problem
        When it was not estimated, or nobody knows how surely.
    """
    matching = pick(rows[rows["reason"].isna()], subgroup="all", scale=scale, **where)
    if len(matching) != 1 or matching["std_error"].isna().any():
        raise unknown
    return matching.iloc[0]


if __name__ == "__main__":
    command(mediation)
