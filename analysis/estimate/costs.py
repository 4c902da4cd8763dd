"""What the changes in activity cost, and what "fewer planned, more emergency" comes to.

``python -m analysis.estimate.costs --help``
"""

from pathlib import Path
from typing import Annotated

from analysis.estimates import Measures, write_part
from analysis.plan.designs import Costs
from analysis.steps import AsJson, command
from analysis.tables import read_table


def costs(
    *,
    panel: Path,
    unit_costs: Path,
    outcomes: Measures,
    costs: Annotated[Costs, AsJson],
    confidence: float,
    out: Path,
) -> None:
    """What the changes in activity cost, and what "fewer planned, more emergency" comes to.

    Parameters
    ----------
    panel : Path
        The practice-month panel.
    unit_costs : Path
        The table of unit costs.
    outcomes : dict
        By outcome's name, the measure in the activity table; as JSON.
    costs : Costs
        What is costed, as JSON.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates.
    """
    _, lineage = read_table(panel)
    write_part(out, [], lineage)


if __name__ == "__main__":
    command(costs)
