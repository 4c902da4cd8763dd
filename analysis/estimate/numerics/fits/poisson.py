"""Fixed-effects Poisson with an offset and cluster-robust standard errors, fast and exact.

log E[y_it] = log(exposure_it) + unit_i + month_t + x_it b. The unit effects have a closed form given the rest,
so they are concentrated out and Newton runs on the months and b alone (Wooldridge 1999, J Econometrics 90:77-97,
the multinomial quasi-likelihood). Where all counts of a unit are zero it holds no information and drops out by itself;
what else has no finite estimate is found before (:mod:`analysis.estimate.numerics.fits.separation`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.estimate.numerics.fits.grid import Codes, Floats, Grid, Panel, grid
from analysis.estimate.numerics.fits.likelihood import At, Likelihood, cluster_scores, unidentified
from analysis.estimate.numerics.fits.rectifier import Marks
from analysis.estimate.numerics.fits.separation import Cleared, cleared
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

__all__ = ["Codes", "Fit", "Floats", "Grid", "Panel", "fit", "grid", "maximum"]


@dataclass(frozen=True)
class Fit:
    """Coefficients of the covariates (log rate ratios) and their cluster-robust covariance.

    Attributes
    ----------
    coefficients : (k,) float
        Of the covariates; a held one at its value, and missing where there is no finite estimate.
    covariance : (k, k) float
        Of the coefficients, see :func:`fit`; missing where they are.
    clusters, iterations : int
        Clusters; Newton steps.
    parameters : (p,) float
        Effects of all months but the first, then the coefficients.
    scores : (clusters, p) float
        Each cluster's sum of residuals times the design; columns of parameters that are not held add up to zero.
    hessian : (p, p) float
        Of the concentrated log likelihood, times -1.
    data : Cleared
        What was fitted: the data without what is separated, and which parameters were estimated.
    """

    coefficients: Floats
    covariance: Floats
    clusters: int
    iterations: int
    parameters: Floats
    scores: Floats
    hessian: Floats
    data: Cleared

    def pulls(self) -> Floats:
        """How far each cluster's scores move the parameters that were estimated, others nought: (clusters, p)."""
        free, pulls = self.data.free, np.zeros_like(self.scores)
        pulls[:, free] = solve(self.hessian[np.ix_(free, free)], self.scores[:, free].T).T
        return pulls


def fit(
    panel: Panel | Grid, tolerance: float = 1e-10, most: int = 50, *, held: Mapping[int, float] | None = None
) -> Fit:
    """Fit the model.

    Parameters
    ----------
    panel : Panel or Grid
        The data; a grid where the same data are fitted more than once.
    tolerance : float
        Newton's last step is the one whose squared length in the metric of the Hessian, before it is made, is below
        this share of the events; the error that remains is of the order of that length squared.
    most : int
        Iterations before giving up.
    held : mapping of int to float, optional
        Coefficients that are not estimated but held at a value, by the covariate's position: the null hypothesis of a
        score test. Their variance is zero.

    Returns
    -------
    Fit
        The covariance is the sandwich with scores summed by cluster, times G/(G-1) for G clusters
        (Liang & Zeger 1986); unit effects need no term there because units lie within clusters.

    Raises
    ------
    Problem
        When a covariate cannot be told from the fixed effects, a unit lies in two clusters, an exposure is missing,
        no covariate has a finite estimate, or Newton does not converge.
    """
    table = panel if isinstance(panel, Grid) else grid(panel)
    if table.cluster.max() == table.cluster.min():
        raise NotEstimable(ReasonCode.ONE_CLUSTER, "name another cluster")
    data = _bounded(table, held)
    likelihood = Likelihood(data.table)
    parameters, iterations = _newton(likelihood, likelihood.start(), data.free, held or {}, tolerance, most)
    scores, hessian = cluster_scores(data.table, parameters), likelihood(parameters).hessian
    clusters, first = len(scores), table.months - 1
    model = Fit(parameters[first:], np.zeros((0, 0)), clusters, iterations, parameters, scores, hessian, data)
    pulls = model.pulls()[:, first:]
    covariance, finite = clusters / (clusters - 1) * pulls.T @ pulls, np.where(data.identified, 1.0, np.nan)
    return replace(model, coefficients=model.coefficients * finite, covariance=covariance * np.outer(finite, finite))


def maximum(table: Grid, start: Floats, tolerance: float = 1e-10, most: int = 50) -> Floats:
    """The parameters at which the likelihood is largest, looked for from those of nearly the same data; no variance."""
    data = _bounded(table, None)
    if not data.identified.all():
        raise unbounded()
    return _newton(Likelihood(data.table), start, data.free, {}, tolerance, most)[0]


def _bounded(table: Grid, held: Mapping[int, float] | None) -> Cleared:
    """The data without what is separated, where some covariate that is not held is left."""
    free = np.ones(table.size, dtype=bool)
    free[[table.months - 1 + index for index in held or {}]] = False
    data, wanted = cleared(table, free), free[table.months - 1 :]
    if wanted.any() and not (data.identified & wanted).any():
        raise unbounded()
    return data


def unbounded() -> NotEstimable:
    """What is said when a likelihood rises for ever."""
    return NotEstimable(ReasonCode.EVENTS_ON_ONE_SIDE, "leave the outcome out, or choose other months")


def _newton(
    likelihood: Likelihood, start: Floats, free: Marks, held: Mapping[int, float], tolerance: float, most: int
) -> tuple[Floats, int]:
    table, parameters = likelihood.table, start.copy()
    parameters[~free] = 0
    for index, value in held.items():
        parameters[table.months - 1 + index] = value
    stop, now = min(tolerance * max(1.0, likelihood.events), 1e-4), likelihood(parameters)
    likelihood.check_varies(now.hessian, free)
    for iteration in range(1, most + 1):
        step = np.zeros(table.size)
        step[free] = solve(now.hessian[np.ix_(free, free)], now.gradient[free])
        if step @ now.gradient <= stop:
            return parameters + step, iteration
        parameters, now = _ascend(likelihood, parameters, step, now)
    raise NotEstimable(
        ReasonCode.POISSON_DID_NOT_CONVERGE,
        "look for an outcome with no events in a whole group or period, and leave it out of the study",
        iterations=most,
    )


def _ascend(likelihood: Likelihood, parameters: Floats, step: Floats, now: At) -> tuple[Floats, At]:
    for _ in range(30):  # the likelihood is concave, so some shorter step climbs
        candidate = likelihood(parameters + step)
        if candidate.value >= now.value:
            return parameters + step, candidate
        step = step / 2
    return parameters, now


def solve(hessian: Floats, right: Floats) -> Floats:
    """The step that the Hessian makes of a gradient.

    Raises
    ------
    Problem
        When a term cannot be told from the others.
    """
    diagonal = np.sqrt(np.abs(np.diag(hessian)))
    scaled = hessian / np.outer(diagonal, diagonal) if diagonal.all() else hessian
    if not diagonal.all() or np.linalg.cond(scaled) > 1e12:
        raise unidentified()
    return np.asarray(np.linalg.solve(hessian, right))
