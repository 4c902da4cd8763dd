"""The questions to practice-level data, as templates are told them: their answers, and what was left open."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

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
from analysis.present.templates.values import Names, Value
from analysis.steps import read_json
from analysis.verdicts import About, Question, Verdict

State = dict[str, Any]
STEP = "analysis.prepare.questions.questions"
# The headlines of a paper that answers questions are three.
HEADLINES = 3


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
    reason : str
        Why it could not be estimated, where it was not left open; empty where nothing is known of that.
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
    reason: str
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


@dataclass(frozen=True, kw_only=True)
class Headline:
    """A sentence that can stand alone: the answer to a question, or what its code says.

    Attributes
    ----------
    code : str
        ``answer``, ``asked`` for how many were asked, ``tests`` for the five tests, ``no_pilot`` for what no such study
        can tell.
    question : QuestionPage or None
        Whose answer it is.
    """

    code: str
    question: QuestionPage | None = None

    @property
    def tests(self) -> bool:
        """Whether it is about the five tests."""
        return self.code == "tests"

    @property
    def asked(self) -> bool:
        """Whether it says how many questions were asked."""
        return self.code == "asked"


@dataclass(frozen=True, kw_only=True)
class AskedPage:
    """How many questions there are, how many were not left open, how many were, and the headlines."""

    total: int
    answered: int
    open: int
    headlines: tuple[Headline, ...]

    @property
    def leading(self) -> tuple[Headline, ...]:
        """The first headlines that are about one question each, two at most."""
        return tuple(each for each in self.headlines if each.question)[:2]

    @property
    def all(self) -> bool:
        """Whether none was left open."""
        return not self.open


def page(sources: Sources) -> Names[QuestionPage]:
    """Each question by its name, in the order of the plan."""
    states = _states(sources)
    told = {name: each for name, each in sources.plan.questions.items() if name in states}
    return Names({name: _question(sources, name, each, states[name]) for name, each in told.items()})


def asked(sources: Sources) -> AskedPage | None:
    """How many there are; None where the study asks none."""
    states = _states(sources)
    if not states:
        return None
    rest = sum(each["state"] == "answered" for each in states.values())
    lines = headlines(page(sources), tests=any(read_json(path) for path in sources.files.get("tests", ())))
    return AskedPage(total=len(states), answered=rest, open=len(states) - rest, headlines=lines)


def headlines(questions: Iterable[QuestionPage], *, tests: bool) -> tuple[Headline, ...]:
    """Three headlines: the first answers, what was left open, the five tests where they are read.

    Where that is less than three, the questions that were left open follow, and what no such study can tell.
    """
    known = [Headline(code="answer", question=each) for each in questions if each.answered]
    unknown = [Headline(code="answer", question=each) for each in questions if not each.answered]
    said, read = Headline(code="asked"), [Headline(code="tests")] * tests
    return tuple([*known[:2], said, *read, *unknown, Headline(code="no_pilot"), said][:HEADLINES])


def _states(sources: Sources) -> dict[str, State]:
    return {name: state for path in sources.files.get("states", ()) for name, state in read_json(path).items()}


def _question(sources: Sources, name: str, question: AnyQuestion, state: State) -> QuestionPage:
    common: dict[str, Any] = {"name": name, "slug": slug(name), "label": question.label, "claim": None}
    if state["state"] == "left open":
        return QuestionPage(open=state["reason"], reason="", **common)
    if question.claim is not None:
        common["claim"] = sources.verdicts.of(name, Question.CLAIM, about=About.QUESTION)
    reasons = [each.reason for each in sources.context.unmade if each.outcome == name]
    answer = _answer(sources, name, question)
    practices = _took_part(sources, name, state) if any(answer.values()) else None
    return QuestionPage(open="", reason=reasons[0] if reasons else "", practices=practices, **common, **answer)


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
