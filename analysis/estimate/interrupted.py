"""Each site against its own past: the interrupted time series, a weaker design.

``python -m analysis.estimate.interrupted --help``
"""

from pathlib import Path
from typing import Annotated

from analysis.estimates import Measures, write_part
from analysis.plan.designs import InterruptedTimeSeries
from analysis.steps import AsJson, command
from analysis.tables import read_table


def interrupted(
    *,
    panel: Path,
    outcomes: Measures,
    settings: Annotated[InterruptedTimeSeries, AsJson],
    confidence: float,
    out: Path,
) -> None:
    """Each site against its own past.

    Parameters
    ----------
    panel : Path
        The practice-month panel.
    outcomes : dict
        By outcome's name, the measure in the activity table; as JSON.
    settings : model
        The settings of the design, as JSON.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates.
    """
    _, lineage = read_table(panel)
    write_part(out, [], lineage)


if __name__ == "__main__":
    command(interrupted)
