"""Restricted cubic splines: a curve that is smooth between knots and straight beyond the outer ones.

The curves are the natural cubic splines of `scipy.interpolate.CubicSpline`, one for each knot, so that a coefficient is
the curve's height at that knot. They span the same curves as the truncated powers of Harrell (2015, Regression
Modeling Strategies, 2nd edition, section 2.4.5).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from analysis.estimate.models.regression import Fit
from analysis.estimate.numerics.errors.intervals import hotelling_test
from analysis.estimates import Estimate
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.numerics.fits.grid import Floats

# Where knots stand in the distribution: table 2.3 of Harrell.
QUANTILES = {3: (0.1, 0.5, 0.9), 4: (0.05, 0.35, 0.65, 0.95), 5: (0.05, 0.275, 0.5, 0.725, 0.95)}
DRAWN = 21  # points at which a curve is told


def knot_places(values: "pd.Series[float]", number: int) -> "Floats":
    """Where the knots stand.

    Raises
    ------
    Problem
        When two knots stand at one place, because too many values are equal.
    """
    import numpy as np

    places: Floats = np.quantile(values, QUANTILES[number])
    if (np.diff(places) <= 1e-9 * np.abs(places).max()).any():
        raise NotEstimable(ReasonCode.TOO_MANY_EQUAL_FOR_CURVE, "give fewer `knots` in the study file", knots=number)
    return places


def spline_basis(values: "pd.Series[float]", places: "Floats") -> "pd.DataFrame":
    """One column per knot: the spline that is 1 at this knot and 0 at the others; together they make the constant."""
    import numpy as np
    import pandas as pd
    from scipy.interpolate import CubicSpline

    curves = CubicSpline(places, np.eye(len(places)), bc_type="natural")
    within = np.clip(values.to_numpy(float), places[0], places[-1])
    beyond = values.to_numpy(float) - within
    columns = [f"knot_{number}" for number in range(1, len(places) + 1)]
    return pd.DataFrame(curves(within) + beyond[:, None] * curves(within, 1), index=values.index, columns=columns)


def bends(places: "Floats") -> "Floats":
    """By inner knot, the weights of the heights at the knots that give the change of slope there: nil on a line.

    Returns
    -------
    (k - 2, k) float
    """
    import numpy as np

    slopes = np.diff(np.eye(len(places)), axis=0) / np.diff(places)[:, None]
    return np.diff(slopes, axis=0)


def spline_rows(
    values: "pd.Series[float]",
    held: "pd.DataFrame",
    knots: int,
    fit: Callable[["pd.DataFrame"], Fit],
    confidence: float,
    named: Callable[[float], str],
    labels: dict[str, Any],
) -> list[Estimate]:
    """A model of the spline: what it expects along the exposure, and whether it is more than a straight line.

    Parameters
    ----------
    values : Series
        The exposure, on the scale on which a straight line would be straight.
    held : DataFrame
        The measures that are held constant; `fitted` values are at their means.
    knots : int
        How many knots, 3 to 5.
    fit : callable
        Fits the model of a design.
    confidence : float
        Confidence level of the intervals.
    named : callable
        The exposure in its own unit, as a row's `horizon` writes it.
    labels : dict
        The other columns of the rows.

    Returns
    -------
    list of Estimate
        ``fitted`` from the 1st to the 99th percentile, and ``nonlinearity``: the F statistic of the joint test that
        the curve has no bends, with clusters - 1 degrees of freedom for the covariance.
    """
    import numpy as np
    import pandas as pd

    places = knot_places(values, knots)
    model = fit(held.join(spline_basis(values, places)))
    low, high = np.quantile(values, [0.01, 0.99]).tolist()
    drawn: list[float] = np.linspace(low, high, DRAWN).tolist()
    means = {str(name): float(mean) for name, mean in held.mean().items()}
    along = spline_basis(pd.Series(drawn), places)
    heights = (dict(zip(along.columns, each, strict=True)) for each in along.to_numpy(float).tolist())
    fitted = [
        model.row(means | at, confidence, "level", term="fitted", horizon=named(place), **labels)
        for place, at in zip(drawn, heights, strict=True)
    ]
    return [*fitted, nonlinearity(model, places, labels)]


def nonlinearity(model: Fit, places: "Floats", labels: dict[str, Any]) -> Estimate:
    """The joint test that a fitted spline has no bends.

    Raises
    ------
    Problem
        When there are fewer clusters than bends and one more, so that their covariance is not known.
    """
    import numpy as np

    contrasts = bends(places)
    names = [f"knot_{number}" for number in range(1, len(places) + 1)]
    heights = model.params[names].to_numpy(float)
    if np.isnan(heights).any():
        raise NotEstimable(ReasonCode.CURVE_HAS_NO_BOUND, "give fewer `knots` in the study file")
    covariance = contrasts @ model.covariance.loc[names, names].to_numpy(float) @ contrasts.T
    if model.clusters - 1 < len(contrasts) or np.linalg.matrix_rank(covariance) < len(contrasts):
        raise NotEstimable(
            ReasonCode.TOO_FEW_AREAS_FOR_CURVE,
            "give fewer `knots` in the study file, or name a column of smaller areas",
            areas=model.clusters,
        )
    statistic, p_value = hotelling_test(contrasts @ heights, covariance, model.clusters - 1)
    return Estimate(
        term="nonlinearity", scale="statistic", estimate=statistic, p_value=p_value, n_clusters=model.clusters,
        **labels,
    )  # fmt: skip
