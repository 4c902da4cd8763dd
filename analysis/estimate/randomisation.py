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
from typing import NamedTuple

import numpy as np

from analysis.estimate.bootstrap import MOST, p_value
from analysis.estimate.grid import Codes, Floats, Grid, by_month
from analysis.estimate.likelihood import expected
from analysis.estimate.poisson import Fit, solve
from analysis.steps import Problem

# Numbers in one block of assignments: 32 MiB.
CELLS = 2**22


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
    rows = np.tile(starts, (draws, 1))
    return Assignments(np.random.default_rng(seed).permuted(rows, axis=1), False)


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


@dataclass(frozen=True)
class Null:
    """A model without an effect, as far as the test needs it; the same for all assignments.

    Attributes
    ----------
    residual, weight : (units, months) float
        Score residuals, and the weights that the information is made of; units stand in the order of their clusters.
    first : (clusters,) int
        Where each cluster's units begin.
    """

    residual: Floats
    weight: Floats
    first: Codes


def poisson_null(table: Grid, model: Fit) -> Null:
    """The Poisson model with the treatment's coefficient held at zero."""
    weight = expected(table, model.parameters)
    return _null(table, table.count - weight, weight)


def linear_null(table: Grid) -> Null:
    """The linear model of rates without an effect, units and months taken out; weights are the exposure."""
    months, weight = table.months, table.exposure
    # A unit's mean in this is the same as one over its months, because the months of a unit all have its mean.
    parts = by_month(table.count, months), by_month(weight, months)
    moved = parts[0] - parts[1] * np.append(0.0, _months(*parts))
    return _null(table, moved - parts[1] * (moved.sum(1) / parts[1].sum(1))[:, None], parts[1])


def _months(count: Floats, weight: Floats) -> Floats:
    """Effects of all months but the first, in least squares with unit effects."""
    total = weight.sum(1)[:, None]
    within = (count - weight * count.sum(1)[:, None] / total).sum(0)[1:]
    return solve(_nuisance(weight), within)


def _nuisance(weight: Floats) -> Floats:
    """The information of months but the first, units taken out."""
    total = weight.sum(1)
    scaled = weight[:, 1:] / np.sqrt(np.where(total > 0, total, 1))[:, None]
    return np.asarray(np.diag(weight[:, 1:].sum(0)) - scaled.T @ scaled)


def _null(table: Grid, residual: Floats, weight: Floats) -> Null:
    order = np.argsort(table.cluster, kind="stable")
    first = np.searchsorted(table.cluster[order], np.arange(int(table.cluster.max()) + 1))
    return Null(by_month(residual, table.months)[order], by_month(weight, table.months)[order], first)


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
    found = statistics(null, observed[None, :]).t[0]
    return p_value(float(found), statistics(null, drawn.starts).t, drawn.every)


class Statistics(NamedTuple):
    """By assignment, the t statistic of the treatment's coefficient, and the coefficient itself."""

    t: Floats
    change: Floats


def statistics(null: Null, starts: Codes) -> Statistics:
    """The treatment's coefficient and its t statistic under each assignment, by one Newton step from no effect."""
    sums, clusters = _sums(null, np.unique(starts)), starts.shape[1]
    step = max(1, CELLS // max(len(null.weight), sums.mixed.shape[2] * _treated(sums, starts)))
    parts = [_tested(sums, starts[first : first + step]) for first in range(0, len(starts), step)]
    t, change = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Statistics(t * ((clusters - 1) / clusters) ** 0.5, change)


@dataclass(frozen=True)
class _Sums:
    """What assignments share.

    Attributes
    ----------
    values : (starts,) int
        The possible starts; the last means never where some never start.
    score, information : (clusters, starts) float
        Of the treatment, by cluster, if the cluster starts then.
    mixed : (clusters, starts, months - 1) float
        Information between treatment and months.
    months : (clusters, months - 1) float
        Score of the months.
    weight, total : (units, months - 1), (units,) float
        The units' weights, and their sums over all months.
    nuisance : (months - 1, months - 1) float
        Information of the months over all clusters.
    first : (clusters,) int
        Where each cluster's units begin.
    """

    values: Codes
    score: Floats
    information: Floats
    mixed: Floats
    months: Floats
    weight: Floats
    total: Floats
    nuisance: Floats
    first: Codes


def _sums(null: Null, values: Codes) -> _Sums:
    weight, months = null.weight, null.weight.shape[1]
    total = weight.sum(1)
    share = _from(weight, values) / np.where(total > 0, total, 1)[:, None]
    residual = np.add.reduceat(null.residual, null.first)
    told = np.add.reduceat(weight, null.first)
    information = np.add.reduceat(total[:, None] * share * (1 - share), null.first)
    mixed = np.empty((len(told), values.size, months - 1))
    for place, value in enumerate(values):
        outside = np.add.reduceat(weight * share[:, [place]], null.first)
        mixed[:, place] = (told * (np.arange(months) >= value) - outside)[:, 1:]
    return _Sums(
        values, _from(residual, values), information, mixed, residual[:, 1:], weight[:, 1:], total, _nuisance(weight),
        null.first,
    )  # fmt: skip


def _from(rows: Floats, values: Codes) -> Floats:
    """Sums of each row from each month on; none from the end on."""
    tail = np.zeros((len(rows), rows.shape[1] + 1))
    tail[:, :-1] = np.cumsum(rows[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(tail[:, values])


def _treated(sums: _Sums, starts: Codes) -> int:
    """How many clusters start at some time, the same in every assignment."""
    return int((starts[0] < sums.weight.shape[1] + 1).sum())


def _tested(sums: _Sums, starts: Codes) -> tuple[Floats, Floats]:
    """Coefficient over the root of its clusters' squared scores, and the coefficient, for some assignments."""
    own, chosen = np.arange(starts.shape[1]), np.searchsorted(sums.values, starts)
    score, information = sums.score[own, chosen], sums.information[own, chosen]
    # Clusters that never start have no treatment to mix with the months.
    place = np.nonzero(starts < sums.weight.shape[1] + 1)[1].reshape(len(starts), -1)
    mixed = sums.mixed[place, np.take_along_axis(chosen, place, axis=1)]
    together = mixed.sum(1)
    # The part of the treatment that the months explain, given the units.
    explained = solve(sums.nuisance, together.T).T
    effect_information = information.sum(1) - (explained * together).sum(1)
    change = score.sum(1) / np.where(effect_information > 0, effect_information, np.inf)
    along = (explained @ sums.weight.T) ** 2 / np.where(sums.total > 0, sums.total, 1)
    weight = np.add.reduceat(sums.weight, sums.first)
    information += (explained**2) @ weight.T - np.add.reduceat(along, sums.first, axis=1)
    twice = 2 * np.matmul(mixed, explained[:, :, None])[:, :, 0]
    np.put_along_axis(information, place, np.take_along_axis(information, place, axis=1) - twice, axis=1)
    residual = score - explained @ sums.months.T - change[:, None] * information
    spread = np.sqrt((residual**2).sum(1))
    return change * effect_information / np.where(spread > 0, spread, np.inf), change
