"""How did a measure change over the years? The model of the questions of kind ``trend``."""

from typing import TYPE_CHECKING, Any

from analysis.estimate.models.group_means import indicators
from analysis.estimate.models.regression import least_squares
from analysis.estimates import Estimate
from analysis.plan.practices import Trend

if TYPE_CHECKING:
    import pandas as pd


def trend(frame: "pd.DataFrame", name: str, _: Trend, confidence: float) -> list[Estimate]:
    """The change per year and from the first year to the last, among practices that have every year.

    Least squares with practice effects; every practice counts the same; standard errors are clustered.

    Parameters
    ----------
    frame : DataFrame
        By practice and year: `outcome` in per cent, `cluster_id`.
    name : str
        The question's name in the study.
    confidence : float
        Confidence level of the intervals.

    Returns
    -------
    list of Estimate
        ``mean`` of each year, the change ``per_year`` and ``first_to_last``.
    """
    practices = frame["practice_id"].nunique()
    labels: dict[str, Any] = {
        "outcome": name, "population": "general practices with every year", "design": "trend",
        "estimator": "practice_effects", "n_units": practices,
    }  # fmt: skip
    years = sorted(frame["year"].unique())
    means = least_squares(frame["outcome"], indicators(frame["year"]), frame["cluster_id"])
    levels = [
        means.row({str(year): 1.0}, confidence, "level", term="mean", horizon=str(year), n_obs=practices, **labels)
        for year in years
    ]
    # Every practice has every year, so the change of the mean is the mean of the practices' own changes.
    ends = {str(years[-1]): 1.0, str(years[0]): -1.0}
    span = f"{years[0]} to {years[-1]}"
    change = means.row(
        ends, confidence, "points", term="first_to_last", horizon=span, n_obs=2 * practices, **labels
    )  # fmt: skip
    # ASSUME: one straight line through the years; the yearly means show where it does not hold.
    centred = frame.groupby("practice_id")[["outcome", "year"]].transform(lambda values: values - values.mean())
    slope = least_squares(centred["outcome"], centred[["year"]], frame["cluster_id"])
    per_year = slope.row({"year": 1.0}, confidence, "points", term="per_year", horizon=span, n_obs=len(frame), **labels)
    return [*levels, change, per_year]
