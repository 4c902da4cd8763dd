"""The questions to practice-level data, as templates are told them: their answers, and what was left open."""

from dataclasses import dataclass
from typing import Any

from analysis.answers import About, Question
from analysis.plan.practices import AnyQuestion, Gradient, Growth, Inequality, Trend
from analysis.present.provenance.address import STAYS, Origin, slug
from analysis.present.provenance.sources import Sources
from analysis.present.questions.changes import (
    GrowthAnswer,
    InequalityAnswer,
    TrendAnswer,
    growth,
    inequality,
    trend,
)
from analysis.present.questions.gradients import GradientAnswer, gradient
from analysis.present.templates.reasons import Reasoned, reason_of
from analysis.present.templates.values import Names, Value
from analysis.steps import read_json
from analysis.verdicts import Verdict

State = dict[str, Any]
STEP = "analysis.prepare.questions.questions"


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Practices that were left out of a question: how many, and why, in words."""

    count: Value
    why: str


@dataclass(frozen=True, kw_only=True)
class TookPart:
    """The practices of a question.

    Attributes
    ----------
    start, used : Value
        How many have a value, and how many took part.
    left_out : tuple of LeftOut
    """

    start: Value
    used: Value
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, kw_only=True)
class QuestionPage:
    """One question.

    Attributes
    ----------
    name, slug, label : str
        In the plan, in the names of files and sections, and in words.
    open : str
        Why it was left open; empty where it was not.
    reason : Reasoned or None
        Why it could not be estimated, where it was not left open; None where nothing is known of that.
    claim : Verdict or None
        The answer beside what somebody claimed; None where nobody claimed anything.
    gradient, trend, inequality, growth
        The answer, of one of these kinds; None each where there is none.
    practices : TookPart or None
        None where it was not answered.
    """

    name: str
    slug: str
    label: str
    open: str
    reason: Reasoned | None
    claim: Verdict | None
    gradient: GradientAnswer | None = None
    trend: TrendAnswer | None = None
    inequality: InequalityAnswer | None = None
    growth: GrowthAnswer | None = None
    practices: TookPart | None = None

    @property
    def answered(self) -> bool:
        """Whether it has an answer."""
        return bool(self.gradient or self.trend or self.inequality or self.growth)


def page(sources: Sources) -> Names[QuestionPage]:
    """Each question by its name, in the order of the plan."""
    by_question = states(sources)
    plans = {name: each for name, each in sources.plan.questions.items() if name in by_question}
    return Names({name: _question(sources, name, each, by_question[name]) for name, each in plans.items()})


def states(sources: Sources) -> dict[str, State]:
    """What the prepare stage says of each question; nothing where the study asks none."""
    return {name: state for path in sources.files.get("states", ()) for name, state in read_json(path).items()}


def _question(sources: Sources, name: str, question: AnyQuestion, state: State) -> QuestionPage:
    common: dict[str, Any] = {"name": name, "slug": slug(name), "label": question.label, "claim": None}
    if state["state"] == "left open":
        return QuestionPage(open=state["reason"], reason=None, **common)
    if question.claim is not None:
        common["claim"] = sources.verdicts.of(name, Question.CLAIM, about=About.QUESTION)
    answer = _answer(sources, name, question)
    practices = _took_part(sources, name, state) if any(answer.values()) else None
    return QuestionPage(
        open="", reason=reason_of(sources.context, outcome=name), practices=practices, **common, **answer
    )


def _answer(sources: Sources, name: str, question: AnyQuestion) -> dict[str, Any]:
    match question:
        case Gradient():
            return {"gradient": gradient(sources, name, question)}
        case Trend():
            return {"trend": trend(sources, name, question)}
        case Inequality():
            return {"inequality": inequality(sources, name, question)}
        case Growth():
            return {"growth": growth(sources, name, question)}


def _took_part(sources: Sources, name: str, state: State) -> TookPart:
    rows = sources.context.estimates
    data = sources.context.data(rows.loc[rows["outcome"] == name, "data_digest"].iloc[0])
    origin = Origin(f"questions.json, {STAYS}: {name}", STEP, data)

    def count(key: str, number: int) -> Value:
        return Value(number, f"questions.{name}.{key}", origin)

    left_out = enumerate(state["left_out"])
    return TookPart(
        start=count("start", state["start"]), used=count("used", state["used"]),
        left_out=tuple(
            LeftOut(count=count(f"left_out_{at}", each["practices"]), why=each["why"]) for at, each in left_out
        ),
    )  # fmt: skip
