"""Segmented Poisson regression of one series of months: level and slope before the start, and how both changed.

Wagner, Soumerai, Zhang & Ross-Degnan (2002, J Clin Pharm Ther 27:299-309) on the scale of log rates, with the season
as sine and cosine (Bernal, Cummins & Gasparrini 2017, Int J Epidemiol 46:348-355) and standard errors that allow for
serial correlation (Newey & West 1987, Econometrica 55:703-708).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

Floats = NDArray[np.float64]
FEWEST_BEFORE, FEWEST_AFTER = 12, 3


@dataclass(frozen=True)
class Series:
    """Events and patients of one site, month after month; it starts in month `start`, counted from 0."""

    count: Floats
    population: Floats
    start: int


@dataclass(frozen=True)
class Break:
    """What changed at the start, as log rate ratios.

    Attributes
    ----------
    effect, effect_error : float
        Mean over the months after the start of the log rate less the counterfactual's, and its standard error.
    slope, slope_error : float
        Change of the slope, per year.
    df : int
        Months less terms.
    """

    effect: float
    effect_error: float
    slope: float
    slope_error: float
    df: int


def segmented(series: Series, harmonics: int) -> Break:
    """Fit the two segments.

    Parameters
    ----------
    series : Series
        Months without a gap.
    harmonics : int
        Pairs of sine and cosine terms of a year.

    Raises
    ------
    Problem
        When there are too few months to tell trend, season and break apart, no events before or after, or so few that
        a term has no finite estimate.
    """
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    from analysis.estimate.numerics.fits.rectifier import bounded

    _check(series, harmonics)
    months, terms = len(series.count), design(len(series.count), series.start, harmonics)
    if not bounded(series.count, terms).kept.all():
        raise NotEstimable(ReasonCode.SERIES_HAS_NO_BOUND, "leave the design out, or give fewer `harmonics`")
    model = GLM(series.count, terms, family=Poisson(), offset=np.log(series.population))
    # The lag that Newey & West (1994, Rev Econ Stud 61:631-653) begin from; statsmodels takes n / (n - terms).
    lags = {"maxlags": int(4 * (months / 100) ** (2 / 9)), "use_correction": True}
    fitted = model.fit(cov_type="HAC", cov_kwds=lags)
    last = np.zeros((2, terms.shape[1]))
    last[0, -2:], last[1, -1] = (1, terms[series.start :, -1].mean()), 1
    values, covariance = last @ fitted.params, last @ fitted.cov_params() @ last.T
    effect_error, slope_error = np.sqrt(np.diag(covariance)).tolist()
    return Break(float(values[0]), effect_error, float(values[1]), slope_error, months - terms.shape[1])


def design(months: int, start: int, harmonics: int) -> Floats:
    """Columns: one, years, sines and cosines of the year, level after the start, years since the start."""
    month = np.arange(months)
    after = month >= start
    season = [wave(2 * np.pi * k * month / 12) for k in range(1, harmonics + 1) for wave in (np.sin, np.cos)]
    return np.column_stack([np.ones(months), month / 12, *season, after, after * (month - start) / 12]).astype(float)


def _check(series: Series, harmonics: int) -> None:
    before, after = series.start, len(series.count) - series.start
    # ASSUME: a season needs a whole year before the start to be told from a break; so does a trend.
    if before < FEWEST_BEFORE or after < FEWEST_AFTER or before <= 2 + 2 * harmonics:
        raise NotEstimable(
            ReasonCode.SERIES_TOO_SHORT,
            "give longer series, or leave the design out",
            before=before,
            after=after,
            needed_before=max(FEWEST_BEFORE, 3 + 2 * harmonics),
            needed_after=FEWEST_AFTER,
        )
    if not series.population.all():
        raise NotEstimable(ReasonCode.SERIES_LACKS_MONTHS, "give every month, or leave the design out")
    if not (series.count[: series.start].any() and series.count[series.start :].any()):
        raise NotEstimable(ReasonCode.SERIES_WITHOUT_EVENTS, "leave the design out")
