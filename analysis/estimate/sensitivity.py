"""Whether the finding survives other models, months, comparison groups and starts, and who benefits.

``python -m analysis.estimate.sensitivity --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from analysis.estimate.admissions import DESIGN, ESTIMATOR, measure_rows
from analysis.estimate.checks import checked
from analysis.estimates import Measures, Row, attempt, write_part
from analysis.plan.sensitivity import AnyCheck, Checks
from analysis.steps import AsJson, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd


def sensitivity(
    *,
    panel: Path,
    outcomes: Measures,
    checks: Annotated[Checks, AsJson],
    confidence: float,
    out: Path,
) -> None:
    """Whether the finding survives other models, months, comparison groups and starts, and who benefits.

    Each check is a line of the study file, and each of its estimates a row of the table of estimates whose
    `specification` is the check's name. A check that cannot be made leaves a row that says why.

    Parameters
    ----------
    panel : Path
        The practice-month panel.
    outcomes : dict
        By outcome's name, the measure in the activity table; as JSON.
    checks : dict
        The checks by name, as JSON.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates.
    """
    frame, lineage = read_table(panel)
    asked = [(name, check, outcome) for name, check in checks.items() for outcome in check.outcomes]
    rows = [row for each in asked for row in _rows(frame, *each, outcomes, confidence)]
    write_part(out, rows, lineage)


def _rows(
    frame: "pd.DataFrame", specification: str, check: AnyCheck, outcome: str, outcomes: Measures, confidence: float
) -> list[Row]:
    """One check of one outcome; what stops it stops no other."""
    return attempt(
        lambda: checked(measure_rows(frame, outcomes[outcome]), outcome, specification, check, confidence),
        outcome=outcome, design=DESIGN, estimator=getattr(check, "estimator", ESTIMATOR), specification=specification,
    )  # fmt: skip


if __name__ == "__main__":
    command(sensitivity)
