"""What the plan asks for and the data could not give, as a table.

``python -m analysis.present.document.not_estimated --help``
"""

from pathlib import Path

from analysis.estimates import NotEstimated, read_unmade
from analysis.plain_text import escaped, escaped_reason
from analysis.present.look.markdown import Table
from analysis.steps import command, write_text
from analysis.wording import counted, sentence

DESIGNS = {
    "difference_in_differences": "difference-in-differences",
    "event_study": "event study",
    "staggered": "staggered starts",
    "matched_cohort": "matched cohort",
    "synthetic_control": "synthetic control",
    "interrupted_time_series": "interrupted time series",
}
HEADING = "# What could not be estimated {#sec-not-estimated .unnumbered}"


def not_estimated(*, unmade: Path, labels: dict[str, str], out: Path) -> None:
    """Write the annex of what could not be estimated; an empty file where everything could.

    Parameters
    ----------
    unmade : Path
        What the estimate stage could not estimate, and why.
    labels : dict
        The name in words of each outcome, as JSON.
    out : Path
        The annex (Markdown).
    """
    rows = read_unmade(unmade)
    write_text(out, annex(rows, labels) if rows else "")


def annex(rows: list[NotEstimated], labels: dict[str, str]) -> str:
    """The heading, a sentence and the table."""
    columns = {
        "Outcome": [sentence(_label(row.outcome, labels)) for row in rows],
        "Design": [sentence(design(row.design)) for row in rows],
        "Estimate": [_which(row) for row in rows],
        "Not estimated because": [escaped_reason(row.reason) for row in rows],
    }
    caption = "Estimates that the plan asks for and that could not be made from these data."
    count = "One estimate" if len(rows) == 1 else f"{counted(len(rows))} estimates"
    told = (
        f"{count} of the plan could not be made. @tbl-not-estimated says which and why. All others were made as "
        "planned, and none was put in the place of one that is missing."
    )
    return f"{HEADING}\n\n{told}\n\n{Table('not-estimated', caption, columns, False, (20, 20, 20, 40)).markdown()}"


def design(name: str) -> str:
    """A design in words."""
    return DESIGNS.get(name, name.replace("_", " "))


def _label(outcome: str, labels: dict[str, str]) -> str:
    return escaped(labels.get(outcome, outcome.replace("_", " ")))


def _which(row: NotEstimated) -> str:
    parts = [row.estimator, "" if row.specification == "primary" else row.specification]
    parts += ["" if row.subgroup == "all" else row.subgroup]
    return sentence(", ".join(part.replace("_", " ") for part in parts if part)) or "–"


if __name__ == "__main__":
    command(not_estimated)
