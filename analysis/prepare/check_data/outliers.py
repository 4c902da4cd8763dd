"""Values that stand out from their own series and from their peers: robust, so that a typo cannot hide itself.

The rule is the modified z-score of Iglewicz and Hoaglin (1993), *How to Detect and Handle Outliers*, ASQC: the distance
from the median in units of 1.4826 times the median absolute deviation. A value stands out where it is larger than
`odd` times √(2 ln n), about the largest that n normal values reach (Donoho and Johnstone 1994, *Biometrika* 81:425): so
that neither many values nor few raise alarms by chance.
"""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
# The median absolute deviation of a normal variable times this is its standard deviation.
CONSISTENT = 1.4826
# ASSUME: a series that is several times as restless as the middle one is no reason to ask about none of its values.
RESTLESS = 3.0
# Anscombe (1948), Biometrika 35:246: 2√(x + 3/8) of a Poisson variable has a variance near 1, whatever its mean.
ANSCOMBE = 3 / 8
# ASSUME: the sum of a month may differ by 5 % from those around it without anybody asking why.
RESTLESS_MONTH = 0.05
AROUND = 6


def limit(values: int, odd: float) -> float:
    """The modified z-score from which on one of so many values stands out."""
    return odd * math.sqrt(2 * math.log(max(values, 2)))


def scores(values: Floats, least: float = 0.0) -> Floats:
    """Modified z-scores; 0 where nothing differs, and where a value is missing.

    Parameters
    ----------
    values : (n,) float
        On a scale on which their spread does not grow with them.
    least : float
        The least spread that is taken for real, on the same scale.
    """
    finite = np.isfinite(values)
    if not finite.any():
        return np.zeros(len(values))
    far = values - np.median(values[finite])
    spread = max(CONSISTENT * float(np.median(np.abs(far[finite]))), least)
    scored = far / spread if spread else np.where(far > 0, np.inf, -np.inf)
    return np.where(finite & (far != 0), scored, 0.0)


def standing_out(values: Floats, odd: float, least: float = 0.0) -> npt.NDArray[np.bool_]:
    """Which values stand out from all."""
    return np.abs(scores(values, least)) > limit(int(np.isfinite(values).sum()), odd)


def expected(counts: Floats, population: Floats) -> tuple[Floats, Floats]:
    """The counts that each unit's other months and each month's other units let expect.

    One sweep of Tukey's (1977) median polish, on ratios: the median rate of the unit, times the median over units of
    what the month does to it.

    Parameters
    ----------
    counts, population : (units, months) float
        Missing is NaN.

    Returns
    -------
    (units, months) float
        The expected counts.
    (months,) float
        What each month does to all units, as a factor.
    """
    rate = _medians(counts / population, axis=1)[:, None]
    usual = population * np.where(rate > 0, rate, np.nan)
    month = _medians(counts / usual, axis=0)
    factor = np.where(np.isfinite(month), month, 1.0)
    return np.nan_to_num(population * rate * factor), factor


def cell_scores(counts: Floats, wanted: Floats) -> Floats:
    """Modified z-scores of counts beside those expected, on Anscombe's scale, each unit by its own spread.

    Parameters
    ----------
    counts, wanted : (units, months) float
        Missing counts are NaN, and get 0.
    """
    far = 2 * (np.sqrt(counts + ANSCOMBE) - np.sqrt(wanted + ANSCOMBE))
    own = CONSISTENT * _medians(np.abs(far), axis=1)
    # Chance alone gives a spread of 1.
    most = RESTLESS * max(1.0, float(np.median(own[np.isfinite(own)], axis=None)) if np.isfinite(own).any() else 1.0)
    return np.nan_to_num(far / np.clip(np.nan_to_num(own, nan=1.0), 1.0, most)[:, None])


def month_scores(factor: Floats) -> Floats:
    """Modified z-scores of months beside the half-year around each, on the scale of logarithms."""
    logs = np.log(np.maximum(factor, 1e-9))
    near = [np.r_[logs[max(0, at - AROUND) : at], logs[at + 1 : at + 1 + AROUND]] for at in range(len(logs))]
    far = logs - np.array([np.median(each) if len(each) else log for each, log in zip(near, logs, strict=True)])
    return scores(far, RESTLESS_MONTH)


def _medians(values: Floats, axis: int) -> Floats:
    """Medians of what is there; missing where nothing is."""
    some = np.isfinite(values).any(axis=axis, keepdims=True)
    filled = np.where(np.isfinite(values) | ~some, values, np.nan)
    medians = np.full(values.shape[1 - axis], np.nan)
    kept = some.ravel()
    if kept.any():
        medians[kept] = np.nanmedian(filled.compress(kept, axis=1 - axis), axis=axis)
    return medians


def rank_correlation(one: Floats, other: Floats) -> float:
    """Spearman's, over the pairs that are known; 0 where one of them never differs."""
    import pandas as pd

    pairs = pd.DataFrame({"one": one, "other": other}).dropna().rank()
    return float(pairs["one"].corr(pairs["other"])) if pairs.nunique().min() > 1 else 0.0
