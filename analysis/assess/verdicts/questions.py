"""Questions to open practice-level data: clear, as somebody claimed, or more than a line tells."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.assess.verdicts.judged import Basis, direction_verdict, judged, value_of
from analysis.assess.verdicts.rules import changes, readings
from analysis.estimates import one, pick
from analysis.plan.practices import Gradient, Growth, Inequality, Trend
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

AnyQuestion = Gradient | Trend | Inequality | Growth
# The design and the term by which a question is answered; of a gradient it follows from its plan.
ANSWERED_BY: dict[type[AnyQuestion], tuple[str, str]] = {
    Trend: ("trend", "first_to_last"),
    Inequality: ("inequality", "slope_index"),
    Growth: ("growth", "per_tenth"),
}


def question_verdicts(basis: Basis) -> Iterator[Verdict]:
    """Every question, answered or left open."""
    for name, question in basis.plan.questions.items():
        row = answer_row(basis.estimates, name, question)
        labels: dict[str, Any] = {"about": About.QUESTION, "subject": name}
        direction = direction_verdict(row, **labels)
        yield direction
        if question.claim is not None:
            verdict = readings.claim(direction.verdict, question.claim)
            yield judged([row], question=Question.CLAIM, verdict=verdict, rule="claim", **labels)
        if isinstance(question, Gradient) and question.knots:
            bend = one(basis.estimates, outcome=name, design="cross_section", term="nonlinearity")
            verdict = changes.straight(value_of(bend, "p_value"), basis.plan.confidence)
            yield judged([bend], question=Question.STRAIGHT, verdict=verdict, rule="straight", **labels)


def answer_row(estimates: "pd.DataFrame", name: str, question: AnyQuestion) -> "pd.Series[Any] | None":
    """The row that answers a question; None where it was left open."""
    if isinstance(question, Gradient):
        step = "per_doubling" if question.log_exposure else "slope"
        main = "adjusted" if question.adjust else "unadjusted"
        return one(estimates, outcome=name, design="cross_section", term=step, specification=main)
    design, term = ANSWERED_BY[type(question)]
    return one(pick(estimates, outcome=name, design=design), term=term)
