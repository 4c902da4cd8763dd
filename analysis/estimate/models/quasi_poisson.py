"""Fixed-effects Poisson whose standard errors rest on the dispersion alone, with rows taken as independent.

The variance of a count is the dispersion times its mean, the same dispersion everywhere (Wedderburn 1974, Biometrika
61:439-447). The estimates are those of :mod:`analysis.estimate.numerics.fits.poisson`; what differs is how sure they
look.
"""

from typing import TYPE_CHECKING

from analysis.estimate.models.effect import Fitted
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    from analysis.estimate.numerics.fits.grid import Grid, Panel


def fit(panel: "Panel | Grid") -> Fitted:
    """Fit the model.

    Returns
    -------
    Fitted
        Log rate ratios. The covariance is Poisson's times Pearson's chi-squared over its degrees of freedom: rows less
        all effects and coefficients. Practices without events hold no information and count for neither.

    Raises
    ------
    Problem
        When the Poisson model cannot be fitted, or no degrees of freedom are left.
    """
    import numpy as np

    from analysis.estimate.numerics.fits import poisson
    from analysis.estimate.numerics.fits.likelihood import expected

    table = panel if isinstance(panel, poisson.Grid) else poisson.grid(panel)
    model = poisson.fit(table)
    table, free = model.data.table, model.data.free
    mean = expected(table, model.parameters)
    some, units = mean > 0, int((mean > 0).any(axis=1).sum())
    df = int(some.sum()) - units - int(free.sum())
    if df <= 0:
        raise NotEstimable(ReasonCode.AS_MANY_TERMS_AS_ROWS, "take more months or practices")
    dispersion = float(((table.count - mean)[some] ** 2 / mean[some]).sum()) / df
    inverse, first = np.zeros_like(model.hessian), table.months - 1
    inverse[np.ix_(free, free)] = dispersion * np.linalg.inv(model.hessian[np.ix_(free, free)])
    covariance = np.where(np.isnan(model.covariance), np.nan, inverse[first:, first:])
    return Fitted(model.coefficients, covariance, df, clusters=0, log=True, separated=model.data.separated)
