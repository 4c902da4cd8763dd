r"""Bounds by relative magnitudes: trends drifted apart after the start by no more than Mbar times what they did before.

Delta^RM(Mbar) of Rambachan & Roth (2023, section 2.4.1): no step of the difference in trends after the start exceeds
Mbar times the largest step before. It is a union over that largest step and its sign; for each, the moment
inequalities are tested conditionally on which of them binds, after a first stage with the least favourable critical
value (the C-LF hybrid of Andrews, Roth & Pakes 2023, Rev Econ Stud 90:2763-2791, with a tenth of the level in the
first stage), and the confidence set is the union of what is not rejected.

The published programs solve a linear program for every value on a grid. None is needed: with D_t the steps of the
coefficients after the start, V the chosen step before, x_t the steps of the effect and s_t the standard errors of the
moments, the moments say

    D_t - Mbar V - eta s_t+  <=  x_t  <=  D_t + Mbar V + eta s_t-   for all t,   and   sum_t c_t x_t = theta,

so the least eta is the largest of a few linear functions of (sum_t c_t D_t, V): the interval of each x_t must not be
empty, and theta must lie between the weighted sums of their ends. These are the vertices of the dual program.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.estimate.numerics.bounds.honest_did import Bounds, EventStudy
from analysis.estimate.numerics.bounds.least_favourable import least_favourable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.estimate.numerics.fits.grid import Floats

    Flags = NDArray[np.bool_]

FIRST_STAGE = 0.1  # the share of the level that the first stage of the hybrid test takes, as published
POINTS = 400  # at which a set is looked at before its ends are narrowed down


@dataclass(frozen=True)
class Inequalities:
    """The test of one largest step before the start: the statistic is the largest of four functions.

    Attributes
    ----------
    gradient : (4, 2) float
        Coefficients of the two variables, the effect under parallel trends and the step before: theta above what is
        allowed, theta below it, and the smallest and the largest interval of a step of the effect being empty.
    slope : (4,) float
        Coefficients of theta.
    observed : (2,) float
        The two variables.
    covariance : (2, 2) float
        Theirs.
    """

    gradient: "Floats"
    slope: "Floats"
    observed: "Floats"
    covariance: "Floats"

    def statistics(self, theta: "Floats") -> "Floats":
        """The four functions at each value of theta: (4, n)."""
        return (self.gradient @ self.observed)[:, None] + self.slope[:, None] * theta


def robust_interval(study: EventStudy, mbar: float, alpha: float) -> Bounds:
    """The interval of the effect; by bisection, so exact to nine digits.

    Parameters
    ----------
    study : EventStudy
    mbar : float
        Steps after the start are at most this multiple of the largest before; 0 gives the usual normal interval.
    alpha : float
        One minus the confidence level.

    Returns
    -------
    float, float
        The ends of the smallest interval that holds the confidence set.
    """
    ends = [pair for each in steps(study, mbar) if (pair := _ends(each, alpha))]
    return min(low for low, _ in ends), max(high for _, high in ends)


def steps(study: EventStudy, mbar: float) -> Iterator[Inequalities]:
    """The tests by largest step before the start, in order of time, each upwards and downwards."""
    import numpy as np

    after = np.eye(len(study.coefficients))[study.before :]
    changes = after - np.vstack([np.zeros_like(after[:1]), after[:-1]])
    earlier = np.vstack([np.eye(len(study.coefficients))[: study.before], np.zeros_like(after[:1])])
    for step in np.diff(earlier, axis=0):
        yield _inequalities(study, changes, step, mbar)
        yield _inequalities(study, changes, -step, mbar)


def _inequalities(study: EventStudy, changes: "Floats", step: "Floats", mbar: float) -> Inequalities:
    import numpy as np

    above, below = (_spread(study, sign * changes - mbar * step) for sign in (1, -1))
    weights = np.cumsum(study.weights[::-1])[::-1]  # c: what a step of the effect adds to the effect
    size = np.abs(weights)
    over, under = size @ np.where(weights > 0, below, above), size @ np.where(weights > 0, above, below)
    drift, pairs = mbar * size.sum(), above + below
    gradient = [
        [-1 / over, -drift / over], [1 / under, -drift / under], [0, -2 * mbar / pairs.min()],
        [0, -2 * mbar / pairs.max()],
    ]  # fmt: skip
    both = np.stack([study.combination, step])
    slope = np.array([1 / over, -1 / under, 0, 0])
    return Inequalities(np.array(gradient), slope, both @ study.coefficients, both @ study.covariance @ both.T)


def _spread(study: EventStudy, rows: "Floats") -> "Floats":
    """Standard errors of linear functions of the coefficients."""
    import numpy as np

    return np.asarray(np.sqrt(((rows @ study.covariance) * rows).sum(axis=1)))


def accepted(test: Inequalities, theta: "Floats", alpha: float, critical: float) -> "Flags":
    """Which values of the effect the hybrid test does not reject.

    Parameters
    ----------
    test : Inequalities
    theta : (n,) float
    alpha : float
        The level.
    critical : float
        The least favourable critical value of the first stage.
    """
    import numpy as np

    statistics = test.statistics(theta)
    largest, binding = statistics.max(axis=0), statistics.argmax(axis=0)
    covariance = test.gradient @ test.covariance @ test.gradient.T
    variance = np.diag(covariance)[binding]
    varying = variance > 0  # without violations a function may be the constant zero, which never rejects
    variance = np.where(varying, variance, 1.0)
    low, high = _truncation(statistics, largest, covariance[:, binding] / variance)
    spread, second = np.sqrt(variance), (1 - FIRST_STAGE) * alpha / (1 - FIRST_STAGE * alpha)
    threshold = _truncated_quantile(low / spread, np.minimum(high, critical) / spread, second)
    rejected = varying & (largest / spread > np.maximum(threshold, 0))
    return np.asarray((largest <= critical) & ~rejected)


def _truncation(statistics: "Floats", largest: "Floats", slopes: "Floats") -> tuple["Floats", "Floats"]:
    """Between which values the binding function would still be the largest, given what is independent of it."""
    import numpy as np

    gap = 1 - slopes
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = (statistics - slopes * largest) / gap
    low = np.where(gap > 1e-9, ends, -np.inf).max(axis=0)
    return low, np.where(gap < -1e-9, ends, np.inf).min(axis=0)


def _truncated_quantile(low: "Floats", high: "Floats", size: float) -> "Floats":
    """The value that a standard normal between `low` and `high` exceeds with probability `size`, far tails included."""
    import numpy as np
    from scipy.special import log_ndtr, ndtri_exp

    above_low, above_high = log_ndtr(-low), log_ndtr(-np.maximum(high, low))
    return np.asarray(-ndtri_exp(above_low + np.log(size + (1 - size) * np.exp(above_high - above_low))))


def _ends(test: Inequalities, alpha: float) -> Bounds | None:
    """The lowest and highest value that the test accepts, or none where it accepts nothing."""
    import numpy as np

    critical = least_favourable(test.gradient, test.covariance, FIRST_STAGE * alpha)
    fixed = test.gradient @ test.observed
    high, low = ((critical - fixed[row]) / test.slope[row] for row in (0, 1))  # beyond, the first stage rejects
    if low > high:
        return None
    grid = np.linspace(low, high, POINTS)
    inside = np.flatnonzero(accepted(test, grid, alpha, critical))
    if not inside.size:
        return None

    def within(theta: "Floats") -> "Flags":
        return accepted(test, theta, alpha, critical)

    before, after = max(inside[0] - 1, 0), min(inside[-1] + 1, POINTS - 1)
    return _end(within, grid[inside[0]], grid[before]), _end(within, grid[inside[-1]], grid[after])


def _end(within: "Callable[[Floats], Flags]", inside: float, outside: float) -> float:
    """Where a set ends between a point of it and one that is not; four rounds of 100 parts each."""
    import numpy as np

    for _ in range(4):
        grid = np.linspace(inside, outside, 101)
        last = int(np.flatnonzero(within(grid))[-1])
        inside, outside = grid[last], grid[min(last + 1, 100)]
    return float(inside)
