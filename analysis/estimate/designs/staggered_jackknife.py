"""Errors of staggered effects by leaving out each cluster in turn (CRV3), without fitting anything again.

A model with an effect for each cohort and period takes every cohort as it came: of a cohort in three clusters their
residuals keep two thirds of the variance, and of one in a single cluster nothing. With sixteen sites in six cohorts the
sandwich's standard errors were 0.83 of the spread over simulated worlds. Leaving out a cluster leaves out its treated
cells as well, so that the effect is the mean over those that remain, and how effects differ between sites is counted
whole (MacKinnon, Nielsen & Webb 2023, J Applied Econometrics 38:671-694, whose CV3 this is; deviations from the
estimate with all clusters, times (G-1)/G).

The linear effects are a mean over treated cells of what changed in them less what changed in the comparison, so that
sums by cluster give them exactly without any cluster. For Poisson it is one Newton step without the cluster.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.estimate.designs.cohorts import groups, leads, treated_cells
from analysis.estimate.designs.group_time import Effects
from analysis.estimate.models.effect import PER
from analysis.estimate.numerics.fits.grid import Floats

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """Cells of a balanced panel as units by periods.

    Attributes
    ----------
    rate : (units, periods) float
    weight : (units,) float
    cluster : (units,) int
        Codes from 0.
    reference : (units, periods) bool
        What each unit is compared with in its own past; in units that do not start, what the comparison is made of.
    place : (cells,) int
        Where each cell stands in the table, row after row.
    """

    rate: Floats
    weight: Floats
    cluster: NDArray[np.intp]
    reference: NDArray[np.bool_]
    place: NDArray[np.intp]


def crv3_error(without: Floats, whole: float) -> float:
    """The standard error from the estimates without each cluster; missing where one of them is."""
    return float(np.sqrt((len(without) - 1) / len(without) * ((without - whole) ** 2).sum()))


def linear(effects: Effects, cells: "pd.DataFrame", *, imputed: bool) -> Effects:
    """Effects of a linear estimator with errors by leaving out clusters.

    Parameters
    ----------
    effects : dict
        What the estimator found.
    cells : DataFrame
        The balanced cells that it was fitted to.
    imputed : bool
        Whether all untreated cells are the comparison (Borusyak, Jaravel & Spiess); else only practices that never
        start, and of those that do the last period before (Sun & Abraham).
    """
    table = _table(cells, imputed=imputed)
    clusters = int(table.cluster.max()) + 1
    every = np.vstack([np.ones(clusters), 1 - np.eye(clusters)])  # all clusters, then all but one
    trends = (_imputed if imputed else _never)(table, every)
    jackknifed = dict(effects)
    for group in (*groups(cells), *([] if imputed else leads(cells))):
        if (key := (group.term, group.horizon)) in effects:
            values = _means(table, group.rows, every, trends)
            jackknifed[key] = replace(effects[key], std_error=crv3_error(values[1:], values[0]))
    return jackknifed


def _table(cells: "pd.DataFrame", *, imputed: bool) -> Table:
    import pandas as pd

    unit, period, cluster = (pd.factorize(cells[key], sort=True)[0] for key in ("unit", "period", "cluster"))
    shape = (int(unit.max()) + 1, int(period.max()) + 1)
    place = unit * shape[1] + period
    cohort = cells["cohort"].to_numpy()
    own = ~treated_cells(cells) if imputed else (cohort == 0) | (cells["period"].to_numpy() == cohort - 1)
    rate, reference = np.zeros(shape), np.zeros(shape, dtype=bool)
    weight, owner = np.zeros(shape[0]), np.zeros(shape[0], dtype=np.intp)
    rate.ravel()[place], reference.ravel()[place] = cells["rate"].to_numpy(float), own
    weight[unit], owner[unit] = cells["weight"].to_numpy(float), cluster
    return Table(rate, weight, owner, reference, place)


def _imputed(table: Table, every: Floats) -> Floats:
    """Effects of periods in the untreated cells of some clusters, units taken out: (sets of clusters, periods)."""
    here = table.reference.astype(float)
    many, weight = here.sum(1), table.weight
    total = (here * table.rate).sum(1)
    clusters = every.shape[1]
    score = _by_cluster(table, weight[:, None] * here * (table.rate - (total / many)[:, None]))
    own = np.zeros((clusters, here.shape[1], here.shape[1]))
    for cluster in range(clusters):
        part = here[table.cluster == cluster]
        scale = weight[table.cluster == cluster]
        own[cluster] = np.diag(scale @ part) - (part * (scale / many[table.cluster == cluster])[:, None]).T @ part
    information = np.einsum("sg,gij->sij", every, own)[:, 1:, 1:]
    trends = np.zeros((len(every), here.shape[1]))
    for place, (matrix, right) in enumerate(zip(information, (every @ score)[:, 1:], strict=True)):
        sure = np.linalg.cond(matrix) < 1e12
        trends[place, 1:] = np.linalg.solve(matrix, right) if sure else np.nan
    return trends


def _never(table: Table, every: Floats) -> Floats:
    """Mean rates of practices that never start, in some clusters."""
    never = table.reference.all(1) * table.weight
    with np.errstate(invalid="ignore"):
        return (
            np.asarray(every @ _by_cluster(table, never[:, None] * table.rate))
            / (every @ _by_cluster(table, never))[:, None]
        )


def _means(table: Table, rows: NDArray[np.bool_], every: Floats, trends: Floats) -> Floats:
    """The mean over some treated cells of their change since the reference beyond that of the comparison."""
    chosen = np.zeros(table.rate.shape)
    chosen.ravel()[table.place] = rows
    # What a unit's cells are set against: the mean of its own reference cells.
    against = table.reference / table.reference.sum(1)[:, None] * chosen.sum(1)[:, None]
    pulled = table.weight[:, None] * (chosen - against)
    change = _by_cluster(table, (pulled * table.rate).sum(1))
    patients = _by_cluster(table, table.weight * chosen.sum(1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((every @ change - (every @ _by_cluster(table, pulled) * trends).sum(1)) / (every @ patients))


def _by_cluster(table: Table, rows: Floats) -> Floats:
    sums = np.zeros((int(table.cluster.max()) + 1, *rows.shape[1:]))
    np.add.at(sums, table.cluster, rows)
    return sums


def poisson_effects(log_ratios: Floats, changes: Floats, events: Floats, exposure: Floats) -> tuple[float, float]:
    """Errors of a log ratio and of a difference in events over some cells of the extended two-way model.

    Parameters
    ----------
    log_ratios : (k,) float
        Of the cells' cohorts and periods.
    changes : (clusters, k) float
        What they change by without each cluster.
        What only that cluster tells may stay where it is: its cells are left out of every mean without it.
    events, exposure : (clusters, k) float
        Observed in the treated cells of each cluster.

    Returns
    -------
    float, float
        Of the log ratio, and of the difference per 1,000 patients a year.
    """
    replicates = []
    clusters = len(events)
    for keep in np.vstack([np.ones(clusters), 1 - np.eye(clusters)]):
        left = np.flatnonzero(keep == 0)
        ratios = log_ratios + (changes[left[0]] if left.size else 0.0)
        seen, patients = keep @ events, keep @ exposure
        with np.errstate(invalid="ignore", divide="ignore"):
            replicates.append(
                (patients @ ratios / patients.sum(), PER * (seen * (1 - np.exp(-ratios))).sum() / patients.sum())
            )
    values = np.array(replicates)
    return crv3_error(values[1:, 0], values[0, 0]), crv3_error(values[1:, 1], values[0, 1])
