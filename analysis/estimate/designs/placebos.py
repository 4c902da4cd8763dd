"""Placebo inference for synthetic controls: every comparison area in turn as if it had started.

A site's gap is set beside those of areas where nothing started (Abadie, Diamond & Hainmueller 2010, J Am Stat Assoc
105:493-505); the mean over sites beside means over as many areas, each at a site's own start (Cavallo, Galiani, Noy &
Pantano 2013, Rev Econ Stat 95:1549-1561), widened because sites share their donors. Standard errors are the spread of
the placebo effects (Arkhangelsky et al. 2021, Am Econ Rev 111:4088-4118, algorithm 4).
"""

from dataclasses import dataclass

import numpy as np

from analysis.estimate.numerics.errors.intervals import interval
from analysis.estimate.numerics.weights.synthetic_weights import Comparison, Estimator, Floats, gap
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

DRAWS = 9999


@dataclass(frozen=True)
class Means:
    """Mean rates after the start, observed and without the start; floats, or arrays of the same shape."""

    observed: Floats
    counterfactual: Floats

    def effects(self, scale: str) -> Floats:
        """The effect: the log of the ratio, or the difference.

        Raises
        ------
        Problem
            When a ratio has nothing to stand on.
        """
        if scale == "difference":
            return np.asarray(self.observed - self.counterfactual)
        if np.any(self.observed <= 0) or np.any(self.counterfactual <= 0):
            raise NotEstimable(
                ReasonCode.AREA_WITHOUT_EVENTS, "leave the design out for this outcome, or choose longer periods"
            )
        return np.asarray(np.log(self.observed / self.counterfactual))


@dataclass(frozen=True)
class PlaceboTest:
    """An effect with its placebo standard error, interval and p-value."""

    effect: float
    std_error: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True)
class Placebos:
    """Every donor as if it had started: arrays over donors, and the mean sum of their squared weights."""

    means: Means
    spread: float


def placebos(donors: Floats, before: int, estimator: Estimator) -> Placebos:
    """What each donor has after the start, and what the other donors let expect of it."""
    gaps = [
        gap(Comparison(area, np.delete(donors, place, axis=0), before), estimator) for place, area in enumerate(donors)
    ]
    means = Means(np.array([each.observed for each in gaps]), np.array([each.counterfactual for each in gaps]))
    return Placebos(means, float(np.mean([each.donors @ each.donors for each in gaps])))


def drawn_sets(sites: list[Placebos], share: Floats, seed: int) -> Means:
    """Weighted means over sets of donors, drawn one by one for each site at that site's start; arrays over draws.

    Parameters
    ----------
    sites : list of Placebos
        By site, the placebos at its start, over the same donors.
    share : (sites,) float
        What each site counts for; the sum is one.
    seed : int
        Of the draws.
    """
    random, order = np.random.default_rng(seed), np.arange(len(sites))
    chosen = random.integers(len(sites[0].means.observed), size=(DRAWS, len(sites)))
    observed = np.array([site.means.observed for site in sites])[order, chosen]
    counterfactual = np.array([site.means.counterfactual for site in sites])[order, chosen]
    return Means(observed @ share, counterfactual @ share)


def shared(sites: list[Placebos], share: Floats, weights: Floats) -> float:
    """How much wider a mean over sites varies than one over placebos that were drawn one by one.

    Sites lean on the same donors, whose own errors therefore do not average out over sites. With one variance s for
    every area, the mean over sites has s (sum of share^2 + sum over donors of their joint weight^2), and that over
    drawn placebos s times the sum of share^2 (1 + sum of the donors' weights^2).

    Parameters
    ----------
    sites : list of Placebos
        The placebos at each site's start.
    share : (sites,) float
        What each site counts for; the sum is one.
    weights : (sites, donors) float
        The weights of the donors for each site.
    """
    own, joint = share @ share, share @ weights
    alone = share**2 @ np.array([1 + site.spread for site in sites])
    return float(np.sqrt((own + joint @ joint) / alone))


def beside_placebos(effect: float, placebo: Floats, df: int, confidence: float) -> PlaceboTest:
    """An effect beside its placebos.

    Parameters
    ----------
    effect : float
        On the scale on which the placebos are.
    placebo : (k,) float
        The placebo effects. The p-value is the share, the effect itself counted in, of those as far from zero: it
        cannot be below 1 / (k + 1).
    df : int
        Degrees of freedom of the spread: donors - 1.
    confidence : float
        For instance 0.95.
    """
    # ASSUME: placebo effects vary as the sites' own errors do. Comparison areas are larger than most sites, so for a
    # small site the interval is rather too narrow and the test rather too bold.
    std_error = float(np.std(placebo, ddof=1))
    as_far = np.sum(np.abs(placebo) >= abs(effect) * (1 - 1e-12))
    low, high = interval(effect, std_error, df, confidence)
    return PlaceboTest(effect, std_error, low, high, float((1 + as_far) / (1 + len(placebo))))
