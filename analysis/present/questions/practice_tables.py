"""The tables of a study of practice-level data: questions with their answers, and what each data set covers.

``python -m analysis.present.questions.practice_tables --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plain_text import escaped_plan
from analysis.plan.practices import Questions
from analysis.present.look.markdown import Table
from analysis.present.provenance.address import slug
from analysis.steps import command, write_text
from analysis.tables import read_table
from analysis.wording import counted, measured, sentence

if TYPE_CHECKING:
    import pandas as pd


def practice_tables(*, coverage: Path, questions: Questions, out: Path) -> None:
    """Write the answers as sections and as a table, and the table of coverage.

    Parameters
    ----------
    coverage : Path
        What each data set holds (Parquet).
    questions : dict
        The questions by name, as JSON.
    out : Path
        Folder for answers.md, questions.md and coverage.md.
    """
    write_text(out / "answers.md", answer_sections(questions))
    write_text(out / "questions.md", questions_table(questions).markdown())
    rows, lineage = read_table(coverage)
    write_text(out / "coverage.md", coverage_table(rows, simulated=lineage.simulated).markdown())


def answer_sections(questions: Questions) -> str:
    """A section for each question: a question that is added to the study appears in the paper by itself."""
    return "\n".join(_section(name, question.label) for name, question in questions.items())


def _section(name: str, label: str) -> str:
    words = {key: f"{{{{< var questions.{name}.{key} >}}}}" for key in ("answer", "detail", "notes")}
    return (
        f"## {sentence(label)}? {{#sec-question-{slug(name)}}}\n\n{words['answer']}\n{words['detail']}\n\n"
        f"{{{{< include /figures/question-{slug(name)}.md >}}}}\n\n{words['notes']}\n"
    )


def questions_table(questions: Questions) -> Table:
    """The questions and their answers; each number leads to its address."""
    columns = {
        "Question": [f"{sentence(each.label)}?" for each in questions.values()],
        "Answer": [f"{{{{< var questions.{name}.answer >}}}}" for name in questions],
        "State": [f"{{{{< var questions.{name}.state >}}}}" for name in questions],
    }
    return Table("questions", "The questions of this study and their answers.", columns, False, (30, 56, 14))


def coverage_table(rows: "pd.DataFrame", *, simulated: bool) -> Table:
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
    caption = (
        "What the data sets of this study hold: practices with a value, and values that the publisher suppressed or "
        "left out. A data set that is not on disk is one that the study names and this run did not have."
    )
    return Table("coverage", caption, columns, simulated, (34, 26, 8, 11, 9, 12))


def _counts(values: "pd.Series[float]", read: "pd.Series[bool]") -> list[str]:
    return [counted(value) if known else "–" for value, known in zip(values, read, strict=True)]


if __name__ == "__main__":
    command(practice_tables, given=escaped_plan)
