"""Fixed-effects Poisson with an offset and cluster-robust standard errors, fast and exact.

log E[y_it] = log(exposure_it) + unit_i + month_t + x_it b. The unit effects have a closed form given the rest,
so they are concentrated out and Newton runs on the months and b alone (Wooldridge 1999, J Econometrics 90:77-97,
the multinomial quasi-likelihood). Where all counts of a unit are zero it holds no information and drops out by itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.steps import Problem

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Panel:
    """A panel in long form; row order does not matter and cells may be missing or repeated.

    Attributes
    ----------
    count, exposure : (n,) float
        Events, and what they are counted over (> 0).
    unit, month, cluster : (n,) int
        Codes from 0 without gaps; every unit lies in one cluster.
    covariates : (n, k) float
        What the coefficients belong to.
    """

    count: Floats
    exposure: Floats
    unit: Codes
    month: Codes
    cluster: Codes
    covariates: Floats


@dataclass(frozen=True)
class Fit:
    """Coefficients of the covariates (log rate ratios) and their cluster-robust covariance."""

    coefficients: Floats
    covariance: Floats
    clusters: int
    iterations: int


def fit(panel: Panel, tolerance: float = 1e-10, most: int = 50) -> Fit:
    """Fit the model.

    Parameters
    ----------
    panel : Panel
        The data.
    tolerance : float
        Newton stops when its squared step in the metric of the Hessian is below this share of the events.
    most : int
        Iterations before giving up.

    Returns
    -------
    Fit
        The covariance is the sandwich with scores summed by cluster, times G/(G-1) for G clusters
        (Liang & Zeger 1986); unit effects need no term there because units lie within clusters.

    Raises
    ------
    Problem
        When a covariate cannot be told from the fixed effects, a unit lies in two clusters, or Newton
        does not converge.
    """
    _check_clusters(panel)
    _check_events(panel)
    months = int(panel.month.max()) + 1
    theta = np.zeros(months - 1 + panel.covariates.shape[1])
    value = _log_likelihood(panel, theta)
    for iteration in range(1, most + 1):
        expected = _expected(panel, theta)
        gradient, hessian = _gradient(panel, expected), _hessian(panel, expected)
        step = _solve(hessian, gradient)
        if step @ gradient <= tolerance * max(1.0, panel.count.sum()) * 1e-6:
            return _fit(panel, theta + step, iteration)
        theta, value = _ascend(panel, theta, step, value)
    raise Problem(
        f"The Poisson model did not converge in {most} iterations.",
        "look for an outcome with no events in a whole group or period, and leave it out of the study",
    )


def _ascend(panel: Panel, theta: Floats, step: Floats, value: float) -> tuple[Floats, float]:
    for _ in range(30):  # the likelihood is concave, so some shorter step climbs
        candidate = _log_likelihood(panel, theta + step)
        if candidate >= value:
            return theta + step, candidate
        step = step / 2
    return theta, value


def _index(panel: Panel, theta: Floats) -> Floats:
    months = int(panel.month.max()) + 1
    effects = np.concatenate([[0.0], theta[: months - 1]])
    return np.asarray(np.log(panel.exposure) + effects[panel.month] + panel.covariates @ theta[months - 1 :])


def _shares(panel: Panel, theta: Floats) -> tuple[Floats, Floats]:
    weight = np.exp(_index(panel, theta))
    return weight, _totals(panel.unit, weight)


def _expected(panel: Panel, theta: Floats) -> Floats:
    weight, total = _shares(panel, theta)
    return np.asarray(weight * (_totals(panel.unit, panel.count) / total)[panel.unit])


def _log_likelihood(panel: Panel, theta: Floats) -> float:
    _, total = _shares(panel, theta)
    return float(panel.count @ _index(panel, theta) - _totals(panel.unit, panel.count) @ np.log(total))


def _totals(codes: Codes, values: Floats) -> Floats:
    """Sums of `values` within each group."""
    return np.asarray(np.bincount(codes, values), dtype=np.float64)


def _sums(codes: Codes, groups: int, rows: Floats) -> Floats:
    """Column sums of `rows` within each group: (groups, columns)."""
    return np.stack([np.bincount(codes, column, groups) for column in rows.T], axis=1)


def _by_month(panel: Panel, codes: Codes, groups: int, rows: Floats) -> Floats:
    """Sums of `rows` in each group and month, first month left out: (groups, months - 1)."""
    months = int(panel.month.max()) + 1
    table = np.bincount(codes * months + panel.month, rows, groups * months).reshape(groups, months)
    return np.asarray(table[:, 1:], dtype=np.float64)


def _scores(panel: Panel, codes: Codes, groups: int, rows: Floats) -> Floats:
    """Sums of `rows` times the design (months, covariates) within groups: (groups, parameters)."""
    covariates = _sums(codes, groups, panel.covariates * rows[:, None])
    return np.hstack([_by_month(panel, codes, groups, rows), covariates])


def _gradient(panel: Panel, expected: Floats) -> Floats:
    return np.asarray(_scores(panel, np.zeros_like(panel.unit), 1, panel.count - expected)[0])


def _hessian(panel: Panel, expected: Floats) -> Floats:
    """The negative Hessian of the concentrated likelihood: cross products within units, about the unit's mean."""
    by_month = _by_month(panel, np.zeros_like(panel.unit), 1, expected)[0]
    weighted = panel.covariates * expected[:, None]
    mixed = _sums(panel.month, by_month.size + 1, weighted)[1:]
    cross = np.block([[np.diag(by_month), mixed], [mixed.T, panel.covariates.T @ weighted]])
    units = int(panel.unit.max()) + 1
    within = _scores(panel, panel.unit, units, expected)
    total = _totals(panel.unit, expected)
    within = within / np.sqrt(np.where(total > 0, total, 1))[:, None]
    return np.asarray(cross - within.T @ within)


