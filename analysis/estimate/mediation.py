"""How much of a change in admissions could run through continuity? Bounds under stated assumptions, and no point.

``python -m analysis.estimate.mediation --help``
"""

from pathlib import Path

from analysis.estimates import write_part
from analysis.plan.continuity import Continuity
from analysis.steps import command
from analysis.tables import read_table


def mediation(*, effect: Path, total: Path, association: Path, asked: Continuity, confidence: float, out: Path) -> None:
    """Bound the part of a change in admissions that runs through continuity.

    Parameters
    ----------
    effect : Path
        The pilots' effect on continuity.
    total : Path
        The pilots' effect on the admissions.
    association : Path
        How admissions go with continuity.
    asked : Continuity
        What is asked of continuity; as JSON.
    confidence : float
        Confidence level of the intervals.
    out : Path
        Rows of the table of estimates.
    """
    write_part(out, [], read_table(effect)[1])


if __name__ == "__main__":
    command(mediation)
