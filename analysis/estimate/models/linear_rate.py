"""Least squares of rates with practice and month effects, and cluster-robust standard errors.

Events per 1,000 patients a year in practice i and month t = unit_i + month_t + x_it b + e_it, each row weighted by its
patients. The weights make it an estimate about patients, as the Poisson model's is, and give small practices, whose
rates vary most, least to say. The effects are taken out exactly, whether or not cells are missing.
"""

from typing import TYPE_CHECKING

from analysis.estimate.models.effect import PER, Fitted
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    from analysis.estimate.numerics.fits.grid import Floats, Grid, Panel


def fit(panel: "Panel | Grid") -> Fitted:
    """Fit the model.

    Returns
    -------
    Fitted
        Differences in events per 1,000 patients a year. The covariance is the sandwich with scores summed by cluster
        times G/(G-1) for G clusters, with G - 1 degrees of freedom, as in the Poisson model.

    Raises
    ------
    Problem
        When a covariate cannot be told from the practice and month effects, or there is one cluster.
    """
    coefficients, pulls = influences(panel)
    clusters = len(pulls)
    return Fitted(coefficients, clusters / (clusters - 1) * pulls.T @ pulls, clusters - 1, clusters, log=False)


def influences(panel: "Panel | Grid", unit: float = PER) -> "tuple[Floats, Floats]":
    """The coefficients, and how far each cluster's residuals pull them.

    Parameters
    ----------
    panel : Panel or Grid
        The data.
    unit : float
        What a rate of one event per patient is told as.

    Returns
    -------
    (k,) float, (clusters, k) float
        Coefficients; the rows of the other add up to zero, and their cross products are the sandwich.

    Raises
    ------
    Problem
        As :func:`fit`.
    """
    import numpy as np

    from analysis.estimate.numerics.errors.cluster_terms import linear_terms
    from analysis.estimate.numerics.fits.grid import Grid
    from analysis.estimate.numerics.fits.poisson import grid, solve

    table = panel if isinstance(panel, Grid) else grid(panel)
    check_clusters(table)
    terms = linear_terms(table, unit)
    information = terms.total
    check_varies(table, np.diag(information))
    parameters = solve(information, terms.scores.sum(0))
    first = table.months - 1
    return parameters[first:], solve(information, terms.at(parameters).scores.T)[first:].T


def check_clusters(table: "Grid") -> None:
    """Refuse practices of one cluster."""
    if table.cluster.max() == table.cluster.min():
        raise NotEstimable(ReasonCode.ONE_CLUSTER, "name another cluster")


def check_varies(table: "Grid", information: "Floats") -> None:
    """A covariate that never varies within a practice leaves rounding errors alone."""
    import numpy as np

    from analysis.estimate.numerics.fits.likelihood import unidentified

    squares = np.einsum("uc,uck->k", table.exposure, table.covariates**2)
    if (information[table.months - 1 :] < 1e-12 * squares).any():
        raise unidentified()
