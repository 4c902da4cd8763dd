"""How far may trends have differed before the finding breaks? Honest bounds, and the power of the pre-trend test.

``python -m analysis.estimate.parallel_trends --help``
"""

from pathlib import Path
from typing import Annotated

from analysis.estimates import Measures, write_part
from analysis.plan.sensitivity import Checks
from analysis.steps import AsJson, command
from analysis.tables import read_table


def parallel_trends(
    *,
    panel: Path,
    outcomes: Measures,
    bin_months: dict[str, int],
    checks: Annotated[Checks, AsJson],
    confidence: float,
    out: Path,
) -> None:
    """How far may trends have differed before the finding breaks.

    Parameters
    ----------
    panel : Path
        The practice-month panel.
    outcomes : dict
        By outcome's name, the measure in the activity table; as JSON.
    bin_months : dict
        By outcome's name, months in one period of the event study.
    checks : dict
        The checks by name, as JSON.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates.
    """
    _, lineage = read_table(panel)
    write_part(out, [], lineage)


if __name__ == "__main__":
    command(parallel_trends)
