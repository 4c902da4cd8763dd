"""Small panels of clusters, drawn here, and the same models written out row by row with a dummy for each effect."""

import numpy as np

from analysis.estimate.numerics.fits.grid import Floats, Panel


def clustered(
    clusters: int, starts: dict[int, int], effect: float = 0.0, *, seed: int = 0, per_cluster: int = 2, months: int = 6
) -> Panel:
    """Clusters of `per_cluster` practices with a shock per cluster and month; `starts` by cluster."""
    random = np.random.default_rng(seed)
    unit, month = (
        np.repeat(np.arange(clusters * per_cluster), months),
        np.tile(np.arange(months), clusters * per_cluster),
    )
    cluster = unit // per_cluster
    start = np.array([starts.get(each, months) for each in range(clusters)])
    after = (month >= start[cluster]).astype(float)
    exposure = random.uniform(50, 150, unit.size)
    shock = random.normal(0, 0.05, (clusters, months))[cluster, month] + random.normal(0, 0.3, clusters)[cluster]
    count = random.poisson(exposure * np.exp(0.1 * month / months + effect * after + shock)).astype(float)
    return Panel(count, exposure, unit, month, cluster, after[:, None])


def taken(panel: Panel, rows: "np.ndarray") -> Panel:
    """Some rows of a panel, clusters and units coded anew."""
    parts = {name: getattr(panel, name)[rows] for name in Panel.__dataclass_fields__}
    for name in ("unit", "month", "cluster"):
        parts[name] = np.unique(parts[name], return_inverse=True)[1]
    return Panel(**parts)


def dummies(panel: Panel) -> Floats:
    """The design with a column for each unit, each month but the first, and the covariates last."""
    units, months = np.eye(panel.unit.max() + 1)[panel.unit], np.eye(panel.month.max() + 1)[panel.month][:, 1:]
    return np.hstack([units, months, panel.covariates])


def least_squares(design: Floats, outcome: Floats, weight: Floats) -> Floats:
    return np.linalg.lstsq(design * np.sqrt(weight)[:, None], outcome * np.sqrt(weight), rcond=None)[0]


def t_by_rows(panel: Panel, outcome: Floats, weight: Floats) -> float:
    """The t statistic (CRV1) of the last coefficient of weighted least squares."""
    design, clusters = dummies(panel), int(panel.cluster.max()) + 1
    coefficients = least_squares(design, outcome, weight)
    inverse = np.linalg.inv(design.T @ (design * weight[:, None]))
    rows = design * (weight * (outcome - design @ coefficients))[:, None]
    scores = np.stack([rows[panel.cluster == each].sum(0) for each in range(clusters)])
    covariance = clusters / (clusters - 1) * inverse @ scores.T @ scores @ inverse
    return float(coefficients[-1] / covariance[-1, -1] ** 0.5)
