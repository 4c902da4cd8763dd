"""Which periods before the start are tested together, and whether the test would have seen a trend that matters.

A test that finds nothing says little when it had small chance to find anything (Roth 2022, AER: Insights 4:305-322).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.estimate.numerics.fits.grid import Floats

LEVEL = 0.05  # at which a pre-trend is usually looked for


def latest_before(terms: list[int], reference: int, sites: int) -> list[int]:
    """Where the periods that are tested together stand among an event study's.

    Parameters
    ----------
    terms : list of int
        Periods relative to the start, in order, without the reference.
    reference : int
        The period that the others are compared with.
    sites : int
        Clusters that hold pilot practices.

    Returns
    -------
    list of int
        The places of the latest periods before the reference, at most one for each three sites; none where there are
        no such periods.
    """
    # ASSUME: three pilot sites per period that is tested. The covariance of many periods rests on few sites, and a test
    # of nearly as many periods as sites finds trends that are not there in more than half of all worlds without any.
    return [place for place, term in enumerate(terms) if term < reference][-max(1, sites // 3) :]


def power(trend: "Floats", covariance: "Floats", df: float, level: float = LEVEL) -> float:
    """The chance that the joint test of the periods before finds a trend that is really there.

    The test is that of :func:`analysis.estimate.numerics.errors.intervals.hotelling_test`; with coefficients whose
    mean is `trend` its statistic follows the noncentral F distribution.

    Parameters
    ----------
    trend : (k,) float
        The coefficients before the start if the trend is real.
    covariance : (k, k) float
        Of the estimated coefficients.
    df : float
        Degrees of freedom of the covariance, pilot clusters - 1.
    level : float
        At which the test rejects.
    """
    import numpy as np
    from scipy.special import fdtri, ncfdtr

    left = df - len(trend) + 1
    critical = float(fdtri(len(trend), left, 1 - level))
    return float(1 - ncfdtr(len(trend), left, float(trend @ np.linalg.solve(covariance, trend)), critical))


def trend_of_the_effect(effect: float, event_time: "Floats", after: "Floats", period: float) -> float:
    """The slope of a straight trend that would by itself give the effect.

    Parameters
    ----------
    effect : float
        The log ratio that the difference-in-differences estimates.
    event_time, after : (n,) float
        Months since the start, and whether they are after it (1 or 0), in every practice-month of the pilots. The
        comparison moves flat, so a trend gives the effect by how much later the months after lie on average.
    period : float
        Months in one period.

    Returns
    -------
    float
        Change of the log ratio per period.
    """
    import numpy as np

    later = np.average(event_time, weights=after) - np.average(event_time, weights=1 - after)
    return float(effect / later * period)
