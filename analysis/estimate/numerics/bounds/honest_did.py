"""What an event study says when trends were not quite parallel: the parts that both kinds of bounds share.

Rambachan & Roth (2023, Rev Econ Stud 90:2555-2591) bound how far the difference in trends may go after the start,
either by how far it went before (:mod:`analysis.estimate.numerics.bounds.relative_magnitudes`) or by how fast its
slope may change (:mod:`analysis.estimate.numerics.bounds.smoothness`), and give intervals that cover the effect at
their level whatever it did within.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    from analysis.estimate.numerics.fits.grid import Floats

# The largest violation that is looked at; a finding that survives it survives all that anybody would argue for.
CAP = 100.0
TINY = 1e-10
Bounds = tuple[float, float]


@dataclass(frozen=True)
class EventStudy:
    """Coefficients of an event study around a reference period, and what of them is asked for.

    Attributes
    ----------
    coefficients : (before + after,) float
        In order of time and without gaps; the reference, which is zero, lies between the two groups and is left out.
    covariance : (before + after, before + after) float
        Of the coefficients.
    before : int
        How many of them lie before the reference.
    weights : (after,) float
        The effect is the sum of the later coefficients with these weights.

    Raises
    ------
    Problem
        Where a side of the reference has no period, or the covariance holds too little for the method.
    """

    coefficients: "Floats"
    covariance: "Floats"
    before: int
    weights: "Floats"

    def __post_init__(self) -> None:
        import numpy as np

        if self.before < 1:
            raise NotEstimable(
                ReasonCode.ONE_PERIOD_BEFORE, "give the study earlier months, or shorter periods with `bin_months`"
            )
        if not len(self.weights):
            raise NotEstimable(
                ReasonCode.NO_PERIOD_AFTER, "give the study later months, or shorter periods with `bin_months`"
            )
        # The bounds weigh the effect against the steps before, whose covariance must not be that of fewer clusters.
        steps = np.vstack([self.combination, np.eye(self.before, len(self.coefficients))])
        if np.linalg.matrix_rank(steps @ self.covariance @ steps.T, tol=TINY * self.std_error**2) <= self.before:
            raise NotEstimable(
                ReasonCode.TOO_FEW_CLUSTERS_FOR_PERIODS,
                "choose longer periods with `bin_months`, or cluster by something finer",
                periods=self.before + 1,
            )

    @property
    def combination(self) -> "Floats":
        """The weights of all coefficients, zero before the reference: (before + after,)."""
        import numpy as np

        return np.concatenate([np.zeros(self.before), self.weights])

    @property
    def estimate(self) -> float:
        """The effect if trends were parallel."""
        return float(self.combination @ self.coefficients)

    @property
    def std_error(self) -> float:
        """The standard error of :attr:`estimate`."""
        return float((self.combination @ self.covariance @ self.combination) ** 0.5)


def breakdown(bounds: Callable[[float], Bounds], relative: float = 1e-4) -> float:
    """The largest violation at which the interval leaves zero out.

    Parameters
    ----------
    bounds : callable
        The interval of the effect by the size of the violation; it is taken to widen with it.
    relative : float
        Bisection ends when the value is known to this share of itself.

    Returns
    -------
    float
        0 where the interval without violation already holds zero, `CAP` where even that violation does not matter.
    """
    clear, broken = 0.0, relative
    if not _clear(bounds, clear):
        return 0.0
    while _clear(bounds, broken):
        if broken >= CAP:
            return CAP
        clear, broken = broken, min(4 * broken, CAP)
    while broken - clear > relative * broken:
        middle = (clear + broken) / 2
        clear, broken = (middle, broken) if _clear(bounds, middle) else (clear, middle)
    return clear


def _clear(bounds: Callable[[float], Bounds], size: float) -> bool:
    low, high = bounds(size)
    return low > 0 or high < 0
