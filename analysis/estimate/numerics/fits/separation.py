"""Separation: observations without events that a Poisson model fits perfectly by letting terms run to infinity.

Where some mix of terms is nought wherever there are events, and nowhere below nought elsewhere, the likelihood rises
for ever along it and there is no estimate; single terms may look sound. Such observations say nothing of the terms that
have an estimate, and are left out; the terms that are then told by nothing are not estimated. They are found by the
iterative rectifier of Correia, Guimarães & Zylkin (2019, arXiv:1903.01633, section 3), whose terms include fixed
effects. It holds of every model whose likelihood goes to its bound where a count of nought is expected to be nought,
the negative binomial (NB2) among them.
"""

from dataclasses import dataclass

import numpy as np

from analysis.estimate.numerics.fits.grid import Floats, Grid, cross_products, design_sums
from analysis.estimate.numerics.fits.rectifier import Marks, rectified, without_redundancy

# Below this share of its scale a sum of squares is nought but for rounding.
NOUGHT_SQUARED = 1e-11


@dataclass(frozen=True)
class Cleared:
    """Data of a model with unit and month effects, without the observations that are separated.

    Attributes
    ----------
    table : Grid
        The data; a separated cell weighs nothing.
    separated : int
        Cells that were left out; those of units without any event are not among them.
    free : (p,) bool
        Parameters that can be estimated together; the others stay at nought, which loses nothing.
    identified : (k,) bool
        Covariates whose coefficients do not depend on which parameters were taken.
    """

    table: Grid
    separated: int
    free: Marks
    identified: Marks


def cleared(table: Grid, free: Marks) -> Cleared:
    """Leave out what is separated.

    Parameters
    ----------
    table : Grid
        The data.
    free : (p,) bool
        Parameters that are not held.

    Returns
    -------
    Cleared
        At once where no cell is without events, and after one pass where the terms can be told apart by the cells with
        events alone.
    """
    whole = Cleared(table, 0, free, np.ones(table.covariates.shape[2], dtype=bool))
    some = table.count > 0
    empty = _informative(table) & ~some
    if not empty.any():
        return whole
    directions = _unseen(table, some, free, quick=True)
    if not directions.shape[1]:
        return whole
    values, exact = _along(table, directions, some)
    lost = np.zeros_like(some)
    lost[empty] = rectified(values[empty][:, exact])
    if not lost.any():
        return whole
    kept = ~lost
    rest = Grid(table.count, table.exposure * kept, table.covariates * kept[:, :, None], table.cluster, table.months)
    return _estimable(rest, int(lost.sum()), free)


def remaining(table: Grid) -> Grid:
    """The data without what is separated, and without the months of which nothing is left.

    It is what tests need that take the model's scores and information apart: the month effects can then be told.
    """
    kept = cleared(table, np.ones(table.size, dtype=bool))
    if not kept.separated:
        return table
    cells = table.count.shape[1] // table.months
    there = np.repeat((kept.table.exposure > 0).any(axis=0).reshape(table.months, cells).any(axis=1), cells)
    count, exposure, covariates = (
        each[:, there] for each in (kept.table.count, kept.table.exposure, kept.table.covariates)
    )
    return Grid(count, exposure, covariates, table.cluster, int(there.sum()) // cells)


def _estimable(table: Grid, lost: int, free: Marks) -> Cleared:
    """What the remaining cells tell."""
    kept, identified = without_redundancy(_unseen(table, _informative(table), free), free)
    return Cleared(table, lost, kept, identified[table.months - 1 :])


def _informative(table: Grid) -> Marks:
    """Cells that are there, of units with events: the others have a level of minus infinity."""
    events = np.where(table.count.sum(axis=1) > 0, 1.0, 0.0)
    return np.asarray(table.exposure * events[:, None] > 0)


def _unseen(table: Grid, cells: Marks, free: Marks, *, quick: bool = False) -> Floats:
    """Directions of the free parameters that are nought in some cells once each unit has its level: (p, d).

    With `quick` a few units are looked at first: what they can tell apart the others can.
    """
    for step in (16, 1) if quick and len(cells) > 64 else (1,):
        cross, squares = np.zeros((table.size, table.size)), np.zeros(table.size)
        for units in table.blocks():
            chosen = slice(units.start, units.stop, step)
            weight, covariates = cells[chosen].astype(float), table.covariates[chosen]
            sums = design_sums(weight, covariates, table.months)
            cross += cross_products(weight, covariates, sums, table.months)
            squares += design_sums(weight, covariates**2, table.months).sum(0)
        null = _null_of_squares(cross[np.ix_(free, free)], squares[free])
        if not null.shape[1]:
            break
    directions = np.zeros((table.size, null.shape[1]))
    directions[free] = null
    return directions


def _null_of_squares(cross: Floats, squares: Floats) -> Floats:
    """A basis of what cross products about units' means do not see, in columns; `squares` are those about nought."""
    scale = np.sqrt(np.where(squares > 0, squares, 1))
    size, vectors = np.linalg.eigh(cross / np.outer(scale, scale))
    null: Floats = vectors[:, size < NOUGHT_SQUARED] / scale[:, None]
    return np.asarray(null / np.abs(null).max(axis=0, initial=1e-300))


def _along(table: Grid, directions: Floats, some: Marks) -> tuple[Floats, Marks]:
    """The directions' values in each cell, units at the level at which cells with events have nought; and which do."""
    first, months = table.months - 1, np.vstack([np.zeros(directions.shape[1]), directions[: table.months - 1]])
    values = table.covariates @ directions[first:]
    values += np.repeat(months, values.shape[1] // table.months, axis=0)
    events = np.maximum(some.sum(1), 1)
    values -= (np.einsum("ucd,uc->ud", values, some) / events[:, None])[:, None, :]
    off = np.abs(values[some]).max(axis=0, initial=0)
    return values, off <= 1e-6 * np.abs(values).max(axis=(0, 1), initial=1e-300)
