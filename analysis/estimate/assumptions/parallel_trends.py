"""How far may trends have differed before the finding breaks? Honest bounds, and the power of the pre-trend test.

``python -m analysis.estimate.assumptions.parallel_trends --help``
"""

from functools import partial
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.estimate.models.effect import Fitted
from analysis.estimate.models.panel_checks import check_enough
from analysis.estimate.numerics.bounds.honest_did import EventStudy, breakdown
from analysis.estimate.outcomes.admissions import effects, measure_rows
from analysis.estimate.outcomes.counted import CountedOutcomes
from analysis.estimate.outcomes.event_study import REFERENCE, model_of, sites, study_labels
from analysis.estimate.outcomes.periods import whole_periods
from analysis.estimates import Estimate, Row, attempt, write_part
from analysis.plan.sensitivity import Checks, ParallelTrendsCheck
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import AsJson, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

DESIGN, ESTIMATOR = "event_study", "rambachan_roth"


def parallel_trends(
    *,
    counted: CountedOutcomes,
    bin_months: dict[str, int],
    checks: Annotated[Checks, AsJson],
    out: Path,
) -> None:
    """How far may trends have differed before the finding breaks.

    Intervals of the effect, as an average over the periods after the start, that hold whatever the trends did
    within stated bounds (Rambachan & Roth 2023), the bound at which they take in "no effect", and the chance that the
    test of the periods before the start would have found a trend as large as the effect (Roth 2022).

    Parameters
    ----------
    bin_months : dict
        By outcome's name, months in one period of the event study.
    checks : dict
        The checks by name, as JSON.
    out : Path
        Rows of the table of estimates: ratios by size of the violation, and the size at which the finding breaks.
    """
    frame, lineage = read_table(counted.panel)
    bounds = {name: each for name, each in checks.items() if isinstance(each, ParallelTrendsCheck)}
    checked = dict.fromkeys(outcome for each in bounds.values() for outcome in each.outcomes)
    rows: list[Row] = []
    for outcome in checked:
        study = partial(study_rows, frame, outcome, counted.outcomes[outcome], bin_months[outcome])
        wanted = {name: each for name, each in bounds.items() if outcome in each.outcomes}
        rows += attempt(partial(study, wanted, counted.confidence), outcome=outcome, design=DESIGN, estimator=ESTIMATOR)
    write_part(out, rows, lineage, __spec__)


def study_rows(
    panel: "pd.DataFrame",
    outcome: str,
    measure: str,
    bin_months: int,
    checks: dict[str, ParallelTrendsCheck],
    confidence: float,
) -> list[Row]:
    """All rows of one outcome; the model is fitted once."""
    rows = measure_rows(panel, measure)
    model, terms = model_of(rows, bin_months)
    if unknown := [str(term) for term, value in zip(terms, model.coefficients, strict=True) if isnan(value)]:
        raise NotEstimable(ReasonCode.PERIODS_HAVE_NO_BOUND, "choose a longer `bin_months`", periods=unknown)
    shared = study_labels(rows, outcome, model)
    few = ReasonCode.TOO_FEW_CLUSTERS_FOR_TRENDS
    check_enough(few, shared["treated_clusters"], shared["comparison_clusters"])
    estimates = attempt(
        lambda: [_power(rows, outcome, bin_months, model, terms, shared)], outcome=outcome, design=DESIGN
    )
    for name, check in checks.items():
        labels = {**shared, "estimator": ESTIMATOR, "specification": name}
        make = partial(_bounds, rows, bin_months, model, terms, check, confidence, labels)
        estimates += attempt(make, outcome=outcome, design=DESIGN, estimator=ESTIMATOR, specification=name)
    return estimates


