"""The path of a lasso: minima of v'Qv/2 - r'v + penalty * sum |v| for every penalty, exactly.

The minimum moves along straight lines between penalties at which a parameter leaves zero or comes back to it
(Osborne, Presnell & Turlach 2000, IMA J Numer Anal 20:389-403; Efron et al. 2004, Ann Stat 32:407-499).
"""

from typing import TYPE_CHECKING

from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    from analysis.estimate.numerics.fits.grid import Floats

TINY = 1e-12
MOST = 10_000


def path(quadratic: "Floats", linear: "Floats") -> "list[Floats]":
    """The minima at which the path bends, from the penalty that holds all parameters at zero to none.

    Parameters
    ----------
    quadratic : (k, k) float
        Q, positive definite.
    linear : (k,) float
        r.
    """
    import numpy as np

    value, penalty = np.zeros_like(linear), float(np.abs(linear).max())
    sign, turned = np.zeros_like(linear), -1
    knots, end = [value], TINY * penalty
    for _ in range(MOST):
        if penalty <= end:
            return knots
        direction = _direction(quadratic, sign)
        gradient = linear - quadratic @ value
        length, turned, new = _next(value, direction, gradient, quadratic @ direction, sign, penalty, turned)
        value, penalty = value + length * direction, penalty - length
        if turned >= 0:
            sign[turned] = new
            value[turned] *= abs(new)
        if length > 0:
            knots.append(value)
    raise NotEstimable(
        ReasonCode.WEIGHTS_NOT_FOUND,
        "choose longer periods, so that the event study has fewer of them before the start",
    )


def _direction(quadratic: "Floats", sign: "Floats") -> "Floats":
    """How the minimum moves per unit by which the penalty falls."""
    import numpy as np

    active = np.flatnonzero(sign)
    direction = np.zeros_like(sign)
    direction[active] = np.linalg.solve(quadratic[np.ix_(active, active)], sign[active])
    return direction


def _next(
    value: "Floats",
    direction: "Floats",
    gradient: "Floats",
    turn: "Floats",
    sign: "Floats",
    penalty: float,
    turned: int,
) -> tuple[float, int, float]:
    """How far the penalty falls until the path bends, at which parameter, and that parameter's sign from there on."""
    # Several parameters may bend the path at once, one after the other; only the last one must not turn back at once.
    events = [(penalty, -1, 0.0)]
    for index, own in enumerate(sign):
        if own and direction[index] * own < 0:
            events.append((-value[index] / direction[index], index, 0.0))
        if not own:
            # Its gradient meets the falling penalty from below, from one side or the other.
            meets = [(penalty - side * gradient[index], 1 - side * turn[index], side) for side in (1.0, -1.0)]
            events += [(gap / speed, index, side) for gap, speed, side in meets if speed > TINY]
    tiny = TINY * penalty
    length, who, new = min(event for event in events if event[0] > tiny or (event[0] > -tiny and event[1] != turned))
    return max(length, 0.0), who, new
