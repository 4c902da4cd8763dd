"""What each data set of a study of practice-level data covers, as a table.

``python -m analysis.present.questions.practice_tables --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.present.look.markdown import Table
from analysis.present.provenance.address import Book
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters
from analysis.steps import Paths, command, write_text
from analysis.tables import read_table
from analysis.wording import counted, measured, sentence

if TYPE_CHECKING:
    import pandas as pd


def practice_tables(*, coverage: Path, phrases: Paths, out: Path) -> None:
    """Write the table of coverage.

    Parameters
    ----------
    coverage : Path
        What each data set holds (Parquet).
    phrases : tuple of Path
        The phrases that it may tell from.
    out : Path
        The table (Markdown).
    """
    rows, lineage = read_table(coverage)
    write_text(out, coverage_table(rows, formats(Book(), *phrases), simulated=lineage.simulated).markdown())


def coverage_table(rows: "pd.DataFrame", words: Filters, *, simulated: bool) -> Table:
    """What each data set holds, and which are not on disk."""
    rows = rows.sort_values(["status", "dataset", "measure", "year"], ascending=[False, True, True, True])
    read = rows["status"] == "read"
    columns = {
        "Data set": [f"{title} (`{name}`)" for title, name in zip(rows["title"], rows["dataset"], strict=True)],
        "Measure": [
            sentence(measured(name).removeprefix("the ")) if name else "–" for name in rows["measure"].fillna("")
        ],
        "Year": [f"{year:.0f}" if year > 0 else "–" for year in rows["year"].fillna(0)],
        "Practices": _counts(rows["practices"], read),
        "Missing": _counts(rows["missing"], read),
        "State": list(rows["status"]),
    }
    caption = words["say"](None, "questions/tables/coverage")
    return Table("coverage", caption, columns, simulated, (34, 26, 8, 11, 9, 12))


def _counts(values: "pd.Series[float]", read: "pd.Series[bool]") -> list[str]:
    return [counted(value) if was_read else "–" for value, was_read in zip(values, read, strict=True)]


if __name__ == "__main__":
    command(practice_tables)
