"""Synthetic control and synthetic difference-in-differences of one area: weights, and what they leave over.

Donors are weighted so that they run as the area did before its start, and what is left over after it is the effect:
less the mean left over before in synthetic control on demeaned series (Doudchenko & Imbens 2016, NBER 22791; Ferman &
Pinto 2021, Quant Econ 12:1197-1221), less a weighted mean in synthetic difference-in-differences (Arkhangelsky, Athey,
Hirshberg, Imbens & Wager 2021, Am Econ Rev 111:4088-4118), and less nothing in the classical synthetic control (Abadie,
Diamond & Hainmueller 2010, J Am Stat Assoc 105:493-505).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

Floats = NDArray[np.float64]
Estimator = Literal["synthetic_control", "synthetic_did"]
# Weights that bring the weighted sum of columns near a target: columns, target, ridge.
Solver = Callable[[Floats, Floats, float], Floats]


@dataclass(frozen=True)
class Comparison:
    """One area and what it is weighed against.

    Attributes
    ----------
    area : (periods,) float
        The area's rate in each period.
    donors : (donors, periods) float
        The same of the areas that never started.
    before : int
        Periods before the start; they come first.
    """

    area: Floats
    donors: Floats
    before: int


@dataclass(frozen=True)
class Gap:
    """What an area has beyond its synthetic control.

    Attributes
    ----------
    effect : float
        Mean rate after the start less the counterfactual's.
    observed : float
        Mean rate after the start.
    fit : float
        Root mean squared gap before the start, about the level that is taken off.
    donors, periods : float
        The weights; the periods' are those of the periods before the start, whose gap is taken off as the level.
    """

    effect: float
    observed: float
    fit: float
    donors: Floats
    periods: Floats

    @property
    def counterfactual(self) -> float:
        """The mean rate after the start that the comparison lets expect."""
        return self.observed - self.effect


def gap(data: Comparison, estimator: Estimator, solve: "Solver | None" = None, *, classical: bool = False) -> Gap:
    """Weigh the donors, and for synthetic difference-in-differences the periods, and compare.

    Parameters
    ----------
    data : Comparison
        The area and its donors.
    estimator : {"synthetic_control", "synthetic_did"}
        Synthetic control takes each area's own mean before the start off its series, and penalises next to nothing:
        an area whose level lies outside those of its donors has no other comparison. Synthetic
        difference-in-differences matches the course about a level of its own, with the ridge penalty of Arkhangelsky
        et al. (2021, section II).
    solve : callable
        How the weights are found; the exact minimum unless another is given.
    classical : bool
        Whether a synthetic control matches levels, as in Abadie, Diamond & Hainmueller (2010).

    Raises
    ------
    Problem
        When there are fewer than two donors, fewer than two periods before, or none after.
    """
    _check(data)
    solve, did = solve or exact, estimator == "synthetic_did"
    level = did or not classical
    early, late = data.donors[:, : data.before], data.donors[:, data.before :]
    noise = float(np.std(np.diff(early, axis=1), ddof=1))
    ridge = (late.shape[1] ** 0.25 if did else 1e-6) * noise
    donors = solve(*_about_mean(early.T, data.area[: data.before], level), ridge**2)
    periods = np.full(data.before, level / data.before)
    if did:
        periods = solve(*_about_mean(early, late.mean(axis=1), did), (1e-6 * noise) ** 2)
    difference = data.area - donors @ data.donors
    own = float(periods @ difference[: data.before])
    effect, fit = difference[data.before :].mean() - own, np.mean((difference[: data.before] - own) ** 2) ** 0.5
    return Gap(float(effect), float(data.area[data.before :].mean()), float(fit), donors, periods)


def exact(columns: Floats, target: Floats, ridge: float) -> Floats:
    """Weights that are not negative and sum to one, for the least mean squared distance plus `ridge` times w'w.

    On such weights the distance is ||(columns - target) w||, a form in w alone. Its minimum over the simplex is, up to
    scale, that of least squares over w >= 0 with one more row of ones for a sum of one (scaling w by s costs
    s^2 q + (s - 1)^2, whose least value grows with q), so that non-negative least squares solves it exactly.
    """
    from scipy.optimize import nnls

    count = columns.shape[1]
    form = np.vstack([columns - target[:, None], np.sqrt(ridge * len(target)) * np.eye(count)])
    size = np.linalg.norm(form) / np.sqrt(count) or 1.0
    solution, _ = nnls(
        np.vstack([form / size, np.ones(count)]), np.append(np.zeros(len(form)), 1.0), maxiter=100 * count
    )
    return np.asarray(solution / solution.sum())


def _about_mean(columns: Floats, target: Floats, level: bool) -> tuple[Floats, Floats]:
    """The same about their means, where the comparison has a level of its own."""
    return (columns - columns.mean(axis=0), target - target.mean()) if level else (columns, target)


def _check(data: Comparison) -> None:
    areas, periods, mend = len(data.donors), data.before, "leave the design out"
    if areas < 2:
        raise NotEstimable(ReasonCode.TOO_FEW_AREAS_FOR_CONTROL, mend, areas=areas)
    if periods < 2:
        raise NotEstimable(ReasonCode.TOO_FEW_PERIODS_FOR_CONTROL, mend, periods=periods)
    if data.area.size <= data.before:
        raise NotEstimable(ReasonCode.NO_WHOLE_PERIOD_AFTER, "shorten the periods")
