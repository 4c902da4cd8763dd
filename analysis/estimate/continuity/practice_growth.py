"""What happens to continuity as a practice's list grows: change against change, from the first window to the last."""

from typing import TYPE_CHECKING, Any

from analysis.estimate.models.regression import least_squares
from analysis.estimate.questions.growth import jumps
from analysis.estimates import Estimate, Row, attempt
from analysis.months import month_number, month_numbers
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd

DESIGN, ESTIMATOR, YEAR = "practice_growth", "first_differences", 12
# ASSUME: from fewer practices nothing is told of growth; the open study's questions have the same limit.
FEWEST = 30
STILL = 1e-9  # of a logarithm: what rounding makes of no change


def growing(
    windows: "pd.DataFrame", months: "pd.DataFrame", outcome: str, jump: float, cluster: str, confidence: float
) -> list[Row]:
    """The change of continuity against the growth of the list, and after a jump of the list.

    Least squares of each practice's change from the first window to the last, in points, on the change of the mean
    logarithm of its list between the two; every practice counts the same; standard errors are clustered.

    Practices whose list jumped have no part in the slope, because a merger is another event than growth. A list that
    gained half as much again lies so far from all others that a few mergers alone would draw the line.

    Parameters
    ----------
    windows : DataFrame
        Indices by practice and window, of one item.
    months : DataFrame
        The practice-month panel, with `population`.
    outcome : str
        The outcome's name in the study.
    jump : float
        Growth within one year, as a share, that counts as a merger or take-over.
    cluster : str
        The column of the windows by which standard errors are clustered.
    confidence : float
        Confidence level of the intervals.

    Returns
    -------
    list of Estimate or NotEstimated
        ``per_tenth``, for a list that grew by a tenth: of comparison practices, and `with_pilots`, where pilots have
        a mean change of their own, so that what the pilots did to all their practices is not taken for growth. Where
        enough comparison practices had a jump, the ``change`` of each group and their difference, ``jump``. Where no
        list grew or shrank, as when one count of patients stands in every month, growth is not asked about at all.

    Raises
    ------
    Problem
        When there are not two windows with lists, or no clusters.
    """
    frame = changes(windows, months, cluster)
    comparison, labels = frame[~frame["pilot"]], {"outcome": outcome, "design": DESIGN, "estimator": ESTIMATOR}
    usual = frame[~(frame["jump"] > jump)]
    grew = bool((usual.loc[~usual["pilot"], "growth"].abs() > STILL).any())
    return [
        *(attempt(lambda: _slopes(usual, confidence, labels), **labels) if grew else ()),
        *jumps(comparison, jump, confidence, _sized(comparison, labels)),
    ]


def _slopes(frame: "pd.DataFrame", confidence: float, labels: dict[str, str]) -> list[Estimate]:
    """The slope of comparison practices, and that of all."""
    comparison = frame[~frame["pilot"]]
    _check(comparison)
    # ASSUME: nothing else that changed a practice's continuity went together with the growth of its list. In pilot
    # practices the pilots may have, so the comparison practices answer first.
    apart = frame.assign(pilot=frame["pilot"].astype(float))
    return [
        _per_tenth(comparison, ["growth"], confidence, labels),
        _per_tenth(apart, ["growth", "pilot"], confidence, labels | {"specification": "with_pilots"}),
    ]


def changes(windows: "pd.DataFrame", months: "pd.DataFrame", cluster: str) -> "pd.DataFrame":
    """By practice with the first window and the last: `change`, `growth`, `jump`, `pilot`, `cluster_id`."""
    if cluster not in windows:
        raise NotEstimable(
            ReasonCode.PRACTICES_LACK_COLUMN, f"add the column {cluster} to the table of practices", column=cluster
        )
    waves = windows["wave"].drop_duplicates().sort_values(ignore_index=True)
    if len(waves) == 1:
        raise NotEstimable(ReasonCode.ONE_WINDOW, "give contacts of more months")
    (first, last), length = (waves.iloc[0], waves.iloc[-1]), int(month_numbers(waves).diff().min())
    values = windows.pivot(index="practice_id", columns="wave", values="value")
    lists = months.pivot_table(index="practice_id", columns="month", values="population", aggfunc="first")
    lists = lists.where(lists > 0)
    facts = windows.groupby("practice_id")[["pilot", cluster]].first().set_axis(["pilot", "cluster_id"], axis=1)
    frame = facts.assign(
        change=100 * (values[last] - values[first]),
        growth=mean_log(lists, last, length) - mean_log(lists, first, length),
        jump=lists.pct_change(YEAR, axis=1, fill_method=None).max(axis=1),
    )
    return frame.dropna(subset=["change", "growth", "cluster_id"])


def mean_log(lists: "pd.DataFrame", first: str, length: int) -> "pd.Series[float]":
    """By practice, the mean logarithm of its list over the months of a window that begins with `first`.

    Raises
    ------
    Problem
        When there is no list in these months.
    """
    import numpy as np
    import pandas as pd

    since = month_numbers(pd.Series(lists.columns)) - month_number(first)
    within = lists.loc[:, since.between(0, length - 1).to_numpy()]
    if within.empty:
        raise NotEstimable(
            ReasonCode.NO_LISTS_IN_WINDOW,
            "give activity and contacts over the same months, or take `continuity.size` out of the study file",
            window=first,
        )
    return within.map(np.log).mean(axis=1)


def _check(comparison: "pd.DataFrame") -> None:
    if len(comparison) < FEWEST or comparison["cluster_id"].nunique() < 2:
        raise NotEstimable(
            ReasonCode.TOO_FEW_PRACTICES_THAT_GROW,
            "take `continuity.size` out of the study file",
            practices=len(comparison),
        )


def _sized(frame: "pd.DataFrame", labels: dict[str, str]) -> dict[str, Any]:
    whom = "general practices in the first window and the last"
    return {**labels, "population": whom, "n_obs": len(frame), "n_units": len(frame)}


def _per_tenth(frame: "pd.DataFrame", terms: list[str], confidence: float, labels: dict[str, str]) -> Estimate:
    import math

    fit = least_squares(frame["change"], frame[terms].assign(constant=1.0), frame["cluster_id"])
    return fit.row({"growth": math.log(1.1)}, confidence, "points", term="per_tenth", **_sized(frame, labels))
