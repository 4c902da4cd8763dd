"""The models of the difference-in-differences by the names that a study gives them."""

from typing import TYPE_CHECKING

from analysis.estimate.models.effect import Fitted
from analysis.plan.sensitivity import Estimator

if TYPE_CHECKING:
    from analysis.estimate.numerics.fits.grid import Panel


def fitted(estimator: Estimator, panel: "Panel") -> Fitted:
    """Fit one of the models.

    Parameters
    ----------
    estimator : str
        ``poisson_fixed_effects``, ``quasi_poisson`` or ``linear_rate``.
    panel : Panel
        Counts, population, practices, months, clusters and covariates.
    """
    from analysis.estimate.models import linear_rate, quasi_poisson

    models = {"poisson_fixed_effects": _poisson, "quasi_poisson": quasi_poisson.fit, "linear_rate": linear_rate.fit}
    return models[estimator](panel)


def _poisson(panel: "Panel") -> Fitted:
    from analysis.estimate.numerics.fits.poisson import fit

    model = fit(panel)
    estimates = model.coefficients, model.covariance
    return Fitted(*estimates, model.clusters - 1, model.clusters, log=True, separated=model.data.separated)
