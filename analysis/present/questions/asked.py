"""How many questions were asked and answered, and which of their answers are headlines."""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.present.provenance.sources import Sources
from analysis.present.questions.page import QuestionPage, page, states
from analysis.steps import read_json

# The headlines of a paper that answers questions are three.
HEADLINES = 3


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


def asked_page(sources: Sources) -> AskedPage | None:
    """How many there are; None where the study asks none."""
    by_question = states(sources)
    if not by_question:
        return None
    rest = sum(each["state"] == "answered" for each in by_question.values())
    lines = question_headlines(page(sources), tests=any(read_json(path) for path in sources.files.get("tests", ())))
    return AskedPage(total=len(by_question), answered=rest, open=len(by_question) - rest, headlines=lines)


def question_headlines(questions: Iterable[QuestionPage], *, tests: bool) -> tuple[Headline, ...]:
    """Three headlines: the first answers, what was left open, the five tests where they are read.

    Where that is less than three, the questions that were left open follow, and what no such study can tell.
    """
    answered = [Headline(code="answer", question=each) for each in questions if each.answered]
    unknown = [Headline(code="answer", question=each) for each in questions if not each.answered]
    said, read = Headline(code="asked"), [Headline(code="tests")] * tests
    return tuple([*answered[:2], said, *read, *unknown, Headline(code="no_pilot"), said][:HEADLINES])
