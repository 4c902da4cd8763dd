"""Wild cluster bootstrap for linear models, and its like for Poisson: the score bootstrap.

Each draw gives every cluster a weight, multiplies its scores under the null hypothesis by it, and takes the t statistic
(CRV1) again. For a linear model that is the restricted wild cluster bootstrap WCR (Cameron, Gelbach & Miller 2008, Rev
Econ Stat 90:414-427). For Poisson the scores come from the fit with the effect held at the null (Kline & Santos 2012,
J Econometric Methods 1:23-41), and cluster sums of the information carry each draw's estimate back into the scores,
without which the variance would be the same in every draw of signs. The observed statistic is the one of all weights 1.

Weights are signs, all of them where there are at most 2^16 up to symmetry. With few clusters or few of them treated,
signs give too few different values and Webb's six points take their place (Webb 2023, Canadian J Econ 56:839-858). With
two or three treated clusters no bootstrap of this kind is reliable (MacKinnon & Webb 2018, Econometrics J 21:114-135):
read randomisation inference and CRV3 beside it. With one treated cluster it says nothing and is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.estimate.numerics.errors.cluster_terms import Terms
from analysis.estimate.numerics.fits.grid import Floats
from analysis.estimate.numerics.fits.poisson import solve
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

MOST = 2**16
# Numbers in one block of draws: 32 MiB.
CELLS = 2**22
FEW_TREATED, FEW_CLUSTERS = 3, 10
MANY = 1_000
# A draw that equals the observed statistic but for rounding is as extreme.
TIES = 1 - 1e-9


@dataclass(frozen=True)
class Draws:
    """Weights of clusters; where they are all that there are, the observed ones (all 1) are among them.

    Attributes
    ----------
    weights : (draws, clusters) number
    every : bool
        Whether these are all weights, up to the sign.
    """

    weights: "NDArray[Any]"
    every: bool


def weights(clusters: int, treated: int, draws: int, seed: int) -> Draws:
    """The weights of each draw.

    Parameters
    ----------
    clusters, treated : int
        All clusters, and those that the intervention reaches.
    draws : int
        Random draws where not all signs can be enumerated.
    seed : int
        For the random ones.

    Raises
    ------
    Problem
        When one cluster alone is treated.
    """
    if treated == 1:
        raise NotEstimable(
            ReasonCode.ONE_TREATED_CLUSTER,
            "read randomisation inference, or leave the bootstraps out of `inference.methods`",
        )
    random = np.random.default_rng(seed)
    if treated <= FEW_TREATED or clusters <= FEW_CLUSTERS:
        points = np.sqrt([0.5, 1.0, 1.5])
        return Draws(_drawn(random, np.concatenate([-points, points]), draws, clusters), False)
    if 2 ** (clusters - 1) > MOST:
        return Draws(_drawn(random, np.array([-1, 1], dtype=np.int8), draws, clusters), False)
    # The statistic of the opposite signs differs by its sign alone, so the first cluster's stays.
    bits = np.arange(2 ** (clusters - 1))[:, None] >> np.arange(clusters) - 1 + (np.arange(clusters) == 0)
    signs = np.where(bits & 1, -1.0, 1.0)
    signs[:, 0] = 1
    return Draws(signs, True)


def _drawn(random: np.random.Generator, points: "NDArray[Any]", draws: int, clusters: int) -> "NDArray[Any]":
    """Random points in rows, drawn some rows at a time, which gives the same ones in a fraction of the memory."""
    sample, step = np.empty((draws, clusters), dtype=points.dtype), max(1, CELLS // clusters)
    for first in range(0, draws, step):
        rows = sample[first : first + step]
        rows[:] = random.choice(points, rows.shape)
    return sample


def bootstrap_statistics(terms: Terms, drawn: "NDArray[Any]") -> tuple[float, Floats]:
    """The t statistic of the last coefficient, observed and in each draw.

    Parameters
    ----------
    terms : Terms
        Cluster sums of the model fitted under the null hypothesis.
    drawn : (draws, clusters) number
        The weights.

    Raises
    ------
    Problem
        When the scores of clusters say nothing of the variance.
    """
    contrast = solve(terms.total, np.eye(len(terms.total))[-1])
    own, steps = terms.scores @ contrast, solve(terms.total, terms.scores.T).T
    # What the estimate of a draw, H^-1 sum of w_h S_h, takes back from each cluster's score.
    back = terms.along(contrast)
    clusters = len(own)

    # Of many clusters single precision is enough: a p-value counts draws, and none decides.
    kind = np.float64 if clusters <= MANY else np.float32
    sums = np.column_stack([own, steps, own[:, None] * back]).astype(kind)
    square, size = back.T @ back, steps.shape[1]

    def t(weight: "NDArray[Any]") -> Floats:
        # The sum over clusters of (w own - back v)^2, v the estimate of the draw, multiplied out.
        products = (weight @ sums).astype(float)
        estimate, move, mixed = products[:, 0], products[:, 1 : 1 + size], products[:, 1 + size :]
        after = (weight**2) @ (own**2) - 2 * (move * mixed).sum(1) + ((move @ square) * move).sum(1)
        spread = np.sqrt(clusters / (clusters - 1) * np.maximum(after, 0))
        return np.asarray(estimate / np.where(spread > 0, spread, np.inf))

    if ((own - back @ steps.sum(0)) ** 2).sum() <= 1e-20 * (own**2).sum():
        raise NotEstimable(ReasonCode.SCORES_WITHOUT_VARIANCE, "look for clusters without any events")
    step = max(1, CELLS // clusters)
    parts = [t(drawn[first : first + step].astype(kind)) for first in range(0, len(drawn), step)]
    return float(t(np.ones((1, clusters), dtype=kind))[0]), np.concatenate(parts)


def p_value(observed: float, drawn: Floats, every: bool) -> float:
    """The share of draws at least as far from zero, counting the observed one (Davison & Hinkley 1997, ch. 4)."""
    extreme = int((np.abs(drawn) >= abs(observed) * TIES).sum())
    return extreme / drawn.size if every else (1 + extreme) / (1 + drawn.size)


def wild_test(terms: Terms, draws: Draws) -> float:
    """The p-value of the null hypothesis under which the terms were taken."""
    observed, drawn = bootstrap_statistics(terms, draws.weights)
    return p_value(observed, drawn, draws.every)


def inverted(
    p_of: Callable[[float], float], estimate: float, std_error: float, confidence: float
) -> tuple[float, float]:
    """The interval of values that a test does not reject.

    Parameters
    ----------
    p_of : callable
        The p-value of a value; 1 at the estimate.
    estimate, std_error : float
        Where to begin and how far to step; ends are found to a thousandth of the standard error.
    confidence : float
        For instance 0.95.

    Returns
    -------
    float, float
        Both missing where a side has no end within 64 standard errors.
    """
    low, high = (_edge(p_of, estimate, sign * std_error, 1 - confidence) for sign in (-1, 1))
    return (low, high) if low < high else (float("nan"), float("nan"))


def _edge(p_of: Callable[[float], float], inside: float, step: float, level: float) -> float:
    start, reach = inside, 2 * step
    above = 0.0  # how far z lies from its critical value; at the estimate it is nought itself
    near = -_z(level)
    while (p := p_of(outside := start + reach)) > level:
        inside, near, reach = outside, _z(p) - _z(level), 2 * reach
        if not abs(reach) <= 64 * abs(step):
            return float("nan")
    above = _z(p) - _z(level)
    # The t statistic is all but a straight line in the value, so the line through both ends finds where it crosses;
    # where p-values go in steps it does not, and halves do.
    for turn in range(40):
        if abs(outside - inside) < 1e-3 * abs(step):
            break
        share = 0.5 if turn % 3 == 2 else min(max(near / (near - above), 0.001), 0.999)
        middle = inside + share * (outside - inside)
        z = _z(p_of(middle)) - _z(level)
        if abs(z) < 2e-4:  # less than a thousandth of the standard error away
            return middle
        if z < 0:
            inside, near = middle, z
        else:
            outside, above = middle, z
    return (inside + outside) / 2


def _z(p: float) -> float:
    """The size of a normal statistic with this two-sided p-value."""
    from scipy.special import ndtri

    return float(-ndtri(max(p, 1e-12) / 2))
