"""Figures and tables of the chapter on continuity.

``python -m analysis.present.continuity --help``
"""

from pathlib import Path

from analysis.plan.continuity import Continuity
from analysis.present.style import nothing
from analysis.steps import command, write_text

FIGURES = ("continuity-distribution", "continuity-events", "continuity-size", "continuity-gaps")
TABLES = (
    "continuity-indices",
    "continuity-fewest",
    "continuity-admissions",
    "continuity-mediation",
    "continuity-contacts",
)


def continuity(
    *,
    estimates: Path,
    distribution: Path,
    fewest: Path,
    facts: Path,
    benchmarks: Path,
    asked: Continuity,
    figures: Path,
    tables: Path,
) -> None:
    """Draw what happened to continuity, to whom, and what it goes with.

    Parameters
    ----------
    estimates : Path
        The table of estimates.
    distribution : Path
        How many patients have which index, before and after.
    fewest : Path
        What each minimum of contacts drops.
    facts : Path
        What was counted and left out of the contacts, and why.
    benchmarks : Path
        Truth and published values.
    asked : Continuity
        What is asked of continuity; as JSON.
    figures, tables : Path
        Folders for the figures and the tables.
    """
    for name in FIGURES:
        nothing(figures, name, "Nothing is drawn yet.")
    for name in TABLES:
        write_text(tables / f"{name}.md", "")


if __name__ == "__main__":
    command(continuity)
