"""Whether the finding survives other models, months, comparison groups and starts, and who benefits.

``python -m analysis.estimate.robustness.sensitivity --help``
"""

from functools import partial
from pathlib import Path
from typing import Annotated

from analysis.estimate.outcomes.admissions import ESTIMATOR
from analysis.estimate.outcomes.counted import CountedOutcomes
from analysis.estimate.robustness.checks import checked
from analysis.estimate.robustness.run_checks import each_check
from analysis.estimates import write_part
from analysis.plan.sensitivity import Checks
from analysis.steps import AsJson, command
from analysis.tables import read_table


def sensitivity(
    *,
    counted: CountedOutcomes,
    checks: Annotated[Checks, AsJson],
    out: Path,
) -> None:
    """Whether the finding survives other models, months, comparison groups and starts, and who benefits.

    Each check is a line of the study file, and each of its estimates a row of the table of estimates whose
    `specification` is the check's name. A check that cannot be made leaves a row that says why.

    Parameters
    ----------
    checks : dict
        The checks by name, as JSON.
    out : Path
        Rows of the table of estimates.
    """
    frame, lineage = read_table(counted.panel)
    rows = each_check(
        frame, counted.outcomes, checks, partial(checked, confidence=counted.confidence),
        estimator=lambda check: getattr(check, "estimator", ESTIMATOR),
    )  # fmt: skip
    write_part(out, rows, lineage, __spec__)


if __name__ == "__main__":
    command(sensitivity)
