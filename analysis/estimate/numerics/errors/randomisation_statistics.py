"""The t statistic of a treatment under each assignment of starts to clusters, from sums that are taken once.

A cluster adds to the score and to the information of an assignment what depends on its own start alone, so sums by
cluster and start do for all assignments, and time grows with practices, months and assignments and with nothing else.
That needs no collapse to cluster and month, and is exact also where populations move.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analysis.estimate.numerics.fits.grid import Codes, Floats, Grid, rows_by_month
from analysis.estimate.numerics.fits.likelihood import expected
from analysis.estimate.numerics.fits.poisson import Fit, solve

# Numbers in one block of assignments: 32 MiB.
CELLS = 2**22


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
    parts = rows_by_month(table.count, months), rows_by_month(weight, months)
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
    return Null(rows_by_month(residual, table.months)[order], rows_by_month(weight, table.months)[order], first)


class Statistics(NamedTuple):
    """By assignment, the t statistic of the treatment's coefficient, and the coefficient itself."""

    t: Floats
    change: Floats


def assignment_statistics(null: Null, starts: Codes) -> Statistics:
    """The treatment's coefficient and its t statistic under each assignment, by one Newton step from no effect."""
    sums, clusters = _sums(null, np.unique(starts)), starts.shape[1]
    step = max(1, CELLS // len(null.weight))
    if not _by_start(sums, starts):
        step = max(1, min(step, CELLS // max(1, sums.mixed.shape[2] * _treated(sums, starts))))
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
    by_cluster = np.add.reduceat(weight, null.first)
    information = np.add.reduceat(total[:, None] * share * (1 - share), null.first)
    mixed = np.empty((len(by_cluster), values.size, months - 1))
    for place, value in enumerate(values):
        outside = np.add.reduceat(weight * share[:, [place]], null.first)
        mixed[:, place] = (by_cluster * (np.arange(months) >= value) - outside)[:, 1:]
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
    explained, together, twice = (_all_starts if _by_start(sums, starts) else _treated_alone)(sums, starts, chosen)
    effect_information = information.sum(1) - (explained * together).sum(1)
    change = score.sum(1) / np.where(effect_information > 0, effect_information, np.inf)
    along = (explained @ sums.weight.T) ** 2 / np.where(sums.total > 0, sums.total, 1)
    weight = np.add.reduceat(sums.weight, sums.first)
    information += (explained**2) @ weight.T - np.add.reduceat(along, sums.first, axis=1)
    information -= twice
    residual = score - explained @ sums.months.T - change[:, None] * information
    spread = np.sqrt((residual**2).sum(1))
    return change * effect_information / np.where(spread > 0, spread, np.inf), change


def _by_start(sums: _Sums, starts: Codes) -> bool:
    """Whether going through all possible starts is quicker than through all treated clusters."""
    return bool(sums.values.size * starts.shape[1] < 15 * _treated(sums, starts))


def _treated_alone(sums: _Sums, starts: Codes, chosen: Codes) -> tuple[Floats, Floats, Floats]:
    """What the months explain of the treatment given the units, how the two mix, and twice the product by cluster."""
    # Clusters that never start have no treatment to mix with the months.
    place = np.nonzero(starts < sums.weight.shape[1] + 1)[1].reshape(len(starts), -1)
    mixed = sums.mixed[place, np.take_along_axis(chosen, place, axis=1)]
    together = mixed.sum(1)
    explained = solve(sums.nuisance, together.T).T
    twice = np.zeros(starts.shape)
    np.put_along_axis(twice, place, 2 * np.matmul(mixed, explained[:, :, None])[:, :, 0], axis=1)
    return explained, together, twice


def _all_starts(sums: _Sums, starts: Codes, chosen: Codes) -> tuple[Floats, Floats, Floats]:
    """The same, start after start, for where many clusters are treated."""
    here = [(chosen == place).astype(float) for place in range(sums.values.size)]
    together = np.sum([each @ sums.mixed[:, place] for place, each in enumerate(here)], axis=0)
    explained = solve(sums.nuisance, together.T).T
    twice = np.zeros(starts.shape)
    for place, each in enumerate(here):
        twice += 2 * each * (explained @ sums.mixed[:, place].T)
    return explained, together, twice