def _solve(hessian: Floats, right: Floats) -> Floats:
    diagonal = np.sqrt(np.abs(np.diag(hessian)))
    scaled = hessian / np.outer(diagonal, diagonal) if diagonal.all() else hessian
    if not diagonal.all() or np.linalg.cond(scaled) > 1e12:
        raise Problem(
            "A term of the model cannot be told from the practice and month effects.",
            "check that some practices start and others do not, and that every period has both before and after",
        )
    return np.asarray(np.linalg.solve(hessian, right))


def _fit(panel: Panel, theta: Floats, iterations: int) -> Fit:
    expected = _expected(panel, theta)
    clusters = int(panel.cluster.max()) + 1
    scores = _scores(panel, panel.cluster, clusters, panel.count - expected)
    half = _solve(_hessian(panel, expected), scores.T)
    covariance = clusters / (clusters - 1) * half @ half.T
    size = panel.covariates.shape[1]
    return Fit(theta[-size:], covariance[-size:, -size:], clusters, iterations)


def _check_events(panel: Panel) -> None:
    """Without events in a month or in a treated group, its effect is minus infinity and no estimate."""
    groups = (panel.count @ (panel.covariates != 0) == 0).any()
    months = (np.bincount(panel.month, panel.count) == 0).any()
    if groups or months:
        what = "group that the model compares" if groups else "month"
        raise Problem(f"There are no events at all in a {what}.", "leave the outcome out, or choose other months")


def _check_clusters(panel: Panel) -> None:
    if panel.cluster.max() == 0:
        raise Problem(
            "All practices lie in one cluster, so nothing can be said of uncertainty.", "name another cluster"
        )
    owner = np.zeros(int(panel.unit.max()) + 1, dtype=np.intp)
    owner[panel.unit] = panel.cluster
    if (owner[panel.unit] != panel.cluster).any():
        raise Problem("A practice lies in more than one cluster.", "give each practice one site or region in the data")
