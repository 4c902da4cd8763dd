"""Random-effects pooling of effects that come with variances, and how far the next one may lie from their mean."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

# With fewer effects a prediction interval says nothing (Cochrane Handbook 6.5, section 10.10.4.3).
FEWEST_TO_PREDICT = 3


@dataclass(frozen=True, kw_only=True)
class Pool:
    """What several effects say together, on their own scale.

    Attributes
    ----------
    mean, std_error, low, high : float
        The random-effects mean and its interval.
    tau2, tau2_low, tau2_high : float
        Variance between the true effects, and its interval; `tau2_high` is infinite where the data set no bound.
    i2, i2_low, i2_high : float
        The share of the variance of an estimate that lies between the true effects, from 0 to 1; it belongs to `tau2`.
    prediction_low, prediction_high : float
        Where the true effect of one more study may lie; not a number with fewer than three studies.
    studies : int
        How many were pooled.
    """

    mean: float
    std_error: float
    low: float
    high: float
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    i2_low: float
    i2_high: float
    prediction_low: float
    prediction_high: float
    studies: int


def pooled(
    effects: "np.ndarray",
    variances: "np.ndarray",
    confidence: float = 0.95,
    method: Literal["iterated", "dl"] = "iterated",
) -> Pool:
    """Pool effects by a random-effects model.

    The variance between studies is by Paule & Mandel (1982) or DerSimonian & Laird (1986), its interval by Q-profiling
    (Viechtbauer 2007, Stat Med 26:37-52), I squared from that variance and the typical variance within studies (Higgins
    & Thompson 2002, Stat Med 21:1539-1558), the standard error of the mean by Hartung & Knapp (2001, Stat Med
    20:3875-3889) and never below the usual one. Interval and prediction interval use Student's t with k - 1 degrees of
    freedom (Cochrane Handbook 6.5, section 10.10.4.3).

    Parameters
    ----------
    effects, variances : (k,) float
        The effects, for instance log ratios, and their variances; k at least 2, variances above 0.
    confidence : float
        Level of the intervals.
    method : {"iterated", "dl"}
        Paule & Mandel, or DerSimonian & Laird.
    """
    from scipy import stats

    mean, std_error, tau2, _ = random_effects(effects, variances, method)
    within, df = typical_variance(variances), len(effects) - 1
    tau2_low, tau2_high = tau2_interval(effects, variances, confidence)
    reach = float(stats.t.isf((1 - confidence) / 2, df))
    spread = reach * (tau2 + std_error**2) ** 0.5 if len(effects) >= FEWEST_TO_PREDICT else float("nan")
    shares = (
        tau2 / (tau2 + within),
        tau2_low / (tau2_low + within),
        1 / (1 + within / tau2_high) if tau2_high else 0.0,
    )
    return Pool(
        mean=mean, std_error=std_error, low=mean - reach * std_error, high=mean + reach * std_error,
        tau2=tau2, tau2_low=tau2_low, tau2_high=tau2_high, i2=shares[0], i2_low=shares[1], i2_high=shares[2],
        prediction_low=mean - spread, prediction_high=mean + spread, studies=len(effects),
    )  # fmt: skip


def random_effects(
    effects: "np.ndarray", variances: "np.ndarray", method: Literal["iterated", "dl"] = "iterated"
) -> tuple[float, float, float, float]:
    """The random-effects mean, its standard error, the variance between studies and Cochran's Q.

    The standard error is that of Hartung & Knapp (2001, Stat Med 20:3875-3889), never below the usual one.
    """
    import numpy as np
    from statsmodels.stats.meta_analysis import combine_effects

    with np.errstate(all="ignore"):  # Q near 0 and a negative tau squared are dealt with below
        together = combine_effects(effects, variances, method_re=method)
    q = max(0.0, float(together.q))
    if not together.tau2 > 0:  # studies that agree better than by chance: the fixed-effect mean
        return float(together.mean_effect_fe), float(together.sd_eff_w_fe), 0.0, q
    # ASSUME: with few studies the Hartung-Knapp standard error can fall below the usual one by chance, so the larger
    # of the two is taken.
    std_error = max(together.sd_eff_w_re_hksj, together.sd_eff_w_re)
    return float(together.mean_effect_re), float(std_error), float(together.tau2), q


def typical_variance(variances: "np.ndarray") -> float:
    """The variance of a typical study within itself (Higgins & Thompson 2002, equation 9)."""
    weights = 1 / variances
    return float((len(weights) - 1) * weights.sum() / (weights.sum() ** 2 - (weights**2).sum()))


def tau2_interval(effects: "np.ndarray", variances: "np.ndarray", confidence: float) -> tuple[float, float]:
    """The variances between studies under which Cochran's Q is not surprising (Viechtbauer 2007).

    Returns
    -------
    low, high : float
        Both 0 where even no variance at all leaves Q surprisingly small.
    """
    import numpy as np
    from scipy import stats

    def q(tau2: float) -> float:
        weights = 1 / (variances + tau2)
        return float(weights @ (effects - np.average(effects, weights=weights)) ** 2)

    tail, df = (1 - confidence) / 2, len(effects) - 1
    return _root(q, stats.chi2.isf(tail, df), variances), _root(q, stats.chi2.ppf(tail, df), variances)


def _root(q: Callable[[float], float], target: float, variances: "np.ndarray") -> float:
    """Where Q, which falls as the variance between studies grows, is down to `target`; 0 where it is from the start."""
    from scipy import optimize

    if q(0.0) <= target:
        return 0.0
    top = float(variances.max())
    while q(top) > target:
        top *= 2
    return float(optimize.brentq(lambda tau2: q(tau2) - target, 0.0, top, xtol=1e-12, rtol=1e-12))


def leave_one_out(effects: "np.ndarray", variances: "np.ndarray", confidence: float = 0.95) -> list[Pool]:
    """The pool without each study in turn; of at least three."""
    import numpy as np

    return [pooled(np.delete(effects, i), np.delete(variances, i), confidence) for i in range(len(effects))]
