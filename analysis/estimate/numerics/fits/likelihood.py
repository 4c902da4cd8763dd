"""The likelihood of the fixed-effects Poisson model with the unit effects concentrated out.

It needs the data only through sums that are taken once and the units' totals of expected events.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.estimate.numerics.fits.grid import Floats, Grid, cluster_sums, cross_products, design_sums, rows_by_month
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable


@dataclass(frozen=True)
class At:
    """The concentrated log likelihood, but for a constant, and its derivatives (the second times -1)."""

    value: float
    gradient: Floats
    hessian: Floats


class Likelihood:
    """The concentrated log likelihood of some data."""

    def __init__(self, table: Grid) -> None:
        self.table = table
        if table.count.min() < 0:
            raise NotEstimable(ReasonCode.COUNTS_MISSING, "correct or leave out those practices and months")
        self.observed, self.squares = np.zeros(table.size), np.zeros(table.size)
        first = table.months - 1
        for units in table.blocks():
            count, covariates = table.count[units], table.covariates[units]
            self.observed += design_sums(count, covariates, table.months).sum(0)
            flat = covariates.reshape(-1, covariates.shape[2])
            self.squares[first:] += count.reshape(-1) @ flat**2
        self.events = float(table.count.sum())

    def __call__(self, parameters: Floats) -> At:
        """The likelihood and its derivatives at some parameters."""
        table, hessian = self.table, np.zeros((self.table.size, self.table.size))
        value, gradient = float(self.observed @ parameters), self.observed.copy()
        with np.errstate(over="ignore", invalid="ignore"):  # too long a step is made shorter by its caller
            for units in table.blocks():
                weight, events = _weights(table, parameters, units), table.count[units].sum(1)
                total = weight.sum(1)
                value -= float(events @ np.log(total))
                weight *= (events / total)[:, None]
                sums = design_sums(weight, table.covariates[units], table.months)
                gradient -= sums.sum(0)
                hessian += cross_products(weight, table.covariates[units], sums, table.months)
        return At(value, gradient, hessian)

    def start(self) -> Floats:
        """Months' log rates against the first month's, and no effect; nought for months without events."""
        exposure = rows_by_month(self.table.exposure.sum(0), self.table.months)
        first = self.table.months - 1
        events = np.append(self.events - self.observed[:first].sum(), self.observed[:first])
        rate = np.log(np.where(events > 0, events, 1) / np.where(events > 0, exposure, 1))
        return np.concatenate([rate[1:] - rate[0], np.zeros(self.table.size - first)])

    def check_varies(self, hessian: Floats, free: NDArray[np.bool_]) -> None:
        """A covariate that never varies within a unit leaves rounding errors alone once units have their effects."""
        first = self.table.months - 1
        if (np.diag(hessian)[first:] < 1e-12 * self.squares[first:])[free[first:]].any():
            raise unidentified()


def expected(table: Grid, parameters: Floats, units: slice = slice(None)) -> Floats:
    """Expected events of some units, which add up to each unit's events: (units, cells)."""
    weight = _weights(table, parameters, units)
    weight *= (table.count[units].sum(1) / weight.sum(1))[:, None]
    return weight


def _weights(table: Grid, parameters: Floats, units: slice) -> Floats:
    first = table.months - 1
    index = table.covariates[units] @ parameters[first:]
    months = np.concatenate([[0.0], parameters[:first]])
    index += np.repeat(months, index.shape[1] // table.months)
    np.exp(index, out=index)
    index *= table.exposure[units]
    return index


def cluster_scores(table: Grid, parameters: Floats) -> Floats:
    """Sums of residuals times the design within clusters: (clusters, parameters)."""
    clusters = int(table.cluster.max()) + 1
    scores = np.zeros((clusters, table.size))
    for units in table.blocks():
        residual = table.count[units] - expected(table, parameters, units)
        rows = design_sums(residual, table.covariates[units], table.months)
        scores += cluster_sums(table.cluster[units], clusters, rows)
    return scores


def unidentified() -> NotEstimable:
    """What is said when a term is a sum of the fixed effects and of other terms."""
    return NotEstimable(
        ReasonCode.TERM_NOT_IDENTIFIED,
        "check that some practices start and others do not, and that every period has both before and after",
    )
