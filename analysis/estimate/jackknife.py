"""CRV3: the variance from leaving out one cluster at a time.

With few clusters it is more honest than the sandwich, which trusts the residuals of clusters that pulled the fit
towards themselves (MacKinnon, Nielsen & Webb 2023, J Applied Econometrics 38:671-694). Deviations are from the
estimate with all clusters, and the factor is (G-1)/G.
"""

import numpy as np

from analysis.estimate.cluster_terms import Terms
from analysis.estimate.grid import Floats, Grid
from analysis.estimate.poisson import Fit, maximum, solve


def leave_one_out(table: Grid, model: Fit) -> Floats:
    """The coefficients without each cluster in turn, by refitting the Poisson model in full: (clusters, k)."""
    left = (table.only(table.cluster != cluster) for cluster in range(model.clusters))
    return np.stack([maximum(each, model.parameters)[table.months - 1 :] for each in left])


def leave_one_out_linear(terms: Terms) -> tuple[float, Floats]:
    """The last coefficient with all clusters, and without each in turn: exact for a linear model.

    For Poisson terms at the estimate both are changes from it, by one Newton step: quick where much is refitted.
    """
    score, information = terms.scores.sum(0), terms.information.sum(0)
    left = [
        solve(information - each, score - own)[-1] for own, each in zip(terms.scores, terms.information, strict=True)
    ]
    return float(solve(information, score)[-1]), np.array(left)


def crv3(estimates: Floats, left: Floats) -> Floats:
    """The covariance: (k, k) from estimates (k,) and those without each cluster (clusters, k)."""
    change = left - estimates
    return np.asarray((len(left) - 1) / len(left) * change.T @ change)
