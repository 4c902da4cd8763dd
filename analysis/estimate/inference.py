"""What can sixteen clusters tell? Other ways to the uncertainty of the primary estimates, and many outcomes at once.

``python -m analysis.estimate.inference --help``
"""

from pathlib import Path

from analysis.estimates import Measures, write_part
from analysis.plan.designs import Method
from analysis.steps import command
from analysis.tables import read_table


def inference(
    *,
    panel: Path,
    outcomes: Measures,
    primary: tuple[str, ...],
    methods: tuple[Method, ...],
    draws: int,
    confidence: float,
    out: Path,
) -> None:
    """What can sixteen clusters tell.

    Parameters
    ----------
    panel : Path
        The practice-month panel.
    outcomes : dict
        By outcome's name, the measure in the activity table; as JSON.
    primary : tuple of str
        The primary outcomes, which form one family.
    methods : tuple of str
        The methods, as JSON.
    draws : int
        Draws where not all can be enumerated.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates.
    """
    _, lineage = read_table(panel)
    write_part(out, [], lineage)


if __name__ == "__main__":
    command(inference)
