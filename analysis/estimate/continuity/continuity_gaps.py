"""Who has less continuity, and did the pilots change that? Slope and relative index of inequality.

``python -m analysis.estimate.continuity.continuity_gaps --help``
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.estimate.continuity.gap_change import counted, effects_by_group, gap_change
from analysis.estimate.models.weighted_fixed_effects import POINTS
from analysis.estimate.questions.inequality import gap_rows, inequality_line, relative_index, slope_index
from analysis.estimates import Estimate, Row, attempt, write_part
from analysis.plan.continuity import LIST_INDICES, Continuity, ContinuityGaps
from analysis.prepare.events.events import engine
from analysis.prepare.events.sql import mean, quoted
from analysis.prepare.ranks import place_groups, ridit
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import AsJson, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.models.regression import Fit

DESIGN, EFFECT, ESTIMATOR = "continuity_gaps", "difference_in_differences", "weighted_least_squares"
# Patients of one practice, window and value of the measure that ranks them stand together: no model needs to know more.
CELLS = """
SELECT practice_id, part, cluster_id, pilot, after, {by}::DOUBLE AS measure, count(*)::DOUBLE AS responses,
  {value} AS value
FROM read_parquet({path}) WHERE {by} IS NOT NULL AND {item} IS NOT NULL
GROUP BY ALL ORDER BY practice_id, part, measure
"""
NAMES = {"imd": "deprivation", "age": "age", "conditions": "number of conditions"}


def continuity_gaps(
    *, patients: Path, asked: Annotated[Continuity, AsJson], item: str, confidence: float, out: Path
) -> None:
    """Tell how continuity differs between patients, and how the pilots changed the difference.

    Parameters
    ----------
    patients : Path
        Indices by patient and window.
    asked : Continuity
        What is asked of continuity; as JSON.
    item : str
        The index of the outcome, a column of the patients' indices.
    confidence : float
        Confidence level of the intervals.
    out : Path
        Rows of the table of estimates.
    """
    gaps, rows = asked.gaps or ContinuityGaps(), list[Row]()
    for by in gaps.by:
        cells = cache(lambda by=by: read_cells(patients, item, by, out))
        rows += gaps_by(cells, asked.outcome, by, gaps.groups, confidence)
    write_part(out, rows, read_table(patients, columns=())[1], __spec__)


def gaps_by(cells: "Callable[[], pd.DataFrame]", outcome: str, by: str, groups: int, confidence: float) -> list[Row]:
    """Every row about one measure that ranks patients.

    Parameters
    ----------
    cells : callable
        Gives what :func:`read_cells` read, or raises its problem.
    outcome : str
        The outcome's name in the study.
    by : str
        The measure.
    groups : int
        How many groups of as many patients each.
    confidence : float
        Confidence level of the intervals.

    Returns
    -------
    list of Estimate or NotEstimated
        Before the pilots, in all practices: ``mean`` of each group, their ``gap``, ``slope_index`` and
        ``relative_index``. The pilots' effect on the slope index, ``gap_change``, and on each group, ``effect``.
    """
    labels = {"outcome": outcome, "estimator": ESTIMATOR}
    first = labels | {"design": DESIGN, "specification": by}
    change = labels | {"design": EFFECT, "specification": f"gap_{by}"}
    within = labels | {"design": EFFECT, "specification": f"by_{by}"}
    return [
        *attempt(lambda: _means(ranked(patients_before(cells()), groups), confidence, first), **first),
        *attempt(lambda: _indices(ranked(patients_before(cells()), groups), confidence, first), **first),
        *attempt(lambda: [gap_change(ranked(cells(), groups), confidence, change)], **change),
        *attempt(lambda: effects_by_group(ranked(cells(), groups), confidence, within), **within),
    ]


def read_cells(patients: Path, item: str, by: str, beside: Path) -> "pd.DataFrame":
    """Patients by practice, window and value of a measure, read without loading the table of patients.

    Returns
    -------
    DataFrame
        `practice_id`, `part` (the window's number from the first start), `cluster_id`, `pilot`, `after`, `measure`,
        `responses` (patients with this value of the measure) and `value`, the mean of their index (0 to 1).

    Raises
    ------
    Problem
        When nobody's value is known, or the index is that of a list and not of a patient.
    """
    if item in LIST_INDICES:
        raise NotEstimable(
            ReasonCode.INDEX_OF_A_LIST,
            "choose an index of patients, for instance `index: upc`, for the outcome that `continuity` is about",
            index=item,
        )
    # One thread adds up in the same order every time, so that the same data give the same digits.
    with engine(beside, threads=1) as (connection, _):
        path = quoted(str(patients))
        columns = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({path})").df()["column_name"]
        rows = (
            connection.execute(CELLS.format(value=mean(item), by=by, item=item, path=path)).df()
            if by in set(columns)
            else None
        )
    if rows is None or rows.empty:
        raise NotEstimable(
            ReasonCode.MEASURE_OF_PATIENTS_UNKNOWN,
            f"add the table registrations, with the column {'birth_year' if by == 'age' else by}",
            measure=NAMES[by],
        )
    return rows


def patients_before(cells: "pd.DataFrame") -> "pd.DataFrame":
    """The cells of windows before the first pilot began.

    Raises
    ------
    Problem
        When there are none.
    """
    rows = cells[cells["part"] < 0]
    if rows.empty or rows["cluster_id"].nunique() < 2:
        raise NotEstimable(ReasonCode.NO_WINDOWS_BEFORE, "add the contacts of earlier months")
    return rows


def ranked(cells: "pd.DataFrame", groups: int) -> "pd.DataFrame":
    """The cells with their place among all patients in them (`ridit`) and their `group`, numbered without gaps."""
    # ASSUME: a patient counts once in every window; those with equal values stand in the middle of their joint range.
    place = ridit(cells["measure"], cells["responses"])
    group = place_groups(place, groups).rank(method="dense").astype(int)
    return cells.assign(ridit=place, group=group)


def _means(cells: "pd.DataFrame", confidence: float, labels: dict[str, str]) -> list[Estimate]:
    sizes = {group: _cell_labels(members, labels) for group, members in cells.groupby("group")}
    row_labels = _cell_labels(cells, labels)
    return [
        *gap_rows(_in_points(cells), cells["responses"], len(sizes), sizes, confidence, row_labels),
        slope_index(_line(cells), confidence, row_labels),
    ]


def _indices(cells: "pd.DataFrame", confidence: float, labels: dict[str, str]) -> list[Estimate]:
    return [relative_index(_line(cells), confidence, _cell_labels(cells, labels))]


def _line(cells: "pd.DataFrame") -> "Fit":
    return inequality_line(_in_points(cells), cells["responses"])


def _in_points(cells: "pd.DataFrame") -> "pd.DataFrame":
    return cells.assign(outcome=POINTS * cells["value"])


def _cell_labels(cells: "pd.DataFrame", labels: dict[str, str]) -> dict[str, Any]:
    return labels | counted(cells, "all")


if __name__ == "__main__":
    command(continuity_gaps)
