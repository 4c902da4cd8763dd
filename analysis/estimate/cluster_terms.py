"""What each cluster adds to a model's score and information: all that few-cluster inference needs of the data.

With S_g the score and H_g the information of cluster g, a working linear model stands in for the model itself: the
change of the parameters is H^-1 S, and cluster g's score after it S_g - H_g H^-1 S, where S and H are the sums. For a
linear model that is exact; for Poisson it is the first step of Newton from where score and information were taken.
"""

from dataclasses import dataclass

import numpy as np

from analysis.estimate.grid import Floats, Grid, cross_products, design_sums
from analysis.estimate.likelihood import expected
from analysis.estimate.poisson import solve

# Events per month and patient to events per 1,000 patients a year.
PER_YEAR = 12_000


@dataclass(frozen=True)
class Terms:
    """Cluster sums of a model whose tested coefficient is the last parameter.

    Attributes
    ----------
    scores : (clusters, p) float
    information : (clusters, p, p) float
    """

    scores: Floats
    information: Floats

    def at(self, change: Floats) -> "Terms":
        """The same after a change of the parameters."""
        return Terms(self.scores - self.information @ change, self.information)

    def under(self, value: float) -> "Terms":
        """The same with the tested coefficient moved to a value and the others fitted again."""
        change, total = np.full(self.scores.shape[1], value), self.information.sum(0)
        change[:-1] = solve(total[:-1, :-1], self.scores.sum(0)[:-1] - total[:-1, -1] * value)
        return self.at(change)

    def estimate(self) -> tuple[float, float]:
        """The change of the tested coefficient that the model asks for, and its standard error there (CRV1)."""
        total = self.information.sum(0)
        change, contrast = solve(total, self.scores.sum(0)), solve(total, np.eye(len(total))[-1])
        clusters, after = len(self.scores), self.at(change).scores @ contrast
        return float(change[-1]), float(np.sqrt(clusters / (clusters - 1) * (after**2).sum()))


def poisson_terms(table: Grid, parameters: Floats) -> Terms:
    """The cluster sums of the Poisson model at some parameters, unit effects concentrated out."""
    parts = []
    for part in _clusters(table):
        mean = expected(part, parameters)
        parts.append(_sums(part, part.count - mean, mean))
    return _joined(parts)


def linear_terms(table: Grid, unit: float = PER_YEAR) -> Terms:
    """The cluster sums of the linear model of rates at parameters zero, unit means taken out.

    A rate of one event per patient is told as `unit`: by default in events per 1,000 patients a year.
    """
    parts = []
    for part in _clusters(table):
        # ASSUME: rates weigh by population, as they do in the Poisson model and as their sampling variance has it.
        weight = part.exposure
        rate = unit * part.count - (unit * part.count.sum(1) / weight.sum(1))[:, None] * weight
        parts.append(_sums(part, rate, weight))
    return _joined(parts)


def _clusters(table: Grid) -> list[Grid]:
    return [table.only(table.cluster == cluster) for cluster in range(int(table.cluster.max()) + 1)]


def _sums(part: Grid, residual: Floats, weight: Floats) -> Terms:
    sums = design_sums(weight, part.covariates, part.months)
    score = design_sums(residual, part.covariates, part.months).sum(0)
    return Terms(score, cross_products(weight, part.covariates, sums, part.months))


def _joined(parts: list[Terms]) -> Terms:
    return Terms(np.stack([part.scores for part in parts]), np.stack([part.information for part in parts]))
