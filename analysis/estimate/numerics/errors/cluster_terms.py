"""What each cluster adds to a model's score and information: all that few-cluster inference needs of the data.

With S_g the score and H_g the information of cluster g, a working linear model stands in for the model itself: the
change of the parameters is H^-1 S, and cluster g's score after it S_g - H_g H^-1 S, where S and H are the sums. For a
linear model that is exact; for Poisson it is the first step of Newton from where score and information were taken.

No table of clusters by parameters by parameters is kept: the sum of the H_g, and what H_g makes of one vector, are all
that most methods ask for, so that time and memory grow with the clusters and not with more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analysis.estimate.numerics.fits.grid import Codes, Floats, Grid, cluster_sums, cross_products, design_sums
from analysis.estimate.numerics.fits.likelihood import expected
from analysis.estimate.numerics.fits.poisson import solve

# Events per month and patient to events per 1,000 patients a year.
PER_YEAR = 12_000
# Numbers in one block of clusters: 32 MiB.
CELLS = 2**22


@dataclass(frozen=True)
class Terms:
    """Cluster sums of a model whose tested coefficient is the last parameter.

    Attributes
    ----------
    table : Grid
        The data.
    weight : (units, cells) float
        What the information is made of.
    scores : (clusters, p) float
    """

    table: Grid
    weight: Floats
    scores: Floats

    @cached_property
    def total(self) -> Floats:
        """The information of all clusters together: (p, p)."""
        size, months = self.table.size, self.table.months
        total = np.zeros((size, size))
        for units in self.table.blocks():
            covariates, weight = self.table.covariates[units], self.weight[units]
            total += cross_products(weight, covariates, design_sums(weight, covariates, months), months)
        return total

    def along(self, vector: Floats) -> Floats:
        """Each cluster's information times a vector: (clusters, p)."""
        table, clusters = self.table, len(self.scores)
        first, products = table.months - 1, np.zeros_like(self.scores)
        months = np.repeat(np.append(0.0, vector[:first]), table.count.shape[1] // table.months)
        for units in table.blocks():
            covariates, weight = table.covariates[units], self.weight[units]
            value, sums = covariates @ vector[first:] + months, weight.sum(1)
            value -= ((weight * value).sum(1) / np.where(sums > 0, sums, 1))[:, None]
            rows = design_sums(weight * value, covariates, table.months)
            products += cluster_sums(table.cluster[units], clusters, rows)
        return products

    def blocks(self) -> Iterator[tuple[slice, Floats]]:
        """Each cluster's information, some clusters at a time: (clusters, p, p)."""
        table, clusters = self.table, len(self.scores)
        order = np.argsort(table.cluster, kind="stable")
        ends = np.searchsorted(table.cluster[order], np.arange(clusters + 1))
        step = max(1, CELLS // table.size**2)
        for first in range(0, clusters, step):
            some = range(first, min(first + step, clusters))
            units = (order[ends[cluster] : ends[cluster + 1]] for cluster in some)
            yield slice(first, first + step), np.stack([self._information(each) for each in units])

    def _information(self, units: Codes) -> Floats:
        covariates, weight, months = self.table.covariates[units], self.weight[units], self.table.months
        return cross_products(weight, covariates, design_sums(weight, covariates, months), months)

    @property
    def information(self) -> Floats:
        """Each cluster's information, where clusters are few: (clusters, p, p)."""
        return np.concatenate([each for _, each in self.blocks()])

    def at(self, change: Floats) -> "Terms":
        """The same after a change of the parameters."""
        moved = replace(self, scores=self.scores - self.along(change))
        moved.__dict__["total"] = self.total
        return moved

    def under(self, value: float) -> "Terms":
        """The same with the tested coefficient moved to a value and the others fitted again."""
        change, total = np.full(self.scores.shape[1], value), self.total
        change[:-1] = solve(total[:-1, :-1], self.scores.sum(0)[:-1] - total[:-1, -1] * value)
        return self.at(change)

    def estimate(self) -> tuple[float, float]:
        """The change of the tested coefficient that the model asks for, and its standard error there (CRV1)."""
        change, contrast = solve(self.total, self.scores.sum(0)), solve(self.total, np.eye(len(self.total))[-1])
        clusters, after = len(self.scores), self.at(change).scores @ contrast
        return float(change[-1]), float(np.sqrt(clusters / (clusters - 1) * (after**2).sum()))


def poisson_terms(table: Grid, parameters: Floats) -> Terms:
    """The cluster sums of the Poisson model at some parameters, unit effects concentrated out."""
    weight = np.empty_like(table.count)
    for units in table.blocks():
        weight[units] = expected(table, parameters, units)
    return _terms(table, table.count - weight, weight)


def linear_terms(table: Grid, unit: float = PER_YEAR) -> Terms:
    """The cluster sums of the linear model of rates at parameters zero, unit means taken out.

    A rate of one event per patient is told as `unit`: by default in events per 1,000 patients a year.
    """
    # ASSUME: rates weigh by population, as they do in the Poisson model and as their sampling variance has it.
    weight = table.exposure
    rate = unit * table.count - (unit * table.count.sum(1) / weight.sum(1))[:, None] * weight
    return _terms(table, rate, weight)


def _terms(table: Grid, residual: Floats, weight: Floats) -> Terms:
    clusters = int(table.cluster.max()) + 1
    scores = np.zeros((clusters, table.size))
    for units in table.blocks():
        rows = design_sums(residual[units], table.covariates[units], table.months)
        scores += cluster_sums(table.cluster[units], clusters, rows)
    return Terms(table, weight, scores)
