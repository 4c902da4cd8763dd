"""What would an unobserved confounder have to be like? The E-value, and a simulation.

``python -m analysis.estimate.confounding --help``
"""

from pathlib import Path
from typing import Annotated

from analysis.estimates import Measures, write_part
from analysis.plan.sensitivity import Checks
from analysis.steps import AsJson, command
from analysis.tables import read_table


def confounding(
    *,
    panel: Path,
    outcomes: Measures,
    checks: Annotated[Checks, AsJson],
    confidence: float,
    out: Path,
) -> None:
    """What would an unobserved confounder have to be like.

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
    _, lineage = read_table(panel)
    write_part(out, [], lineage)


if __name__ == "__main__":
    command(confounding)
