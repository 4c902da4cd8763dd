"""Effects of staggered starts as rows of the table of estimates: rate ratios and differences in events."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.estimate.designs.cohorts import Cohorts, Group, groups, leads
from analysis.estimate.designs.group_time import Effect, Effects
from analysis.estimate.models.effect import difference_row
from analysis.estimates import MISSING, Estimate, NotEstimated, Row, Scale
from analysis.plan.clusters import FEWEST_TREATED
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable, Why

if TYPE_CHECKING:
    import pandas as pd


def effect_rows(
    effects: Effects, cells: "pd.DataFrame", cohorts: Cohorts, confidence: float, **labels: Any
) -> list[Row]:
    """One row per scale for each effect, the overall one first; or why it has no finite estimate.

    Parameters
    ----------
    effects : dict
        By term and horizon.
    cells : DataFrame
        The cells that the model was fitted to.
    cohorts : Cohorts
        Where the cells come from; it knows the months.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    **labels
        The other columns of the rows.

    Raises
    ------
    Problem
        When the data do not tell the overall effect.
    """
    import math

    overall = effects["effect", 0]
    if overall.bounded and not math.isfinite(overall.difference):
        raise NotEstimable(
            ReasonCode.EFFECT_NOT_IDENTIFIED,
            "check that some practices start and others do not, and that every period has both before and after",
        )
    clusters = int(cells["cluster"].nunique())
    labels |= {"n_obs": len(cells), "n_units": int(cells["unit"].nunique()), "n_clusters": clusters}
    labels |= {"comparison_clusters": int(cells.loc[cells["cohort"] == 0, "cluster"].nunique())}
    rows: list[Row] = []
    for group in (*groups(cells), *leads(cells)):
        effect = effects.get((group.term, group.horizon))
        named = _named(group, cohorts)
        if effect is not None and not effect.bounded:
            rows.append(_unmade(named, _why(cells, group, cohorts), labels))
        elif effect is not None and math.isfinite(effect.difference):
            rows += _rows(effect, cells[group.rows], confidence, labels | named)
    return rows


def _unmade(named: dict[str, str], why: Why, labels: dict[str, Any]) -> NotEstimated:
    kept = {key: labels[key] for key in ("outcome", "design", "estimator")}
    which = "primary" if named["term"] == "effect" else f"{named['term']} {named['horizon']}"
    return NotEstimated.of(why, **kept, specification=which)


def _why(cells: "pd.DataFrame", group: Group, cohorts: Cohorts) -> Why:
    """Where the events lie so that a group's effect has no bound."""
    own = cells[group.rows]
    before = cells[(cells["cohort"] > 0) & (cells["period"] < cells["cohort"])].groupby("cohort")["count"].sum()
    bare = [cohorts.month(int(each)) for each in before.index[before == 0] if each in set(own["cohort"])]
    if bare:
        return Why(ReasonCode.COHORTS_WITHOUT_EVENTS_BEFORE, {"starts": tuple(bare)})
    events = own.groupby(["cohort", "period"])["count"].sum()
    for cohort, period in events.index[events == 0]:
        start, when = cohorts.month(int(cohort)), cohorts.month(int(period))
        return Why(ReasonCode.COHORT_WITHOUT_EVENTS_IN_PERIOD, {"start": start, "period": when})
    return Why(ReasonCode.EFFECT_HAS_NO_BOUND)


def _named(group: Group, cohorts: Cohorts) -> dict[str, str]:
    """The term and the horizon as the table of estimates has them."""
    if group.term in ("cohort", "calendar"):
        return {"term": group.term, "horizon": cohorts.month(group.horizon)}
    return {"term": group.term, "horizon": "after" if group.term == "effect" else str(group.horizon)}


def _rows(effect: Effect, cells: "pd.DataFrame", confidence: float, labels: dict[str, Any]) -> Iterator[Estimate]:
    df = labels["n_clusters"] - 1
    # What an effect on practices of so few clusters owes to the places is not known, however many others there are.
    labels = labels | {"treated_clusters": int(cells["cluster"].nunique())}
    if labels["treated_clusters"] < FEWEST_TREATED:
        effect = Effect(effect.difference, MISSING, effect.log_ratio, MISSING)
    yield from _ratio(effect, cells, confidence, labels)
    yield _row(effect.difference, effect.std_error, df, confidence, "difference", labels)


def _ratio(effect: Effect, cells: "pd.DataFrame", confidence: float, labels: dict[str, Any]) -> Iterator[Estimate]:
    import math

    df = labels["n_clusters"] - 1
    if math.isfinite(effect.log_ratio):
        row = _row(effect.log_ratio, effect.log_error, df, confidence, "ratio", labels)
        yield _changed(row, math.exp, row.std_error)
        return
    row = _row(effect.difference, effect.std_error, df, confidence, "ratio", labels)
    # ASSUME: the observed rate is taken as known, so that a difference passes into the ratio of the observed rate to
    # the one without the start.
    observed = _observed(cells)
    # A difference that may be as large as the observed rate has no ratio.
    if observed > (row.estimate if math.isnan(row.ci_high) else row.ci_high):
        yield _changed(row, lambda change: observed / (observed - change), row.std_error / (observed - row.estimate))


def _changed(row: Estimate, change: Callable[[float], float], std_error: float) -> Estimate:
    """The row with its estimate and interval on another scale, which keeps their order."""
    estimate, low, high = (change(each) for each in (row.estimate, row.ci_low, row.ci_high))
    return replace(row, estimate=estimate, ci_low=low, ci_high=high, std_error=std_error)


def _observed(cells: "pd.DataFrame") -> float:
    """Events per 1,000 patients a year in cells of a balanced panel, weighted as in the model."""
    return float((cells["rate"] * cells["weight"]).sum() / cells["weight"].sum())


def _row(
    estimate: float, std_error: float, df: int, confidence: float, scale: Scale, labels: dict[str, Any]
) -> Estimate:
    if not std_error > 1e-9 * max(1.0, abs(estimate)):
        return Estimate(estimate=estimate, scale=scale, **labels)
    return difference_row(estimate, std_error, df, confidence, scale=scale, **labels)
