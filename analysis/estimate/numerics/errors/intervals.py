"""Intervals and tests with few clusters: the t distribution with clusters - 1 degrees of freedom.

The distributions come from `scipy.special`, which is loaded several times as fast as `scipy.stats`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.estimate.numerics.fits.grid import Floats


def interval(estimate: float, std_error: float, df: float, confidence: float) -> tuple[float, float]:
    """The confidence interval of an estimate.

    Parameters
    ----------
    estimate, std_error : float
        On the scale on which the estimate is near normal.
    df : float
        Degrees of freedom, clusters - 1 (Cameron & Miller 2015, J Human Resources 50:317-372).
    confidence : float
        For instance 0.95.
    """
    from scipy.special import stdtrit

    half = float(stdtrit(df, (1 + confidence) / 2)) * std_error
    return estimate - half, estimate + half


def t_test(estimate: float, std_error: float, df: float) -> float:
    """The two-sided p-value against zero; 0 where there is no error at all."""
    from scipy.special import stdtr

    if std_error == 0:
        return float(estimate == 0)
    return float(2 * stdtr(df, -abs(estimate) / std_error))


def hotelling_test(estimates: "Floats", covariance: "Floats", df: float) -> tuple[float, float]:
    """The joint test that all estimates are zero, where the covariance itself rests on few clusters.

    Hotelling's T-squared of k estimates with `df` degrees of freedom, as an F statistic with k and df - k + 1.

    Parameters
    ----------
    estimates : (k,) float
    covariance : (k, k) float
    df : float
        Degrees of freedom of the covariance; at least k.

    Returns
    -------
    float, float
        F statistic and p-value (Hotelling 1931, Annals of Mathematical Statistics 2:360-378).
    """
    import numpy as np
    from scipy.special import fdtrc

    size = len(estimates)
    squared = float(estimates @ np.linalg.solve(covariance, estimates))
    statistic = (df - size + 1) / (df * size) * squared
    return statistic, float(fdtrc(size, df - size + 1, statistic))
