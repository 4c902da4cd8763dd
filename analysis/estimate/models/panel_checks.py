"""What a panel must have for an effect to be estimated from it; each fault is a sentence with the outcome's measure."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analysis.plan.clusters import FEWEST_COMPARISON, FEWEST_TREATED, too_few
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd

MEND_START = "check start_month in the table of sites and `pilots.months` in the study file"
MEND_DATA = "correct the data, or leave the outcome out of the study"


def check_panel(rows: "pd.DataFrame", measure: str, *, comparison: bool = True) -> None:
    """Refuse rows of one measure from which no effect can be told.

    Parameters
    ----------
    rows : DataFrame
        Practice-months of one measure.
    measure : str
        What the activity table calls it.
    comparison : bool
        Whether the design compares with practices that never start.

    Raises
    ------
    Problem
        Names the measure: months without a population, a group or a time that is missing, one cluster, no events
        where the model compares, or counts that never vary.
    """
    for faults in (_populations, _groups, _events, *([_comparison] if comparison else [])):
        for fault in faults(rows, measure):
            raise fault


def _populations(rows: "pd.DataFrame", measure: str) -> Iterator[NotEstimable]:
    import numpy as np

    has_patients = np.isfinite(rows["population"].to_numpy(float)) & (rows["population"].to_numpy(float) > 0)
    if not has_patients.all():
        first = rows.loc[~has_patients].iloc[0]
        lacking = int((~has_patients).sum())
        where = {"practice": first["practice_id"], "month": first["month"]}
        yield NotEstimable(ReasonCode.NO_POPULATION, MEND_DATA, measure=measure, rows=lacking, **where)


def _groups(rows: "pd.DataFrame", measure: str) -> Iterator[NotEstimable]:
    pilot, after = rows["pilot"].astype(bool), rows["after"].astype(bool)
    if not pilot.any():
        yield NotEstimable(ReasonCode.NO_PILOT_PRACTICE, MEND_DATA, measure=measure)
    if rows["cluster_id"].nunique() == 1:
        yield NotEstimable(ReasonCode.ONE_CLUSTER_OF_MEASURE, MEND_DATA, measure=measure)
    if not after.any() or after[pilot].all():
        yield NotEstimable(ReasonCode.NO_PILOT_BEFORE_AND_AFTER, MEND_START, measure=measure)
    if not rows[pilot].groupby("practice_id")["after"].nunique().gt(1).any():
        yield NotEstimable(ReasonCode.PILOTS_ON_ONE_SIDE, MEND_START, measure=measure)


def _events(rows: "pd.DataFrame", measure: str) -> Iterator[NotEstimable]:
    count, pilot, after = rows["count"], rows["pilot"].astype(bool), rows["after"].astype(bool)
    if not count.any():
        yield NotEstimable(ReasonCode.NO_EVENTS_AT_ALL, MEND_DATA, measure=measure)
    if count.nunique() == 1:
        yield NotEstimable(ReasonCode.COUNT_NEVER_VARIES, MEND_DATA, measure=measure, value=count.iloc[0])
    cells = {
        ReasonCode.NO_EVENTS_OF_PILOTS_BEFORE: pilot & ~after,
        ReasonCode.NO_EVENTS_OF_PILOTS_AFTER: after,
    }
    for reason, cell in cells.items():
        if not count[cell].any():
            yield NotEstimable(reason, MEND_DATA, measure=measure)


def _comparison(rows: "pd.DataFrame", measure: str) -> Iterator[NotEstimable]:
    pilot = rows["pilot"].astype(bool)
    if pilot.all():
        yield NotEstimable(ReasonCode.NO_COMPARISON_PRACTICE, MEND_DATA, measure=measure)
    elif not rows.loc[~pilot, "count"].any():
        yield NotEstimable(ReasonCode.NO_EVENTS_OF_COMPARISON, MEND_DATA, measure=measure)


def check_enough(reason: ReasonCode, treated_clusters: int, comparison_clusters: int, **values: str | int) -> None:
    """Refuse a test or an interval that rests on clustered errors where clusters are too few for them.

    Parameters
    ----------
    reason : ReasonCode
        What cannot be told where there are too few.
    treated_clusters, comparison_clusters : int
        Clusters that the intervention reaches, and those that it does not.
    **values
        What else the words of the reason need.

    Raises
    ------
    Problem
        When there are too few on a side.
    """
    if too_few(treated_clusters, comparison_clusters):
        raise NotEstimable(
            reason,
            "name a finer `inference.comparison_cluster` in the study file, add practices of other places, or take "
            "this out of the study and read the estimate by randomisation",
            treated=treated_clusters,
            needed_treated=FEWEST_TREATED,
            comparison=comparison_clusters,
            needed_comparison=FEWEST_COMPARISON,
            **values,
        )


def check_error(estimate: float, std_error: float, labels: Mapping[str, Any]) -> None:
    """Refuse an estimate whose residuals leave no uncertainty; of too few clusters nobody expects any.

    Parameters
    ----------
    estimate, std_error : float
        In one unit, or on the log scale.
    labels : mapping
        The columns of its row, the outcome among them.

    Raises
    ------
    Problem
        When the standard error is nil, or no number.
    """
    few = too_few(labels.get("treated_clusters", 0), labels.get("comparison_clusters", 0))
    if not (few or std_error > 1e-9 * max(1.0, abs(estimate))):
        raise NotEstimable(ReasonCode.FITS_EXACTLY, MEND_DATA, outcome=labels["outcome"])