def _power(
    rows: "pd.DataFrame", outcome: str, bin_months: int, model: Fitted, terms: list[int], shared: dict[str, Any]
) -> Estimate:
    import numpy as np

    from analysis.estimate.outcomes.pre_trend import latest_before, power, trend_of_the_effect

    before = latest_before(terms, REFERENCE, sites(rows))
    if not before or sites(rows) == 1:
        raise NotEstimable(
            ReasonCode.TOO_FEW_PERIODS_BEFORE, "begin `pilots.months` earlier, or choose a shorter `bin_months`"
        )
    pilots, effect = rows[rows["pilot"]], float(np.log(effects(rows, outcome, 0.95)[0].estimate))
    slope = trend_of_the_effect(
        effect, pilots["event_time"].to_numpy(float), pilots["after"].to_numpy(float), bin_months
    )
    trend = slope * (np.array(terms)[before] - REFERENCE)
    chance = power(trend, model.covariance[np.ix_(before, before)], sites(rows) - 1)
    return Estimate(term="pre_trend_power", horizon="before", scale="statistic", estimate=chance, **shared)


def _bounds(
    rows: "pd.DataFrame",
    bin_months: int,
    model: Fitted,
    terms: list[int],
    check: ParallelTrendsCheck,
    confidence: float,
    labels: dict[str, Any],
) -> list[Estimate]:
    study = balanced_study(model, terms, whole_periods(rows, bin_months))
    return [
        *_relative(study, check.relative_magnitudes, 1 - confidence, labels),
        *_smooth(study, check.smoothness, 1 - confidence, labels),
    ]


def balanced_study(model: Fitted, terms: list[int], whole: list[int]) -> EventStudy:
    """The event study of the periods that every site contributes to in full."""
    import numpy as np

    # ASSUME: only periods in which all sites are seen are compared, since at the edges of a staggered study a step
    # from one period to the next is also a change of which sites are seen. The effect is their plain average after
    # the start, every period alike. The model itself keeps the other periods.
    kept = [index for index, term in enumerate(terms) if term in whole]
    before = sum(terms[index] < REFERENCE for index in kept)
    after = len(kept) - before
    weights = np.full(after, 1 / max(after, 1))
    return EventStudy(model.coefficients[kept], model.covariance[np.ix_(kept, kept)], before, weights)


def _relative(study: EventStudy, sizes: tuple[float, ...], alpha: float, labels: dict[str, Any]) -> list[Estimate]:
    from analysis.estimate.numerics.bounds.relative_magnitudes import robust_interval

    # ASSUME: estimates are taken as normal with known covariance, as in the published method; with few clusters the
    # intervals are a little short beside those from the t distribution elsewhere in the table.
    ratios = [
        _ratio(
            "relative_magnitudes", size, study.estimate, study.std_error, robust_interval(study, size, alpha), labels
        )
        for size in dict.fromkeys(sizes)
    ]
    return [*ratios, _breakdown("relative_magnitudes", breakdown(partial(robust_interval, study, alpha=alpha)), labels)]


def _smooth(study: EventStudy, sizes: tuple[float, ...], alpha: float, labels: dict[str, Any]) -> list[Estimate]:
    from analysis.estimate.numerics.bounds.smoothness import shortest

    ratios = []
    for size in dict.fromkeys(sizes):
        best = shortest(study, size, alpha)
        ratios.append(_ratio("smoothness", size, best.estimate, best.std_error, best.interval, labels))
    largest = breakdown(lambda size: shortest(study, size, alpha).interval)
    return [*ratios, _breakdown("smoothness", largest, labels)]


def _ratio(
    term: str, size: float, estimate: float, std_error: float, ends: tuple[float, float], labels: dict[str, Any]
) -> Estimate:
    import numpy as np

    ratio, low, high = np.exp([estimate, *ends]).tolist()
    return Estimate(
        **labels, term=term, horizon=f"{size:g}", scale="ratio", estimate=ratio, std_error=std_error, ci_low=low,
        ci_high=high,
    )  # fmt: skip


def _breakdown(horizon: str, size: float, labels: dict[str, Any]) -> Estimate:
    return Estimate(**labels, term="breakdown", horizon=horizon, scale="statistic", estimate=size)


if __name__ == "__main__":
    command(parallel_trends)
