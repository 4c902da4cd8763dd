"""CRV3: the variance from leaving out one cluster at a time.

With few clusters it is more honest than the sandwich, which trusts the residuals of clusters that pulled the fit
towards themselves (MacKinnon, Nielsen & Webb 2023, J Applied Econometrics 38:671-694). Deviations are from the
estimate with all clusters, and the factor is (G-1)/G.
"""

import numpy as np

from analysis.estimate.numerics.errors.cluster_terms import Terms, poisson_terms
from analysis.estimate.numerics.fits.grid import Floats, Grid
from analysis.estimate.numerics.fits.likelihood import unidentified
from analysis.estimate.numerics.fits.poisson import Fit, maximum, solve

REFITTED = 200


def leave_one_out(table: Grid, model: Fit) -> Floats:
    """The coefficients without each cluster in turn: (clusters, k), by refitting the Poisson model in full.

    Of more clusters than :data:`REFITTED` each tells so little that one Newton step is as good, and takes no time.
    """
    if model.clusters > REFITTED:
        return model.coefficients + newton_steps(model)
    left = (table.only(table.cluster != cluster) for cluster in range(model.clusters))
    return np.stack([maximum(each, model.parameters)[table.months - 1 :] for each in left])


def newton_steps(model: Fit) -> Floats:
    """Changes of a Poisson model's coefficients without each cluster in turn, by one Newton step: (clusters, k).

    That is the linearised jackknife of MacKinnon, Nielsen & Webb (2024, arXiv:2406.00650): the error left is of the
    order of a cluster's influence squared. A coefficient that only one cluster tells stays where it is without it.
    """
    table, free = model.data.table, model.data.free
    terms = poisson_terms(table, model.parameters)
    whole, place = terms.total[np.ix_(free, free)], np.arange(free.sum())
    changes = np.zeros((len(terms.scores), free.size))
    for clusters, information in terms.blocks():
        rest = whole - information[:, free][:, :, free]
        lost = rest[:, place, place] <= 1e-9 * whole[place, place]
        rest[:, place, place] += lost * whole[place, place]
        right = terms.scores.sum(0)[free] - terms.scores[clusters][:, free]
        changes[clusters, free] = np.linalg.solve(rest, right[:, :, None])[:, :, 0]
    return changes[:, table.months - 1 :]


def leave_one_out_linear(terms: Terms) -> tuple[float, Floats]:
    """The last coefficient with all clusters, and without each in turn: exact for a linear model.

    For Poisson terms at the estimate both are changes from it, by one Newton step: quick where much is refitted.
    """
    score, left = terms.scores.sum(0), []
    for clusters, information in terms.blocks():
        rest, right = terms.total - information, score - terms.scores[clusters]
        check_identified(rest, terms.total)
        left.append(np.linalg.solve(rest, right[:, :, None])[:, -1, 0])
    return float(solve(terms.total, score)[-1]), np.concatenate(left)


def check_identified(information: Floats, whole: Floats) -> None:
    """Refuse information, (n, p, p), in which some cluster took a term's with it, or that tells terms not apart."""
    left = np.diagonal(information, axis1=1, axis2=2)
    scale = np.sqrt(np.abs(left))
    if (left <= 1e-9 * np.diag(whole)).any():
        raise unidentified()
    try:
        root = np.linalg.cholesky(information / (scale[:, :, None] * scale[:, None, :]))
    except np.linalg.LinAlgError:
        raise unidentified() from None
    # The squares are what each term has left once those before it are known.
    if (np.diagonal(root, axis1=1, axis2=2) < 1e-6).any():
        raise unidentified()


def crv3(estimates: Floats, left: Floats) -> Floats:
    """The covariance: (k, k) from estimates (k,) and those without each cluster (clusters, k)."""
    change = left - estimates
    return np.asarray((len(left) - 1) / len(left) * change.T @ change)
