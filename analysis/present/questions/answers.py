"""The words of one question to practice-level data: what was found, in how many practices, and what it means."""

from typing import Any

from analysis.plan.practices import Gradient, Growth, Inequality, Questions, Trend
from analysis.present.provenance.address import STAYS, Origin
from analysis.present.provenance.context import Context
from analysis.present.questions.gradient_words import gradient_words
from analysis.present.questions.practice_words import growth_words, inequality_words, trend_words
from analysis.wording import counted, in_words, listed, sentence

Words = dict[str, Any]
STATES = ("answered", "left open")


def answers(context: Context, questions: Questions, states: dict[str, Words]) -> Words:
    """Everything the paper says of each question, by its name.

    Parameters
    ----------
    context : Context
        The table of estimates and the book of numbers.
    questions : dict
        The questions by name.
    states : dict
        What the prepare stage says of each: its state, the reason where it was left open, and counts.
    """
    return {name: _of(context, name, question, states[name]) for name, question in questions.items()}


def summary(questions: Questions, states: dict[str, Words]) -> str:
    """How many questions were answered, and how many were left open."""
    total = len(questions)
    rest = sum(states[name]["state"] == "answered" for name in questions)
    if rest == total:
        return f"{sentence(_number(total))} asked, and the data on disk could answer {'it' if total == 1 else 'all'}."
    left = total - rest
    return (
        f"{sentence(_number(total))} asked. The data on disk could answer {in_words(rest)}; {in_words(left)} "
        f"{'was' if left == 1 else 'were'} left open."
    )


def headlines(words: Words, summary: str, tests: str) -> list[str]:
    """Three sentences that can stand alone: the first answers, what was left open, the five tests where they are read.

    Where that is less than three, the questions that were left open follow, and what no such study can tell.
    """
    answered, open_ = ([each["answer"] for each in words.values() if each["state"] == state] for state in STATES)
    told = [*answered[:2], summary, tests, *open_, "No pilot of integrated care is evaluated here.", summary]
    return [each for each in told if each][:3]


def _number(count: int) -> str:
    return "one question was" if count == 1 else f"{in_words(count)} questions were"


def _of(context: Context, name: str, question: Gradient | Trend | Inequality | Growth, state: Words) -> Words:
    common = {"label": question.label, "question": f"{sentence(question.label)}?", "state": state["state"]}
    if state["state"] == "left open":
        return common | {
            "answer": f"This question is left open: {state['reason']}.",
            "detail": "Nothing was estimated for it.",
            "notes": "It stays in the plan, and is answered as soon as the data are there.",
        }
    match question:
        case Gradient():
            told = gradient_words(context, name, question)
        case Trend():
            told = trend_words(context, name, question)
        case Inequality():
            told = inequality_words(context, name, question)
        case Growth():
            told = growth_words(context, name, question)
    notes = f"{told.pop('reading')} {_left_out(context, name, state)}"
    return common | told | {"notes": notes}


def _left_out(context: Context, name: str, state: Words) -> str:
    """How many practices were left out of a question, and why."""
    rows = context.estimates[context.estimates["outcome"] == name]
    origin = Origin(
        f"questions.json, {STAYS}: {name}", "analysis.prepare.questions.questions",
        context.data(rows["data_digest"].iloc[0]),
    )  # fmt: skip

    def cite(key: str, count: int) -> str:
        return context.book.cite(f"questions.{name}.{key}", counted(count), origin)

    start, used = cite("start", state["start"]), cite("used", state["used"])
    if not state["left_out"]:
        return f"All {start} practices with a value took part."
    reasons = [
        f"{cite(f'left_out_{at}', each['practices'])} {each['why']}" for at, each in enumerate(state["left_out"])
    ]
    return f"Of {start} practices with a value, {used} took part. Left out: {listed(reasons)}."
