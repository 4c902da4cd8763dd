"""Randomisation inference: whether other clusters would have shown as much, had they been the ones to start.

Under the sharp null hypothesis of no effect the counts would have been the same whoever started, so every assignment
of the observed start months to clusters gives a statistic as likely as the observed one (Fisher 1935; for
difference-in-differences MacKinnon & Webb 2020, J Econometrics 218:435-450, whose t version this is). The p-value is
exact however few clusters are treated, where any cluster could have been; no interval comes with it.

The model without an effect is fitted once: it is the same for all assignments. A cluster adds to the score and to the
information of an assignment what depends on its own start alone, so sums by cluster and start are taken once from the
practice-months and nothing is refitted. That needs no collapse to cluster and month, and is exact also where
populations move; it asks only that treatment depends on cluster and month. The statistic is the score bootstrap's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import factorial, prod

import numpy as np

from analysis.estimate.numerics.errors.bootstrap import MOST, p_value
from analysis.estimate.numerics.errors.randomisation_statistics import Null, assignment_statistics
from analysis.estimate.numerics.fits.grid import Codes, Grid
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable


@dataclass(frozen=True)
class Assignments:
    """Who starts when: in each row a permutation of the observed start months.

    Attributes
    ----------
    starts : (assignments, clusters) int
        The month of the start by position; as many as there are months for clusters that do not start.
    every : bool
        Whether these are all assignments; the observed one is then among them.
    """

    starts: Codes
    every: bool


def start_months(table: Grid) -> Codes:
    """The month in which each cluster's treatment starts, the number of months where it does not: (clusters,).

    Raises
    ------
    Problem
        When the first covariate is not 0 before and 1 from one month on in each cluster.
    """
    treated = table.covariates[:, :, 0].reshape(len(table.cluster), table.months, -1)
    there = table.exposure.reshape(treated.shape) > 0
    month = np.arange(table.months)[None, :, None]
    first = np.where(there & (treated != 0), month, table.months).min((1, 2))
    clusters = int(table.cluster.max()) + 1
    starts = np.full(clusters, table.months)
    np.minimum.at(starts, table.cluster, first)
    if (there & (treated != (month >= starts[table.cluster][:, None, None]))).any():
        raise NotEstimable(
            ReasonCode.STARTS_NOT_ASSIGNED_BY_CLUSTER,
            "leave out `randomisation`, or name clusters whose practices start together",
        )
    return starts


def assignments(starts: Codes, draws: int, seed: int, most: int = MOST) -> Assignments:
    """All assignments where there are few enough, else random ones.

    Parameters
    ----------
    starts : (clusters,) int
        The observed start months.
    draws : int
        Random assignments where not all can be enumerated.
    seed : int
        For the random ones.
    most : int
        Up to how many are enumerated.
    """
    _, counts = np.unique(starts, return_counts=True)
    if factorial(starts.size) // prod(factorial(int(count)) for count in counts) <= most:
        return Assignments(_every(tuple(np.sort(starts).tolist())), True)
    rows = np.tile(starts.astype(np.int32), (draws, 1))
    return Assignments(np.random.default_rng(seed).permuted(rows, axis=1, out=rows), False)


@lru_cache(maxsize=4)
def _every(starts: tuple[int, ...]) -> Codes:
    """Every different order; the same for all outcomes, and for all worlds in which as many start at the same times."""
    return np.array(list(_orders(np.array(starts))))


def _orders(starts: Codes) -> Iterator[Codes]:
    """Every different order of some values."""
    value = starts[0]
    number, others = int((starts == value).sum()), starts[starts != value]
    for places in combinations(range(starts.size), number):
        order, left = np.full(starts.size, value), np.ones(starts.size, dtype=bool)
        left[list(places)] = False
        if not others.size:
            yield order
            continue
        for rest in _orders(others):
            order[left] = rest
            yield order.copy()


def randomisation_test(null: Null, observed: Codes, drawn: Assignments) -> float:
    """The p-value of no effect.

    Parameters
    ----------
    null : Null
        The model without an effect.
    observed : (clusters,) int
        The observed start months.
    drawn : Assignments
        What else might have been.
    """
    observed_t = assignment_statistics(null, observed[None, :]).t[0]
    return p_value(float(observed_t), assignment_statistics(null, drawn.starts).t, drawn.every)
