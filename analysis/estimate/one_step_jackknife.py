"""The covariance of a fixed-effects Poisson model by leaving out each cluster, for effects that few clusters tell.

With G clusters it is (G-1)/G times the sum over clusters of the squared change that leaving one out makes (CRV3 of
MacKinnon, Nielsen & Webb 2023, J Applied Econometrics 38:671-694). The change is that of one Newton step from the
estimate and no new fit, so it costs little more than the usual sandwich, which is too small where few clusters decide.
"""

from typing import TYPE_CHECKING

from analysis.estimate.quasi_poisson import expected

if TYPE_CHECKING:
    from analysis.estimate.poisson import Codes, Floats, Panel


def covariance(panel: "Panel", coefficients: "Floats") -> "Floats":
    """The covariance of the coefficients of a fitted model.

    Parameters
    ----------
    panel : Panel
        The data; each unit lies in one cluster, so that unit effects go with their cluster.
    coefficients : (k,) float
        The model's log rate ratios.

    Returns
    -------
    (k, k) float
        A coefficient that only one cluster tells has no change to be squared and must be left aside by the caller.
    """
    import numpy as np

    mean = expected(panel, coefficients)
    order = np.argsort(panel.cluster, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(panel.cluster[order])) + 1)
    information, scores = zip(*(_cluster(panel, mean, rows) for rows in parts), strict=True)
    rest = np.sum(information, axis=0) - np.stack(information)
    changes = np.linalg.pinv(rest, rcond=1e-12, hermitian=True) @ np.stack(scores)[:, :, None]
    own = changes[:, -coefficients.size :, 0]
    return np.asarray((len(parts) - 1) / len(parts) * own.T @ own)


def _cluster(panel: "Panel", mean: "Floats", rows: "Codes") -> "tuple[Floats, Floats]":
    """What one cluster adds to the information matrix and to the score of months and covariates."""
    import numpy as np

    months, unit = np.eye(int(panel.month.max()) + 1)[:, 1:], panel.unit[rows]
    design, weights = np.hstack([months[panel.month[rows]], panel.covariates[rows]]), mean[rows]
    _, unit = np.unique(unit, return_inverse=True)
    total = np.bincount(unit, weights)
    sums = np.stack([np.bincount(unit, weights * column) for column in design.T], axis=1)
    design = design - (sums / np.where(total > 0, total, 1)[:, None])[unit]
    return (design * weights[:, None]).T @ design, design.T @ (panel.count[rows] - weights)
