"""When did activity change, and was it moving before? The event study of one outcome.

``python -m analysis.estimate.outcomes.event_study --help``
"""

from functools import partial
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.estimate.models.effect import Fitted, Rates, estimates_of
from analysis.estimate.models.panel_checks import check_enough
from analysis.estimate.models.samples import sides
from analysis.estimate.numerics.errors.intervals import hotelling_test
from analysis.estimate.outcomes.admissions import (
    ESTIMATOR,
    POPULATION,
    baseline_rate,
    informing,
    measure_rows,
    model_panel,
)
from analysis.estimate.outcomes.pre_trend import latest_before
from analysis.estimates import Estimate, Row, attempt, write_part
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.numerics.fits.grid import Floats

REFERENCE = -1


def event_study(*, panel: Path, name: str, measure: str, bin_months: int, confidence: float, out: Path) -> None:
    """Estimate the difference between pilots and comparison in each period around the start.

    The same model as the difference-in-differences, with one term per period instead of one for all months
    after the start; the period just before the start is the reference.

    Parameters
    ----------
    panel : Path
        The practice-month panel.
    name : str
        The outcome's name in the study.
    measure : str
        The measure in the activity table.
    bin_months : int
        Months in one period.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates: a rate ratio per period, the joint test of the latest periods before the
        start, and the slope over all months before it, a ratio per year.
    """
    frame, lineage = read_table(panel)
    labels = {"outcome": name, "design": "event_study", "estimator": ESTIMATOR}
    rows = attempt(lambda: periods(measure_rows(frame, measure), name, bin_months, confidence), **labels)
    write_part(out, rows, lineage, __spec__)


def periods(rows: "pd.DataFrame", name: str, bin_months: int, confidence: float) -> list[Row]:
    """A row per period and one for the joint test that nothing moved before the start, or why there is none."""
    model, terms = model_of(rows, bin_months)
    shared, whose = study_labels(rows, name, model), reached(rows, bin_months)
    labels = {key: shared[key] for key in ("outcome", "design", "estimator")}
    estimates = [
        row
        for index, term in enumerate(terms)
        for row in attempt(
            partial(_rows, model, index, term, confidence, shared | {"treated_clusters": whose[term]}),
            **labels,
            specification=f"period {term}",
        )
    ]
    joint, slope = (labels | {"specification": f"{what} before the start"} for what in ("joint test", "slope"))
    estimates += attempt(lambda: [pre_trend_row(model, terms, sites(rows), shared)], **joint)
    return [*estimates, *attempt(lambda: [slope_row(rows, shared, confidence)], **slope)]


def slope_row(rows: "pd.DataFrame", shared: dict[str, Any], confidence: float) -> Estimate:
    """By how much a year pilots moved away from the others before their start: one slope over all months before it.

    A test of one slope finds a steady drift more often than a joint test of several periods (Roth 2022, AER: Insights
    4:305-322, on what such tests can find). Pilot practices' months from their start on are left out. The error leaves
    out each cluster in turn and degrees of freedom count the sites, since with the usual ones the test saw a slope in a
    tenth to a fifth of simulated worlds without any.

    Raises
    ------
    Problem
        When pilots have one month before the start, or no slope can be told.
    """
    import numpy as np

    from analysis.estimate.numerics.errors.jackknife import crv3, newton_steps
    from analysis.estimate.numerics.fits.poisson import fit

    before = rows[~rows["after"].astype(bool)]
    if before.loc[before["pilot"].astype(bool), "event_time"].nunique() < 2:
        raise NotEstimable(
            ReasonCode.ONE_MONTH_BEFORE, "begin `pilots.months` earlier in the study file", outcome=shared["outcome"]
        )
    years = before["event_time"].fillna(0.0).to_numpy(float)[:, None] / 12
    fitted = fit(model_panel(before, years))
    covariance, df = crv3(np.zeros(1), newton_steps(fitted)), max(sites(rows) - 1, 1)
    model = Fitted(fitted.coefficients, covariance, df, fitted.clusters, log=True, separated=fitted.data.separated)
    labels = shared | {"n_obs": len(before) - model.separated, "term": "pre_trend_slope", "horizon": "before"}
    del labels["n_clusters"]
    return estimates_of(model, 0, Rates(labels.pop("baseline")), confidence, **labels)[0]


