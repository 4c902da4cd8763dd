"""A panel as a table of units by months, and the sums over it that models with unit and month effects need.

A sorted, balanced panel is reshaped and not copied. A missing cell has no exposure, so it weighs nothing; where a unit
has several rows in a month, each month takes as many columns. Sums run over blocks of units that fit into the
processor's cache, so that no table as long as the panel is made on the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
# Cells in one block: 512 KiB of numbers.
BLOCK = 2**16


@dataclass(frozen=True)
class Panel:
    """A panel in long form; row order does not matter and cells may be missing or repeated.

    Attributes
    ----------
    count, exposure : (n,) float
        Events, and what they are counted over (> 0).
    unit, month, cluster : (n,) int
        Codes from 0 without gaps; every unit lies in one cluster.
    covariates : (n, k) float
        What the coefficients belong to.
    """

    count: Floats
    exposure: Floats
    unit: Codes
    month: Codes
    cluster: Codes
    covariates: Floats


@dataclass(frozen=True)
class Grid:
    """A panel as a table of units by cells; the cells of a month stand side by side.

    Attributes
    ----------
    count, exposure : (units, cells) float
        Exposure is zero where the panel has no row.
    covariates : (units, cells, k) float
        Zero where the panel has no row.
    cluster : (units,) int
        Each unit's cluster.
    months : int
        Months; cells are a multiple of it.
    """

    count: Floats
    exposure: Floats
    covariates: Floats
    cluster: Codes
    months: int

    @property
    def size(self) -> int:
        """Parameters: months but the first, and covariates."""
        return self.months - 1 + int(self.covariates.shape[2])

    def blocks(self) -> Iterator[slice]:
        """Runs of units."""
        units, cells = self.count.shape
        step = max(1, BLOCK // cells)
        return (slice(first, first + step) for first in range(0, units, step))

    def only(self, units: NDArray[np.bool_]) -> "Grid":
        """The units that are wanted; clusters keep their codes."""
        return Grid(self.count[units], self.exposure[units], self.covariates[units], self.cluster[units], self.months)


def grid(panel: Panel) -> Grid:
    """The panel as a table of units by months.

    Raises
    ------
    Problem
        When an exposure is missing or not positive, a count missing, or a unit lies in two clusters.
    """
    _check_numbers(panel)
    units, months = int(panel.unit.max()) + 1, int(panel.month.max()) + 1
    if _sorted(panel, units, months):
        place, cells = None, months
    else:
        place, cells = _places(panel, units, months)
    count, exposure, covariates = (
        _table(rows, place, units, cells) for rows in (panel.count, panel.exposure, panel.covariates)
    )
    return Grid(count, exposure, covariates, _owners(panel, units), months)


def rows_by_month(rows: Floats, months: int) -> Floats:
    """Cells of the same month added up: (…, cells) to (…, months)."""
    return rows if rows.shape[-1] == months else rows.reshape(*rows.shape[:-1], months, -1).sum(-1)


def design_sums(rows: Floats, covariates: Floats, months: int) -> Floats:
    """Sums of `rows` times the design (months but the first, covariates) within units: (units, parameters)."""
    mixed = np.matmul(rows[:, None, :], covariates)[:, 0, :]
    return np.concatenate([rows_by_month(rows, months)[:, 1:], mixed], axis=1)


def cross_products(weight: Floats, covariates: Floats, sums: Floats, months: int) -> Floats:
    """Weighted cross products of the design within units, about the unit's weighted mean: (parameters, parameters).

    Parameters
    ----------
    weight : (units, cells) float
        Weights, at least 0.
    covariates : (units, cells, k) float
        The covariates.
    sums : (units, parameters) float
        :func:`design_sums` of the weights.
    months : int
        Months.
    """
    size = covariates.shape[2]
    weighted = covariates * weight[:, :, None]
    cross = np.zeros((months - 1 + size, months - 1 + size))
    total = weight.sum(1)
    scaled = sums / np.sqrt(np.where(total > 0, total, 1))[:, None]
    cross -= scaled.T @ scaled
    mixed = rows_by_month(weighted.sum(0).T, months)[:, 1:]
    cross[: months - 1, : months - 1] += np.diag(sums[:, : months - 1].sum(0))
    cross[months - 1 :, : months - 1] += mixed
    cross[: months - 1, months - 1 :] += mixed.T
    cross[months - 1 :, months - 1 :] += covariates.reshape(-1, size).T @ weighted.reshape(-1, size)
    return cross


def cluster_sums(cluster: Codes, clusters: int, rows: Floats) -> Floats:
    """Sums of the units' rows within clusters: (units, columns) to (clusters, columns)."""
    columns = rows.shape[1]
    place = cluster[:, None] * columns + np.arange(columns)
    sums = np.bincount(place.ravel(), rows.ravel(), clusters * columns)
    return np.asarray(sums.reshape(clusters, columns), dtype=np.float64)


def _sorted(panel: Panel, units: int, months: int) -> bool:
    if panel.count.size != units * months:
        return False
    unit, month = panel.unit.reshape(units, months), panel.month.reshape(units, months)
    return bool((unit == np.arange(units)[:, None]).all() and (month == np.arange(months)).all())


def _places(panel: Panel, units: int, months: int) -> tuple[Codes, int]:
    """Where each row goes in the table, and the table's cells per unit."""
    cell = panel.unit * months + panel.month
    most = int(np.bincount(cell, minlength=units * months).max())
    if most == 1:
        return cell, months
    order = np.argsort(cell, kind="stable")
    first = np.searchsorted(cell[order], cell[order])
    turn = np.empty_like(cell)
    turn[order] = np.arange(cell.size) - first
    return cell * most + turn, months * most


def _table(rows: Floats, place: Codes | None, units: int, cells: int) -> Floats:
    shape = (units, cells, *rows.shape[1:])
    if place is None:
        return rows.reshape(shape)
    table = np.zeros((units * cells, *rows.shape[1:]))
    table[place] = rows
    return table.reshape(shape)


def _owners(panel: Panel, units: int) -> Codes:
    owner = np.zeros(units, dtype=np.intp)
    owner[panel.unit] = panel.cluster
    if (owner[panel.unit] != panel.cluster).any():
        raise NotEstimable(ReasonCode.PRACTICE_IN_TWO_CLUSTERS, "give each practice one site or region in the data")
    return owner


def _check_numbers(panel: Panel) -> None:
    # A missing number makes the sum missing, and no comparison with it is true.
    if not (panel.exposure.min() > 0 and np.isfinite(panel.exposure.sum())):
        raise NotEstimable(ReasonCode.POPULATIONS_MISSING, "correct or leave out those practices and months")
    if not np.isfinite(panel.count.sum()):
        raise NotEstimable(ReasonCode.COUNTS_MISSING, "correct or leave out those practices and months")
