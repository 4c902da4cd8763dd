"""Answer one question that is asked of practice-level data.

``python -m analysis.estimate.questions.questions --help``
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimate.questions.gradient import gradient
from analysis.estimate.questions.growth import growth
from analysis.estimate.questions.inequality import inequality
from analysis.estimate.questions.trend import trend
from analysis.estimates import Row, write_part
from analysis.plan.practices import Gradient, Growth, Inequality, Questions, Trend
from analysis.steps import command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd


def questions(*, frame: Path, questions: Questions, confidence: float, out: Path) -> None:
    """Run the model of one question.

    Parameters
    ----------
    frame : Path
        The practices that can answer it.
    questions : dict
        The question's plan by its name, as JSON.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates; none where the question was left open.
    """
    rows, lineage = read_table(frame)
    answers = (
        [] if rows.empty else [row for name, each in questions.items() for row in answer(rows, name, each, confidence)]
    )
    write_part(out, answers, lineage, __spec__)


def answer(
    rows: "pd.DataFrame", name: str, question: Gradient | Trend | Inequality | Growth, confidence: float
) -> Sequence[Row]:
    """The rows of the table of estimates that answer a question."""
    match question:
        case Gradient():
            return gradient(rows, name, question, confidence)
        case Trend():
            return trend(rows, name, question, confidence)
        case Inequality():
            return inequality(rows, name, question, confidence)
        case Growth():
            return growth(rows, name, question, confidence)


if __name__ == "__main__":
    command(questions)
