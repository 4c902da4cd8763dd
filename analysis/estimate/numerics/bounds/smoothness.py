"""Bounds by smoothness: the slope of the difference in trends changes by no more than M from period to period.

Delta^SD(M) of Rambachan & Roth (2023, section 2.4.2) with the fixed-length interval that is shortest (after Donoho
1994; Armstrong & Kolesár 2018): of all estimators l'b_after + w'b_before that a straight trend does not bias, the one
whose interval is shortest given its standard error and its worst bias. Written in the second differences of the
weights, the worst bias is a sum of absolute values and the variance a quadratic form, so every candidate lies on the
path of a lasso, which is piecewise linear and is walked exactly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.estimate.numerics.bounds.honest_did import EventStudy
from analysis.estimate.numerics.bounds.lasso import path

if TYPE_CHECKING:
    from analysis.estimate.numerics.fits.grid import Floats


@dataclass(frozen=True)
class FixedLength:
    """An estimator of the effect and half the length of its interval."""

    estimate: float
    std_error: float
    half_length: float

    @property
    def interval(self) -> tuple[float, float]:
        """The ends of the interval."""
        return self.estimate - self.half_length, self.estimate + self.half_length


@dataclass(frozen=True)
class Estimators:
    """All linear estimators that a straight trend does not bias, by free parameters v.

    Attributes
    ----------
    fixed : (before + after,) float
        Weights of the coefficients where v is zero.
    free : (before + after, before - 1) float
        What each parameter adds to the weights.
    bias : float
        The worst bias with v = 0 and M = 1; |v| adds to it.
    """

    fixed: "Floats"
    free: "Floats"
    bias: float

    def weights(self, v: "Floats") -> "Floats":
        """The weights of the coefficients."""
        return self.fixed + self.free @ v

    def worst_bias(self, v: "Floats") -> float:
        """The worst bias with M = 1."""
        return self.bias + float(abs(v).sum())


def shortest(study: EventStudy, m: float, alpha: float) -> FixedLength:
    """The shortest interval under smoothness.

    Parameters
    ----------
    study : EventStudy
    m : float
        Largest change of the slope from one period to the next, in the unit of the coefficients; 0 means that the
        difference in trends is a straight line.
    alpha : float
        One minus the confidence level.
    """
    import numpy as np

    every = estimators(study)

    def fixed_length(v: "Floats") -> FixedLength:
        weights = every.weights(v)
        spread = float((weights @ study.covariance @ weights) ** 0.5)
        half = spread * folded_quantile(m * every.worst_bias(v) / spread, alpha)
        return FixedLength(float(weights @ study.coefficients), spread, half)

    if study.before == 1:
        return fixed_length(np.empty(0))
    knots = path(every.free.T @ study.covariance @ every.free, -every.free.T @ study.covariance @ every.fixed)
    # Half the length is convex along the path, so the best point lies beside the best knot.
    best = min(range(len(knots)), key=lambda index: fixed_length(knots[index]).half_length)
    around = [
        _between(fixed_length, knots[index], knots[index + 1]) for index in (best - 1, best) if _inner(index, knots)
    ]
    return min([fixed_length(knots[best]), *around], key=lambda each: each.half_length)


def _inner(index: int, knots: "list[Floats]") -> bool:
    return 0 <= index < len(knots) - 1


def _between(fixed_length: "Callable[[Floats], FixedLength]", first: "Floats", last: "Floats") -> FixedLength:
    from scipy.optimize import minimize_scalar

    minimum = minimize_scalar(
        lambda share: fixed_length(first + share * (last - first)).half_length, bounds=(0, 1), method="bounded",
        options={"xatol": 1e-9},
    )  # fmt: skip
    return fixed_length(first + minimum.x * (last - first))


def estimators(study: EventStudy) -> Estimators:
    """The estimators; v_j is the weight of the change of slope j periods before the reference."""
    import numpy as np

    after = len(study.weights)
    lead = np.arange(1, after + 1)
    # A trend with slope one before the reference moves the effect by this much, and earlier weights must undo it.
    first = float(lead @ study.weights)
    kinks = [float((lead[late:] - late) @ study.weights[late:]) for late in range(after)]
    return Estimators(
        study.combination + first * _second_differences(study)[:, 0], _second_differences(study)[:, 1:],
        float(np.abs(kinks).sum()),
    )  # fmt: skip


def _second_differences(study: EventStudy) -> "Floats":
    """Weights of coefficients from weights of slopes' changes: w at t periods before is v_{t-1} - 2 v_t + v_{t+1}."""
    import numpy as np

    size = study.before
    square = np.eye(size) - 2 * np.eye(size, k=1) + np.eye(size, k=2)
    # Row t - 1 is t periods before the reference; coefficients stand in order of time.
    return np.vstack([square[::-1], np.zeros((len(study.weights), size))])


def folded_quantile(bias: float, alpha: float) -> float:
    """The value that |Z + bias| exceeds with probability `alpha`, for a standard normal Z."""
    from scipy.optimize import brentq
    from scipy.special import ndtr, ndtri

    far = float(ndtri(1 - alpha / 2)) + bias
    return float(brentq(lambda value: ndtr(bias - value) + ndtr(-bias - value) - alpha, 0.0, far + 1e-9, xtol=1e-12))