def model_of(rows: "pd.DataFrame", bin_months: int) -> tuple[Fitted, list[int]]:
    """The model, and the periods relative to the start that its coefficients belong to, in order.

    Raises
    ------
    Problem
        When pilot practices have no event in the reference period, so that there is nothing to compare periods with.
    """
    from analysis.estimate.models.models import fitted

    covariates, terms = period_terms(rows, bin_months)
    reference = rows[rows["event_time"].floordiv(bin_months) == REFERENCE]
    if len(reference) and not reference["count"].any():
        raise NotEstimable(
            ReasonCode.NO_EVENTS_IN_REFERENCE,
            "choose a longer `bin_months`, or take event_study out of the outcome's designs",
            months=bin_months,
        )
    return fitted(ESTIMATOR, model_panel(rows, covariates)), terms


def period_terms(rows: "pd.DataFrame", bin_months: int) -> "tuple[Floats, list[int]]":
    """Indicators of the periods around the start, (n, k), and their numbers; the reference and comparison have none."""
    period = rows["event_time"].floordiv(bin_months)
    terms = sorted(set(period.dropna().astype(int)) - {REFERENCE})
    return (period.to_numpy(float)[:, None] == terms).astype(float), terms


def reached(rows: "pd.DataFrame", bin_months: int) -> dict[int, int]:
    """By period around the start, how many clusters have pilot practices in it; the outermost have the fewest."""
    clusters = rows["cluster_id"].groupby(rows["event_time"].floordiv(bin_months)).nunique()
    return {int(term): int(number) for term, number in zip(clusters.index, clusters, strict=True)}


def sites(rows: "pd.DataFrame") -> int:
    """How many clusters hold pilot practices."""
    return int(rows.loc[rows["pilot"], "cluster_id"].nunique())


def study_labels(rows: "pd.DataFrame", name: str, model: Fitted) -> dict[str, Any]:
    """The columns that all rows of one event study share."""
    counted = informing(rows)
    return {
        "outcome": name, "population": POPULATION, "design": "event_study", "estimator": ESTIMATOR,
        "n_obs": len(counted) - model.separated, "n_units": counted["practice_id"].nunique(),
        "n_clusters": model.clusters, "baseline": baseline_rate(rows), **sides(rows),
    }  # fmt: skip


def _rows(model: Fitted, index: int, term: int, confidence: float, common: dict[str, Any]) -> list[Estimate]:
    if isnan(model.coefficients[index]):
        raise NotEstimable(ReasonCode.PERIOD_HAS_NO_BOUND, "choose a longer `bin_months`", period=str(term))
    labels = {key: value for key, value in common.items() if key != "baseline"}
    return estimates_of(
        model, index, Rates(common["baseline"]), confidence, term="period", horizon=str(term), **labels
    )[:1]


def pre_trend_row(model: Fitted, terms: list[int], sites: int, common: dict[str, Any]) -> Estimate:
    """The joint test that nothing moved before the start, of as many periods as the pilots' sites bear.

    Raises
    ------
    Problem
        When there is no period to test, or one site, or too few clusters.
    """
    before = latest_before(terms, REFERENCE, sites)
    if not before:
        raise NotEstimable(
            ReasonCode.ONLY_REFERENCE_BEFORE,
            "begin `pilots.months` earlier, or shorten `bin_months`, in the study file",
            outcome=common["outcome"],
        )
    if sites == 1:
        raise NotEstimable(
            ReasonCode.ONE_PILOT_CLUSTER,
            "take event_study out of the outcome's designs, or look at its figure alone",
            outcome=common["outcome"],
        )
    if unknown := [str(terms[place]) for place in before if isnan(model.coefficients[place])]:
        raise NotEstimable(
            ReasonCode.PERIODS_BEFORE_UNKNOWN,
            "choose a longer `bin_months`",
            outcome=common["outcome"],
            periods=unknown,
        )
    few = ReasonCode.TOO_FEW_CLUSTERS_FOR_JOINT_TEST
    check_enough(few, common["treated_clusters"], common["comparison_clusters"], outcome=common["outcome"])
    covariance = model.covariance[before][:, before]
    statistic, p_value = hotelling_test(model.coefficients[before], covariance, sites - 1)
    return Estimate(
        term="pre_trend", horizon="before", scale="statistic", estimate=statistic, p_value=p_value, **common,
    )  # fmt: skip


if __name__ == "__main__":
    command(event_study)
