"""What a panel must have for an effect to be estimated from it; each fault is a sentence with the outcome's measure."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analysis.plan.clusters import FEWEST_COMPARISON, FEWEST_TREATED, too_few
from analysis.steps import Problem
from analysis.wording import number_of, plural

if TYPE_CHECKING:
    import pandas as pd

Fault = tuple[str, str]
START = "check start_month in the table of sites and `pilots.months` in the study file"
DATA = "correct the data, or leave the outcome out of the study"


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
        for sentence, mend in faults(rows, measure):
            raise Problem(sentence, mend)


def _populations(rows: "pd.DataFrame", measure: str) -> "Iterator[Fault]":
    import numpy as np

    has_patients = np.isfinite(rows["population"].to_numpy(float)) & (rows["population"].to_numpy(float) > 0)
    if not has_patients.all():
        first = rows.loc[~has_patients].iloc[0]
        lacking = int((~has_patients).sum())
        yield (
            f"For {measure} {number_of(lacking, 'practice-month')} {plural(lacking, 'has', 'have')} no population "
            "above 0, the first in practice "
            f"{first['practice_id']} in {first['month']}.",
            DATA,
        )


def _groups(rows: "pd.DataFrame", measure: str) -> "Iterator[Fault]":
    pilot, after = rows["pilot"].astype(bool), rows["after"].astype(bool)
    if not pilot.any():
        yield f"For {measure} there is no pilot practice.", DATA
    if rows["cluster_id"].nunique() == 1:
        yield f"For {measure} all practices lie in one cluster, so nothing can be said of uncertainty.", DATA
    if not after.any() or after[pilot].all():
        yield f"For {measure} no pilot practice has months both before and after its start.", START
    if not rows[pilot].groupby("practice_id")["after"].nunique().gt(1).any():
        yield f"For {measure} each pilot practice has months on one side of its start only.", START


def _events(rows: "pd.DataFrame", measure: str) -> "Iterator[Fault]":
    count, pilot, after = rows["count"], rows["pilot"].astype(bool), rows["after"].astype(bool)
    if not count.any():
        yield f"For {measure} there are no events at all: every count is zero.", DATA
    if count.nunique() == 1:
        yield f"For {measure} the count never varies: it is {count.iloc[0]:g} in every practice and month.", DATA
    cells = {
        "pilot practices before their start": pilot & ~after,
        "pilot practices after their start": after,
    }
    for name, cell in cells.items():
        if not count[cell].any():
            yield f"For {measure} {name} had no events at all, so a ratio of rates has no finite estimate.", DATA


def _comparison(rows: "pd.DataFrame", measure: str) -> "Iterator[Fault]":
    pilot = rows["pilot"].astype(bool)
    if pilot.all():
        yield f"For {measure} there is no comparison practice: every practice is a pilot.", DATA
    elif not rows.loc[~pilot, "count"].any():
        yield (
            f"For {measure} comparison practices had no events at all, so a ratio of rates has no finite estimate.",
            DATA,
        )


def check_enough(what: str, treated_clusters: int, comparison_clusters: int) -> None:
    """Refuse a test or an interval that rests on clustered errors where clusters are too few for them.

    Parameters
    ----------
    what : str
        What cannot be told, with its article; it begins the sentence.
    treated_clusters, comparison_clusters : int
        Clusters that the intervention reaches, and those that it does not.

    Raises
    ------
    Problem
        When there are too few on a side.
    """
    if too_few(treated_clusters, comparison_clusters):
        raise Problem(
            f"{what} rests on errors clustered by site or area, and there are too few of them: {treated_clusters} that "
            f"the pilots reach, where {FEWEST_TREATED} are needed, and {comparison_clusters} to compare with, where "
            f"{FEWEST_COMPARISON} are needed.",
            "name a finer `inference.comparison_cluster` in the study file, add practices of other places, or take "
            "this out of the study and read the estimate by randomisation",
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
        raise Problem(
            f"For {labels['outcome']} the model fits every value exactly, so its standard error is nil and no interval "
            "can be told.",
            DATA,
        )
