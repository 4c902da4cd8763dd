"""What the models of the difference-in-differences share: a fitted model, and its effect as rows of the one table."""

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

from analysis.estimate.intervals import interval, rate_interval, t_test
from analysis.estimate.panel_checks import check_error
from analysis.estimates import Estimate
from analysis.steps import Problem

if TYPE_CHECKING:
    from analysis.estimate.grid import Floats

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
    """

    coefficients: "Floats"
    covariance: "Floats"
    df: float
    clusters: int
    log: bool


def told(model: Fitted, index: int, baseline: float, confidence: float, **labels: Any) -> list[Estimate]:
    """One coefficient as a rate ratio and as events per 1,000 patients a year.

    Parameters
    ----------
    model : Fitted
        The model.
    index : int
        Which coefficient.
    baseline : float
        Events per 1,000 patients a year before the start, in those whom the coefficient is about (> 0).
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
        When there is no variation to measure uncertainty by, or no rate to compare with.
    """
    value, std_error = float(model.coefficients[index]), float(model.covariance[index, index] ** 0.5)
    if not isnan(std_error):  # it is where the caller says that it is unknown
        check_error(value, std_error, labels["outcome"])
    if not baseline > 0:
        raise Problem("There are no events before the start in the practices compared.", "leave the outcome out")
    numbers = (value, *interval(value, std_error, model.df, confidence))
    labels |= {"p_value": t_test(value, std_error, model.df), "n_clusters": model.clusters, "baseline": baseline}
    ratios, differences = _ratios(model, numbers, baseline), _differences(model, numbers, baseline)
    # ASSUME: the baseline rate is taken as known, so that passing from ratios to events or back carries the uncertainty
    # of the coefficient alone (delta method: the derivative of a ratio by its logarithm is the ratio).
    slope = baseline * ratios[0]
    errors = (std_error, slope * std_error) if model.log else (std_error / slope, std_error)
    return [
        _row(ratios, errors[0], scale="ratio", **labels),
        _row(differences, errors[1], scale="difference", **labels),
    ]


def _ratios(model: Fitted, numbers: tuple[float, ...], baseline: float) -> tuple[float, ...]:
    import numpy as np

    if model.log:
        return tuple(np.exp(numbers).tolist())
    ratios = tuple(1 + each / baseline for each in numbers)
    if ratios[0] <= 0:
        raise Problem("The fall in events is larger than their rate before the start.", "take a model of log rates")
    return ratios


def _differences(model: Fitted, numbers: tuple[float, ...], baseline: float) -> tuple[float, ...]:
    return rate_interval(_ratios(model, numbers, baseline), baseline) if model.log else numbers


def _row(numbers: tuple[float, ...], std_error: float, **labels: Any) -> Estimate:
    return Estimate(estimate=numbers[0], ci_low=numbers[1], ci_high=numbers[2], std_error=std_error, **labels)
