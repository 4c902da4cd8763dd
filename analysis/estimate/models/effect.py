"""What the models of the difference-in-differences share: a fitted model, and its effect as rows of the one table."""

from dataclasses import dataclass, replace
from math import exp, isnan
from typing import TYPE_CHECKING, Any

from analysis.estimate.models.panel_checks import check_error
from analysis.estimate.numerics.errors.intervals import interval, t_test
from analysis.estimates import MISSING, Estimate
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    from analysis.estimate.numerics.fits.grid import Floats

PER = 12_000  # a monthly rate per patient is told per 1,000 patients and year


@dataclass(frozen=True)
class Fitted:
    """A fitted model of counts by practice and month.

    Attributes
    ----------
    coefficients : (k,) float
        Log rate ratios, or differences in events per 1,000 patients a year.
    covariance : (k, k) float
        Their covariance.
    df : float
        Degrees of freedom of the t distribution: clusters - 1 where the covariance is clustered.
    clusters : int
        How many clusters; 0 where rows are taken as independent.
    log : bool
        Whether the coefficients are log rate ratios.
    separated : int
        Rows that the model left out because it fits them perfectly, see
        :mod:`analysis.estimate.numerics.fits.separation`.
    """

    coefficients: "Floats"
    covariance: "Floats"
    df: float
    clusters: int
    log: bool
    separated: int = 0


@dataclass(frozen=True)
class Rates:
    """Events per 1,000 patients a year in those whom a coefficient is about.

    Attributes
    ----------
    before, after : float
        Before and after the start, as observed; `after` is missing where an effect is not told in events.
    """

    before: float
    after: float = MISSING


def estimates_of(model: Fitted, index: int, rates: Rates, confidence: float, **labels: Any) -> list[Estimate]:
    """One coefficient as a rate ratio and as events per 1,000 patients a year.

    Events more or fewer than without the pilots are counted in the months after the start, from the rate that was to
    be expected in them: the observed one over the ratio, or less the difference. The rate before is another one
    wherever rates change with time.

    Parameters
    ----------
    model : Fitted
        The model.
    index : int
        Which coefficient.
    rates : Rates
        What was observed in those whom the coefficient is about; before the start above 0.
    confidence : float
        Confidence level of the intervals.
    **labels
        The other columns of the rows, the outcome among them.

    Returns
    -------
    list of Estimate
        The ratio, whose standard error is that of its logarithm, and the difference.

    Raises
    ------
    Problem
        When the coefficient has no finite estimate, there is no variation to measure uncertainty by, or no rate to
        compare with.
    """
    value, std_error = float(model.coefficients[index]), float(model.covariance[index, index] ** 0.5)
    if isnan(value):
        raise NotEstimable(ReasonCode.EFFECT_HAS_NO_BOUND, "leave the outcome out")
    if not isnan(std_error):  # it is where the caller says that it is unknown
        check_error(value, std_error, labels)
    if not rates.before > 0:
        raise NotEstimable(ReasonCode.NO_EVENTS_BEFORE, "leave the outcome out")
    labels |= {"n_clusters": model.clusters, "baseline": rates.before}
    if model.log:
        row = ratio_row(value, std_error, model.df, confidence, **labels, expected=rates.after / exp(value))
        return [row, as_events(row)]
    return _rates(value, std_error, model.df, confidence, rates.after, **labels)


def ratio_row(log_ratio: float, std_error: float, df: float, confidence: float, **labels: Any) -> Estimate:
    """A log ratio and its standard error as a ratio, with interval and test; `labels` are the row's other columns."""
    import numpy as np

    value, low, high = np.exp([log_ratio, *interval(log_ratio, std_error, df, confidence)]).tolist()
    p_value = t_test(log_ratio, std_error, df)
    return Estimate(
        scale="ratio", estimate=value, std_error=std_error, ci_low=low, ci_high=high, p_value=p_value, **labels
    )


def difference_row(value: float, std_error: float, df: float, confidence: float, **labels: Any) -> Estimate:
    """A difference and its standard error, with interval and test; `labels` are the row's other columns."""
    return Estimate(**with_interval(value, std_error, df, confidence), **labels)


def with_interval(value: float, std_error: float, df: float, confidence: float) -> dict[str, Any]:
    """The columns of a row that hold an estimate, its standard error, and the interval and test by these."""
    low, high = interval(value, std_error, df, confidence)
    p_value = t_test(value, std_error, df)
    return {"estimate": value, "std_error": std_error, "ci_low": low, "ci_high": high, "p_value": p_value}


def as_events(row: Estimate) -> Estimate:
    """A ratio as a change in events from the rate that was to be expected; from the baseline where that is all."""
    # ASSUME: the expected rate is taken as known, so that passing from ratios to events or back carries the uncertainty
    # of the coefficient alone (delta method: the derivative of a ratio by its logarithm is the ratio).
    rate = row.baseline if isnan(row.expected) else row.expected
    value, low, high = (rate * (each - 1) for each in (row.estimate, row.ci_low, row.ci_high))
    error = rate * row.estimate * row.std_error
    return replace(row, scale="difference", estimate=value, ci_low=low, ci_high=high, std_error=error)


def _rates(value: float, std_error: float, df: float, confidence: float, after: float, **labels: Any) -> list[Estimate]:
    """A difference in events as the ratio of the observed to the expected rate, and as it is."""
    expected = after - value
    row = difference_row(value, std_error, df, confidence, scale="difference", expected=expected, **labels)
    if not after > row.ci_high:
        raise NotEstimable(ReasonCode.RISE_AS_LARGE_AS_RATE, "take a model of log rates")
    ratio, low, high = (after / (after - each) for each in (value, row.ci_low, row.ci_high))
    return [replace(row, scale="ratio", estimate=ratio, ci_low=low, ci_high=high, std_error=std_error / expected), row]
