"""What happens to a measure when practices merge or grow? The model of the questions of kind ``growth``."""

from typing import TYPE_CHECKING, Any

from analysis.estimate.models.group_means import equal_groups, indicators, sized
from analysis.estimate.models.regression import least_squares
from analysis.estimates import Estimate
from analysis.plan.practices import Growth

if TYPE_CHECKING:
    import pandas as pd

FEWEST_JUMPS, BINS, FITTED = 5, 10, 9


def growth(frame: "pd.DataFrame", name: str, question: Growth, confidence: float) -> list[Estimate]:
    """The change of the outcome against the growth of the list, and after a jump of the list.

    Least squares of each practice's change on the change of its log list size; every practice counts the same;
    standard errors are clustered.

    Parameters
    ----------
    frame : DataFrame
        By practice: `change` in points, `growth` of the log list, the biggest `jump` within a year, `cluster_id`.
    name : str
        The question's name in the study.
    question : Growth
        Its plan.
    confidence : float
        Confidence level of the intervals.

    Returns
    -------
    list of Estimate
        ``slope`` per unit of the log list and ``per_tenth`` for a list that grew by a tenth, ``change`` over all
        practices, ``bin`` means of the change by growth, ``fitted`` values; where enough practices had a jump, the
        ``change`` of each group and their difference, ``jump``.
    """
    import math

    labels: dict[str, Any] = {
        "outcome": name, "population": "general practices in both years", "design": "growth",
        "estimator": "first_differences", "n_obs": len(frame), "n_units": len(frame),
    }  # fmt: skip
    # ASSUME: nothing else that changed a practice's share went together with the growth of its list; a practice that
    # took over a neighbour's patients also took over their habits.
    design = frame[["growth"]].assign(constant=1.0)
    fit = least_squares(frame["change"], design, frame["cluster_id"])
    alone = least_squares(frame["change"], design[["constant"]], frame["cluster_id"])
    slopes = {"slope": 1.0, "per_tenth": math.log(1.1)}
    return [
        *(fit.row({"growth": size}, confidence, "points", term=term, **labels) for term, size in slopes.items()),
        alone.row({"constant": 1.0}, confidence, "points", term="change", **labels),
        *_bins(frame, confidence, labels),
        *(
            fit.row({"constant": 1.0, "growth": place}, confidence, "points", term="fitted",
                    horizon=_percent(place), **labels)
            for place in _places(frame["growth"])
        ),
        *jumps(frame, question.jump, confidence, labels),
    ]  # fmt: skip


def _places(growth: "pd.Series[float]") -> list[float]:
    import numpy as np

    low, high = np.quantile(growth, [0.01, 0.99])
    return [float(place) for place in np.linspace(low, high, FITTED)]


def _percent(log_growth: float) -> str:
    import math

    return f"{100 * math.expm1(log_growth):.6g}"


def _bins(frame: "pd.DataFrame", confidence: float, labels: dict[str, Any]) -> list[Estimate]:
    group = equal_groups(frame["growth"], BINS)
    fit = least_squares(frame["change"], indicators(group), frame["cluster_id"])
    return [
        fit.row(
            {str(number): 1.0}, confidence, "points", term="bin", subgroup=f"{number} of {BINS}",
            horizon=_percent(members["growth"].median()), **sized(labels, len(members)),
        )
        for number, members in frame.groupby(group)
    ]  # fmt: skip


def jumps(frame: "pd.DataFrame", jump: float, confidence: float, labels: dict[str, Any]) -> list[Estimate]:
    """Practices whose list jumped within one year beside the others; nothing where too few did.

    Parameters
    ----------
    frame : DataFrame
        By practice: `change` in points, the biggest `jump` within a year (missing where unknown), `cluster_id`.
    jump : float
        Growth within one year, as a share, from which a list jumped.
    confidence : float
        Confidence level of the intervals.
    labels : dict
        The other columns of the rows.

    Returns
    -------
    list of Estimate
        The mean ``change`` of each group and their difference, ``jump``.
    """
    # ASSUME: a list that grows by more than this within one year took over the patients of another practice.
    comparable = frame[frame["jump"].notna()]
    jumped = comparable["jump"] > jump
    if min(jumped.sum(), (~jumped).sum()) < FEWEST_JUMPS or comparable.loc[jumped, "cluster_id"].nunique() < 2:
        return []
    group = jumped.map({True: "jumped", False: "others"})
    fit = least_squares(comparable["change"], indicators(group), comparable["cluster_id"])
    sizes = {each: int((group == each).sum()) for each in ("jumped", "others")}
    return [
        *(
            fit.row({each: 1.0}, confidence, "points", term="change", subgroup=each,
                    **sized(labels, size))
            for each, size in sizes.items()
        ),
        fit.row({"jumped": 1.0, "others": -1.0}, confidence, "points", term="jump",
                **sized(labels, len(comparable))),
    ]  # fmt: skip
