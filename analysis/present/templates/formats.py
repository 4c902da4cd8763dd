"""The filters of templates: how each kind of value prints, and that it cites itself as it does."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from analysis.present.provenance.context import Context
from analysis.present.templates.language import Filters, render
from analysis.present.templates.phrases import phrase, read_phrases
from analysis.present.templates.values import Value, cite
from analysis.steps import Problem
from analysis.wording import in_words, sentence, signed

Ends = tuple[Value, Value]


def formats(context: Context, folder: Path) -> dict[str, Callable[..., str]]:
    """Every filter, by the name that templates call it; `folder` has the library of phrases."""
    phrases = read_phrases(folder)
    filters: dict[str, Callable[..., str]] = {
        "say": lambda it, name: _say(folder / f"{name}.md.j2", it, filters),
        "sentence": sentence,
        "lower_first": lambda text: f"{text[:1].lower()}{text[1:]}",
        "in_words": in_words,
        "phrase": lambda code, name: phrase(phrases, name, code),
        "signed": partial(_signed, context),
        "decimal": partial(_decimal, context),
        "interval": partial(_interval, context),
        "fewer_or_more": partial(_fewer_or_more, context),
    }
    return filters


def _say(place: Path, it: object, filters: Filters) -> str:
    """A sentence that recurs: a template of its own, which is given one thing, `it`."""
    if not place.is_file():
        raise Problem(f"There is no phrase {place}.", "write it, or correct its name")
    return " ".join(render(place, place.read_text(encoding="utf-8"), {"it": it}, filters).split())


def _signed(context: Context, value: Value, unit: str = "", decimals: int = 1) -> str:
    """A change with its sign: ``−4.0%``."""
    return cite(context, [(value, signed(value.number, unit, decimals))], "signed")[0]


def _decimal(context: Context, value: Value, decimals: int = 1) -> str:
    """A number without a sign: ``19.0``."""
    return cite(context, [(value, f"{abs(value.number):,.{decimals}f}")], "decimal")[0]


def _interval(context: Context, ends: Ends, unit: str = "", decimals: int = 1) -> str:
    """The two ends of an interval as one number: ``−6.0% to −1.9%``."""
    text = " to ".join(signed(end.number, unit, decimals) for end in ends)
    return cite(context, [(ends[0], text)], "interval")[0]


def _fewer_or_more(context: Context, ends: Ends, decimals: int = 2) -> str:
    """Two bounds of a number of events: ``0.30 fewer and 1.20 more``, ``none and 0.10 more``."""
    rounded = [round(end.number, decimals) for end in ends]
    texts = [f"{abs(end.number):.{decimals}f}" if size else "none" for end, size in zip(ends, rounded, strict=True)]
    low, high = cite(context, zip(ends, texts, strict=True), "events")
    if rounded[0] < 0 and rounded[1] <= 0:
        return f"{high} and {low} fewer"
    return f"{low} and {high} more" if rounded[0] >= 0 else f"{low} fewer and {high} more"
