"""How far apart are practices of poor and of rich patients? The model of the questions of kind ``inequality``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.estimate.models.effect import ratio_row
from analysis.estimate.models.group_means import indicators, sized
from analysis.estimate.models.regression import Fit, least_squares
from analysis.estimates import Estimate
from analysis.plan.practices import Inequality
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd


def inequality(frame: "pd.DataFrame", name: str, question: Inequality, confidence: float) -> list[Estimate]:
    """Group means, their gap, and the slope and relative index of inequality.

    Practices are ranked by the measure named and weighted by their patients, so that each group holds as many
    patients. The slope index is the difference that a straight line over the rank expects between the two ends of
    the population, the relative index their ratio (Mackenbach & Kunst 1997, Soc Sci Med 44:757-771). Standard errors
    are clustered; that of the log ratio is by the delta method.

    Parameters
    ----------
    frame : DataFrame
        By practice: `outcome` in per cent, `list_size`, `ridit`, `group`, `cluster_id`.
    name : str
        The question's name in the study.
    question : Inequality
        Its plan.
    confidence : float
        Confidence level of the intervals.

    Returns
    -------
    list of Estimate
        ``mean`` of each group, ``gap`` (the group with the highest values of the ranking measure less the one with the
        lowest), ``slope_index`` and ``relative_index`` (high end against low end).
    """
    labels: dict[str, Any] = {
        "outcome": name, "population": "patients of general practices", "design": "inequality",
        "estimator": "weighted_least_squares", "n_units": len(frame), "n_obs": len(frame),
    }  # fmt: skip
    sizes = {group: sized(labels, int(size)) for group, size in frame["group"].value_counts().items()}
    line = inequality_line(frame, frame["list_size"])
    return [
        *gap_rows(frame, frame["list_size"], question.groups, sizes, confidence, labels),
        slope_index(line, confidence, labels),
        relative_index(line, confidence, labels),
    ]


def gap_rows(
    frame: "pd.DataFrame",
    people: "pd.Series[float]",
    groups: int,
    sizes: Mapping[Any, dict[str, Any]],
    confidence: float,
    labels: dict[str, Any],
) -> list[Estimate]:
    """The ``mean`` of each group, and the ``gap`` between the last group and the first.

    Parameters
    ----------
    frame : DataFrame
        `outcome`, `group` and `cluster_id` by row.
    people : Series
        How many people each row stands for.
    groups : int
        How many groups were asked for.
    sizes : mapping
        By group, the labels of its mean.
    confidence : float
        Confidence level of the intervals.
    labels : dict
        The other columns of the gap's row.
    """
    means = least_squares(frame["outcome"], indicators(frame["group"]), frame["cluster_id"], people)
    order = sorted(sizes)
    levels = [
        means.row({str(group): 1.0}, confidence, "level", term="mean", subgroup=f"{group} of {groups}", **sizes[group])
        for group in order
    ]
    ends = {str(order[-1]): 1.0, str(order[0]): -1.0}
    return [*levels, means.row(ends, confidence, "points", term="gap", **labels)]


def inequality_line(frame: "pd.DataFrame", people: "pd.Series[float]") -> Fit:
    """The straight line of `outcome` over `ridit`, by rows that stand for so many people each."""
    return least_squares(frame["outcome"], frame[["ridit"]].assign(constant=1.0), frame["cluster_id"], people)


def slope_index(line: Fit, confidence: float, labels: dict[str, Any]) -> Estimate:
    """The value that the line expects at the high end of the population less that at the low end."""
    return line.row({"ridit": 1.0}, confidence, "points", term="slope_index", **labels)


def relative_index(line: Fit, confidence: float, labels: dict[str, Any]) -> Estimate:
    """The value that the line expects at the high end of the population over that at the low end.

    Raises
    ------
    Problem
        When the line passes below zero within the population, so that its ends have no ratio.
    """
    import math

    low_end, high_end = float(line.params["constant"]), float(line.params["constant"] + line.params["ridit"])
    if min(low_end, high_end) <= 0:
        raise NotEstimable(
            ReasonCode.LINE_CROSSES_ZERO,
            "take `groups` of another measure, or read the slope index alone",
            low=low_end,
            high=high_end,
        )
    # The derivatives of log(high end) - log(low end).
    weights = {"ridit": 1 / high_end, "constant": 1 / high_end - 1 / low_end}
    log_ratio, (_, std_error) = math.log(high_end / low_end), line.combined(weights)
    row_labels = labels | {"term": "relative_index", "n_clusters": line.clusters}
    return ratio_row(log_ratio, std_error, line.clusters - 1, confidence, **row_labels)
