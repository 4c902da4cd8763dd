"""Least squares of rates with practice and month effects, and cluster-robust standard errors.

1000 events per patient and year in practice i and month t = unit_i + month_t + x_it b + e_it, each row weighted by its
patients. The weights make it an estimate about patients, as the Poisson model's is, and give small practices, whose
rates vary most, least to say. Unit and month effects are taken out exactly, whether or not cells are missing
(Frisch & Waugh 1933, Econometrica 1:387-401).
"""

from typing import TYPE_CHECKING

from analysis.estimate.effect import PER, Fitted
from analysis.steps import Problem

if TYPE_CHECKING:
    from analysis.estimate.poisson import Codes, Floats, Panel


def fit(panel: "Panel") -> Fitted:
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
    import numpy as np

    clusters = int(panel.cluster.max()) + 1
    if clusters == 1:
        raise Problem(
            "All practices lie in one cluster, so nothing can be said of uncertainty.", "name another cluster"
        )
    rates = PER * panel.count / panel.exposure
    both = without_effects(np.column_stack([panel.covariates, rates]), panel.exposure, panel.unit, panel.month)
    design, outcome = both[:, :-1], both[:, -1]
    weighted = design * panel.exposure[:, None]
    inverse = _inverse(weighted.T @ design, panel.covariates, panel.exposure)
    coefficients = inverse @ (weighted.T @ outcome)
    residual = outcome - design @ coefficients
    scores = np.stack([np.bincount(panel.cluster, each) for each in (weighted * residual[:, None]).T], axis=1)
    half = inverse @ scores.T
    return Fitted(coefficients, clusters / (clusters - 1) * half @ half.T, clusters - 1, clusters, log=False)


def without_effects(values: "Floats", weights: "Floats", unit: "Codes", month: "Codes") -> "Floats":
    """Each column of `values` less the unit and month effects that fit it best by weighted least squares.

    Parameters
    ----------
    values : (n, k) float
    weights : (n,) float
        Not negative; a unit without weight stays as it is.
    unit, month : (n,) int
        Codes from 0 without gaps.
    """
    import numpy as np

    units, months = int(unit.max()) + 1, int(month.max()) + 1
    table = np.bincount(unit * months + month, weights, units * months).reshape(units, months)
    total = np.where((total := table.sum(axis=1)) > 0, total, 1)
    # Unit effects have a closed form given the months, so the months' normal equations are all that is solved. They
    # leave the level open (and more where the panel falls apart into parts), which the residuals do not depend on.
    normal = np.diag(table.sum(axis=0)) - table.T @ (table / total[:, None])
    centred = _centred(values, weights, unit, total)
    right = np.stack([np.bincount(month, weights * column, months) for column in centred.T], axis=1)
    return _centred(values - np.linalg.lstsq(normal, right)[0][month], weights, unit, total)


def _centred(values: "Floats", weights: "Floats", unit: "Codes", total: "Floats") -> "Floats":
    """Values about their units' weighted means."""
    import numpy as np

    sums = np.stack([np.bincount(unit, weights * column, total.size) for column in values.T], axis=1)
    return np.asarray(values - (sums / total[:, None])[unit])


def _inverse(within: "Floats", covariates: "Floats", weights: "Floats") -> "Floats":
    """The inverse of the covariates' weighted cross products, where the effects left something of each."""
    import numpy as np

    whole = weights @ (covariates - np.average(covariates, axis=0, weights=weights)) ** 2
    left = np.diag(within)
    scale = np.sqrt(np.where(left > 0, left, 1))
    if (left <= 1e-10 * whole).any() or np.linalg.cond(within / np.outer(scale, scale)) > 1e12:
        raise Problem(
            "A term of the model cannot be told from the practice and month effects.",
            "check that some practices start and others do not, and that every period has both before and after",
        )
    return np.asarray(np.linalg.inv(within))
