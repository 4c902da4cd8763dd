"""Fixed-effects Poisson whose standard errors rest on the dispersion alone, with rows taken as independent.

The variance of a count is the dispersion times its mean, the same dispersion everywhere (Wedderburn 1974, Biometrika
61:439-447). The estimates are those of :mod:`analysis.estimate.poisson`; what differs is how sure they look.
"""

from typing import TYPE_CHECKING

from analysis.estimate.effect import Fitted
from analysis.steps import Problem

if TYPE_CHECKING:
    from analysis.estimate.poisson import Codes, Floats, Panel


def fit(panel: "Panel") -> Fitted:
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

    from analysis.estimate import poisson
    from analysis.estimate.linear_rate import without_effects

    coefficients = poisson.fit(panel).coefficients
    mean = expected(panel, coefficients)
    some = mean > 0
    parameters = np.unique(panel.unit[some]).size + int(panel.month.max()) + coefficients.size
    df = int(some.sum()) - parameters
    if df <= 0:
        raise Problem("There are no more rows than terms in the model.", "take more months or practices")
    dispersion = float(((panel.count - mean)[some] ** 2 / mean[some]).sum()) / df
    design = without_effects(panel.covariates, mean, panel.unit, panel.month)
    information = (design * mean[:, None]).T @ design
    return Fitted(coefficients, np.asarray(dispersion * np.linalg.inv(information)), df, clusters=0, log=True)


def expected(panel: "Panel", coefficients: "Floats", tolerance: float = 1e-11, most: int = 10_000) -> "Floats":
    """The model's expected counts: given the coefficients, they add up to the counts of each unit and each month.

    Parameters
    ----------
    panel : Panel
        The data.
    coefficients : (k,) float
        Log rate ratios.
    tolerance : float
        Units' totals are met to this share of all events; months' totals are met exactly.
    most : int
        Rounds of scaling before giving up.
    """
    import numpy as np

    mean = panel.exposure * np.exp(panel.covariates @ coefficients)
    observed = np.bincount(panel.unit, panel.count)
    for _ in range(most):
        mean = _scaled(_scaled(mean, panel.unit, panel.count), panel.month, panel.count)
        if np.abs(np.bincount(panel.unit, mean) - observed).max() <= tolerance * panel.count.sum():
            return mean
    raise Problem("The expected counts were not found.", "look for months in which few practices have data")


def _scaled(mean: "Floats", code: "Codes", count: "Floats") -> "Floats":
    """Means times one factor per group, so that each group adds up to its count."""
    import numpy as np

    total = np.bincount(code, mean)
    factor = np.bincount(code, count) / np.where(total > 0, total, 1)
    return np.asarray(mean * factor[code])
