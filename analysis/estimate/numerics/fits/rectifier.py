"""The iterative rectifier: which rows of a design are separated, and which of its terms have a finite estimate.

What separation is, and where the rectifier comes from, stands in :mod:`analysis.estimate.numerics.fits.separation`,
which applies it to panels; here designs are written out row by row.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.estimate.numerics.fits.grid import Floats

Marks = NDArray[np.bool_]
# Below this share of its scale a number is nought but for rounding.
NOUGHT = 1e-8
# Steps of the rectifier after which a linear program decides.
MOST = 2_000


@dataclass(frozen=True)
class Bounded:
    """Which rows and terms of a design have a finite estimate.

    Attributes
    ----------
    kept : (n,) bool
        Rows that are not separated.
    free : (k,) bool
        Terms that can be estimated together.
    identified : (k,) bool
        Terms whose coefficients do not depend on which were taken.
    """

    kept: Marks
    free: Marks
    identified: Marks


def bounded(count: Floats, design: Floats) -> Bounded:
    """Leave out the rows of a design that are separated.

    Parameters
    ----------
    count : (n,) float
        Events.
    design : (n, k) float
        All terms in columns, the constant among them; of full rank.
    """
    every, empty = np.ones(design.shape[1], dtype=bool), count == 0
    lost = np.zeros(len(count), dtype=bool)
    scaled = design / np.abs(design).max(axis=0)
    if empty.any():
        lost[empty] = rectified(scaled[empty] @ _null(scaled[~empty]))
    if not lost.any():
        return Bounded(~lost, every, every)
    return Bounded(~lost, *without_redundancy(_null(scaled[~lost]), every))


def rectified(values: Floats) -> Marks:
    """The rows that some direction separates: positive there, and below nought in no row.

    Parameters
    ----------
    values : (n, d) float
        By row without events, the values of `d` directions that are nought in every row with events.
    """
    scale = np.abs(values).max(axis=0, initial=0)
    rows = np.round(values[:, scale > NOUGHT] / scale[scale > NOUGHT], 10)
    rows, place = np.unique(rows, axis=0, return_inverse=True)
    separated = np.zeros(len(rows), dtype=bool)
    # What one direction separates no other needs to heed: however it falls there, enough of the first makes up for it.
    while (more := _one_direction(rows[~separated])).any():
        separated[~separated] = more
    return np.asarray(separated[place.ravel()])


def _one_direction(rows: Floats) -> Marks:
    """Rows that one direction separates: regress ones on the directions, cut the fit off at nought, and again.

    That projects by turns on the directions and on what is not negative. Any separating direction keeps its inner
    product with the fit at least as large as with the ones, so where no fit reaches one there is none.
    """
    none = np.zeros(len(rows), dtype=bool)
    if not rows.size:
        return none
    left, size, _ = np.linalg.svd(rows, full_matrices=False)
    basis = left[:, size > NOUGHT * max(size[0], 1)]
    target = np.ones(len(rows))
    for _ in range(MOST):
        fit = basis @ (basis.T @ target)
        if fit.max(initial=0) < 1 - 1e-6:
            return none
        if fit.min() >= -NOUGHT:
            return np.asarray(fit > 1e-6)
        target = np.maximum(fit, 0)
    return _by_program(basis)


def _by_program(basis: Floats) -> Marks:
    """The rows of a largest separating direction, as a linear program that forgives errors of rounding."""
    from scipy.optimize import linprog

    rows, size = basis.shape
    cost = np.append(np.zeros(size), -np.ones(rows))
    bounds = [*[(-1e4, 1e4)] * size, *[(0, 1)] * rows]
    solved = linprog(cost, A_ub=np.hstack([-basis, np.eye(rows)]), b_ub=np.full(rows, 1e-6), bounds=bounds)
    return np.asarray(np.asarray(solved.x)[size:] > 0.5)


def without_redundancy(directions: Floats, free: Marks) -> tuple[Marks, Marks]:
    """Parameters without redundancy, and those that no direction touches which nothing sees.

    A basis of such directions has as many parameters to spare as columns; pivoting finds them.
    """
    from scipy.linalg import qr

    kept, count = free.copy(), directions.shape[1]
    if count:
        kept[qr(directions.T, pivoting=True, mode="r")[1][:count]] = False
    return kept, np.asarray(np.abs(directions).max(axis=1, initial=0) <= NOUGHT)


def _null(rows: Floats) -> Floats:
    """A basis of the directions that are nought in every row, in columns."""
    # What rows do not see is what their triangle does not see, which is small however many they are.
    _, size, right = np.linalg.svd(np.linalg.qr(rows, mode="r"), full_matrices=True)
    rank = int((size > NOUGHT * max(size.max(initial=0), 1)).sum())
    return np.asarray(right[rank:].T)
