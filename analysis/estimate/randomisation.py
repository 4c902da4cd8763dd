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
from itertools import combinations
from math import factorial, prod

import numpy as np

from analysis.estimate.bootstrap import MOST, p_value
from analysis.estimate.cluster_terms import poisson_terms
from analysis.estimate.grid import Codes, Floats, Grid, by_month
from analysis.estimate.likelihood import expected
from analysis.estimate.poisson import Fit, solve
from analysis.steps import Problem


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
        raise Problem(
            "Practices of one cluster do not all start in the same month for good, so starts cannot be assigned anew.",
            "leave out `randomisation`, or name clusters whose practices start together",
        )
    return starts


def assignments(starts: Codes, draws: int, seed: int) -> Assignments:
    """All assignments where there are at most 2^16, else random ones.

    Parameters
    ----------
    starts : (clusters,) int
        The observed start months.
    draws : int
        Random assignments where not all can be enumerated.
    seed : int
        For the random ones.
    """
    _, counts = np.unique(starts, return_counts=True)
    if factorial(starts.size) // prod(factorial(int(count)) for count in counts) <= MOST:
        return Assignments(np.array(list(_orders(starts))), True)
    rows = np.tile(starts, (draws, 1))
    return Assignments(np.random.default_rng(seed).permuted(rows, axis=1), False)


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


def randomisation_test(table: Grid, null: Fit, drawn: Assignments) -> float:
    """The p-value of no effect.

    Parameters
    ----------
    table : Grid
        The data; the first covariate is the treatment.
    null : Fit
        The Poisson model with the treatment's coefficient held at zero.
    drawn : Assignments
        What else might have been.
    """
    observed = statistics(table, null, start_months(table)[None, :])[0]
    return p_value(float(observed), statistics(table, null, drawn.starts), drawn.every)


@dataclass(frozen=True)
class _Sums:
    """What clusters add under each possible start: last axes are clusters, starts (and months but the first)."""

    score: Floats
    information: Floats
    mixed: Floats


def statistics(table: Grid, null: Fit, starts: Codes) -> Floats:
    """The t statistic of the treatment's coefficient under each assignment, by one Newton step from no effect."""
    clusters, values = starts.shape[1], np.unique(starts)
    chosen, sums = np.searchsorted(values, starts), _sums(table, null, values)
    terms, months = poisson_terms(table, null.parameters), table.months - 1
    nuisance = terms.information[:, :months, :months]
    own, each = np.arange(clusters), range(clusters)
    mixed = np.sum([sums.mixed[g, chosen[:, g]] for g in each], axis=0)
    # The part of the treatment that the months explain, given the units.
    explained = solve(nuisance.sum(0), mixed.T).T
    score, information = sums.score[own, chosen], sums.information[own, chosen]
    effect_information = information.sum(1) - (explained * mixed).sum(1)
    change = score.sum(1) / np.where(effect_information > 0, effect_information, np.inf)
    residual = score - explained @ terms.scores[:, :months].T
    for g in each:
        about = (explained @ nuisance[g] - 2 * sums.mixed[g, chosen[:, g]]) * explained
        residual[:, g] -= change * (information[:, g] + about.sum(1))
    spread = np.sqrt(clusters / (clusters - 1) * (residual**2).sum(1))
    return np.asarray(change * effect_information / np.where(spread > 0, spread, np.inf))


def _sums(table: Grid, null: Fit, values: Codes) -> _Sums:
    clusters, months = int(table.cluster.max()) + 1, table.months
    treated = (np.arange(months)[:, None] >= values).astype(float)
    score, information = np.zeros((clusters, values.size)), np.zeros((clusters, values.size))
    mixed = np.zeros((clusters, values.size, months - 1))
    for g in range(clusters):
        part = table.only(table.cluster == g)
        weight = expected(part, null.parameters)
        mean, total = by_month(weight, months), weight.sum(1)
        share = mean @ treated / np.where(total > 0, total, 1)[:, None]
        score[g] = by_month((part.count - weight).sum(0), months) @ treated
        information[g] = (total[:, None] * share * (1 - share)).sum(0)
        mixed[g] = (mean.sum(0)[:, None] * treated - mean.T @ share).T[:, 1:]
    return _Sums(score, information, mixed)
