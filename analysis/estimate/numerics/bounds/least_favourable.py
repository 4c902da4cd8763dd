"""The critical value of the first stage of the hybrid test, exactly.

The test statistic is the largest of four linear functions of two normal variables, so under the least favourable
trend (all inequalities bind, hence means of zero) its distribution is an integral over one variable. Published code
draws it, 1,000 times for a quantile at 99.5 %, so its third digit depends on the seed; ours does not.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.estimate.numerics.fits.grid import Floats

NODES = 128  # of Gauss-Legendre; 64 already give eight digits
TAIL = 8.5  # standard deviations; 1e-17 of a normal distribution lies beyond


def least_favourable(gradient: "Floats", covariance: "Floats", size: float) -> float:
    """The value that the largest of the functions exceeds with probability `size`.

    Parameters
    ----------
    gradient : (4, 2) float
        The functions' coefficients, by row: above and below the effect, and the two that hold the second variable
        alone (see :class:`analysis.estimate.numerics.bounds.relative_magnitudes.Inequalities`).
    covariance : (2, 2) float
        Of the two normal variables, whose means are zero.
    size : float
        For instance 0.005.
    """
    from scipy.optimize import brentq

    return float(brentq(lambda value: _exceeded(value, gradient, covariance) - size, 1e-6, 40.0, xtol=1e-10))


def _exceeded(value: float, gradient: "Floats", covariance: "Floats") -> float:
    """The probability that any of the functions exceeds `value` > 0."""
    import numpy as np
    from scipy.special import ndtr

    spread = covariance[1, 1] ** 0.5
    first = max(_first(value, gradient), -TAIL * spread)
    nodes, weights = _nodes()
    half = (TAIL * spread - first) / 2
    second = first + half * (1 + nodes)
    density = np.exp(-((second / spread) ** 2) / 2) / (spread * np.sqrt(2 * np.pi))
    # Given the second variable, the first lies between two lines.
    mean = covariance[0, 1] / covariance[1, 1] * second
    rest = (covariance[0, 0] - covariance[0, 1] ** 2 / covariance[1, 1]) ** 0.5
    low, high = ((value - gradient[row, 1] * second) / gradient[row, 0] for row in (0, 1))
    between = ndtr((high - mean) / rest) - ndtr((low - mean) / rest)
    return float(1 - half * (weights @ (density * between)))


@cache
def _nodes() -> "tuple[Floats, Floats]":
    import numpy as np

    return np.polynomial.legendre.leggauss(NODES)


def _first(value: float, gradient: "Floats") -> float:
    """Where the second variable begins for which no function need exceed `value`: where lines meet, or one function."""
    import numpy as np

    slopes = gradient[:2, 1] / gradient[:2, 0]
    opening = slopes[0] - slopes[1]  # the lines open by this much for each unit of the second variable
    if opening <= 0:
        return float("-inf")
    with np.errstate(over="ignore"):  # without violations worth the name, everywhere
        meet = value * (1 / gradient[0, 0] - 1 / gradient[1, 0]) / opening
        return float(max(meet, value / gradient[2, 1]))
