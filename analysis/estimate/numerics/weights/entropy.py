"""Entropy balancing: the weights nearest to equal ones with which a sample has given means.

Hainmueller (2012, Political Analysis 20:25-46). The weights are exp(x·λ) times the base weights, scaled to add up to
one; λ minimises the convex dual log Σ q exp((x - target)·λ), whose gradient is the difference of the means.
"""

from typing import TYPE_CHECKING

from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    from analysis.estimate.numerics.fits.grid import Floats

# The largest difference that may be left between a mean and its target, in standard deviations.
EXACT = 1e-10


def balancing_weights(values: "Floats", target: "Floats", base: "Floats | None" = None, most: int = 200) -> "Floats":
    """Weights that add up to one and give the columns of `values` the means `target`.

    Parameters
    ----------
    values : (n, k) float
        What is to be balanced; columns may depend on one another.
    target : (k,) float
        The means wanted.
    base : (n,) float
        Weights to stay near to; equal ones where there are none.
    most : int
        Newton steps before giving up.

    Raises
    ------
    Problem
        When no weights give these means, because they lie outside what the sample spans.
    """
    import numpy as np

    spread = values.std(axis=0)
    spread = np.where(spread > 0, spread, np.maximum(np.abs(target), 1.0))
    centred = (values - target) / spread
    start = np.log(np.full(len(values), 1 / len(values)) if base is None else base / base.sum())
    multiplier, weight, value = np.zeros(values.shape[1]), *_weights(centred, start, np.zeros(values.shape[1]))
    for _ in range(most):
        gradient = weight @ centred
        if np.abs(gradient).max(initial=0.0) < EXACT:
            return weight
        # A least-squares step, because columns that depend on one another leave the Hessian singular.
        hessian = (centred * weight[:, None]).T @ centred - np.outer(gradient, gradient)
        step = np.asarray(np.linalg.lstsq(hessian, -gradient, rcond=1e-12)[0], dtype=np.float64)
        multiplier, weight, value = _descend(centred, start, multiplier, step, value)
    raise NotEstimable(ReasonCode.NO_WEIGHTS, "give more candidates, or fewer covariates")


def _weights(centred: "Floats", start: "Floats", multiplier: "Floats") -> "tuple[Floats, float]":
    import numpy as np

    index = start + centred @ multiplier
    top = index.max()
    total = np.exp(index - top).sum()
    return np.asarray(np.exp(index - top) / total), float(top + np.log(total))


def _descend(
    centred: "Floats", start: "Floats", multiplier: "Floats", step: "Floats", value: float
) -> "tuple[Floats, Floats, float]":
    """The longest of ever shorter steps that lowers the dual; near the end any step that does not raise it will do."""
    for halving in range(40):
        candidate = multiplier + step / 2**halving
        weight, lower = _weights(centred, start, candidate)
        if lower <= value + 1e-14 * max(1.0, abs(value)):
            return candidate, weight, lower
    return multiplier, *_weights(centred, start, multiplier)


def moments(values: "Floats") -> "Floats":
    """The columns and the squares of those that have more than two values: means and variances are balanced."""
    import numpy as np

    several = [column for column in values.T if len(np.unique(column[:10_000])) > 2]
    return np.column_stack([values, *(np.square(column - column.mean()) for column in several)])
