"""The filters of templates: how each kind of value prints, and that it cites itself as it does."""

import re
from collections.abc import Callable, Iterable, Mapping, Sized
from difflib import get_close_matches
from functools import cache, partial
from math import floor, log10
from pathlib import Path
from typing import Any

from analysis.disclosure import protected
from analysis.months import month_words
from analysis.present.provenance.address import Book
from analysis.present.templates.files import read_source
from analysis.present.templates.language import Filters, compiled
from analysis.present.templates.phrases import NAMED, library, phrase, read_phrases, sentences
from analysis.present.templates.reasons import reason_teller
from analysis.present.templates.values import Ends, Printed, Value
from analysis.steps import Problem
from analysis.wording import counted, fixed, in_words, listed, p_value, plural, sentence, signed

UNITS = {"%": "%", " points": " percentage points"}


def formats(book: Book, *places: Path) -> dict[str, Callable[..., Any]]:
    """Every filter, by the name that templates call it.

    Parameters
    ----------
    book : Book
        Where numbers are entered as they print.
    *places : Path
        The library of phrases, or those of its files that may be told from: no other is opened.
    """
    phrases, named = read_phrases(*places), sentences(*places)
    say = cache(lambda name: _sayer(name, named, filters))
    filters: dict[str, Callable[..., Any]] = {
        "say": lambda it, name: say(name)(it),
        "each": lambda them, name: [say(name)(it) for it in them],
        "phrase": lambda code, name: phrase(phrases, name, code),
        "phrases": lambda codes, name: [phrase(phrases, name, code) for code in codes],
        "plural": _plural,
        "sentence": sentence,
        "month": month_words,
        "clause": lambda text: f"{text[:1].lower()}{text[1:]}".removesuffix("."),
        "lower_first": lambda text: f"{text[:1].lower()}{text[1:]}",
        "in_words": partial(_in_words, book),
        "listed": lambda them, last="and": listed([each for each in them if each], last),
        "joined": joined,
        "cell": cell,
        "printed": partial(_printed, book),
        "interval": partial(_interval, book),
        "span": partial(_span, book),
        "from_to": partial(_from_to, book),
        "fewer_or_more": partial(_fewer_or_more, book),
    }
    # Phrases, and the words of reasons, use the same filters.
    filters["reason"] = reason_teller(places, filters)
    filters |= {name: partial(_number, book, name, form) for name, form in NUMBERS.items()}
    return filters


def joined(texts: Iterable[str], between: str = " ") -> str:
    """Sentences one after the other, with blanks between them unless told otherwise; empty ones leave no gap."""
    return between.join(text for text in texts if text)


def cell(text: str) -> str:
    """Text that stands in a cell of a table: a bar that is not escaped would end the cell."""
    return re.sub(r"(?<!\\)\|", "∣", text).replace("\n", " ")


def _sayer(name: str, places: Mapping[str, Path], filters: Filters) -> Callable[[object], str]:
    """A sentence that recurs: a template of its own, which is given one thing, `it`."""
    if name not in places:
        near = get_close_matches(name, places, n=1)
        hint = f"write `{near[0]}`" if near else "correct its name"
        raise Problem(
            f"There is no phrase `{name}` among those given.", f"{hint}, or add it to reports/phrases; {NAMED}"
        )
    place = places[name]
    phrase = compiled(place, read_source(place, library(place)), {"it"}, filters)
    above: list[object] = []

    def said(it: object) -> str:
        if above:
            raise Problem(f"the phrase {place} says itself.", f"take out of it what leads back to {place}")
        above.append(it)
        try:
            return " ".join(phrase({"it": it}).split())
        finally:
            above.pop()

    return said


def _plural(count: float | Sized | Value, one: str, many: str = "") -> str:
    """The noun or the verb for so many things: a number of them, or the things themselves."""
    return plural(_counted(count), one, many)


def _counted(count: float | Sized | Value) -> float:
    return len(count) if isinstance(count, Sized) else count.number if isinstance(count, Value) else count


def cite(book: Book, value: Value, text: str, how: str) -> str:
    """A number as it is printed, leading to its address if it has one; `how` it is printed tells printings apart."""
    return text if value.origin is None else book.cite(f"{value.key}.{how}", text, value.origin)


def _in_words(book: Book, count: int | Sized | Value) -> str:
    """A number of things, or the things themselves, in words up to ten; one that comes from somewhere leads there."""
    text = in_words(int(_counted(count)))
    return cite(book, count, text, "words") if isinstance(count, Value) else text


def _printed(book: Book, value: Printed) -> str:
    """A number whose text is given."""
    return value.text if value.origin is None else book.cite(value.key, value.text, value.origin)


def _number(book: Book, how: str, form: Callable[..., str], value: Value, *given: Any, **named: Any) -> str:
    return cite(book, value, form(value, *given, **named), how)


def _signed(value: Value, unit: str | None = None, decimals: int = 1) -> str:
    """A change with its sign and unit: ``−4.0%``, ``−7.3 points``."""
    return signed(value.number, value.unit if unit is None else unit, decimals)


def _size(value: Value, decimals: int = 1) -> str:
    """A change without its sign: ``4.0%``, ``7.3 percentage points``."""
    return f"{abs(value.number):,.{decimals}f}{UNITS.get(value.unit, '')}"


def _decimal(value: Value, decimals: int = 1) -> str:
    """A number without a sign or a unit: ``19.0``."""
    return f"{abs(value.number):,.{decimals}f}"


def _percent(value: Value, decimals: int = 1) -> str:
    """What is in per cent already: ``62.0%``."""
    return f"{value.number:.{decimals}f}%"


def _share(value: Value, decimals: int = 0) -> str:
    """A share between none and one, in per cent: 0.8 is ``80%``."""
    return f"{value.number:.{decimals}%}"


def _figures(value: Value, figures: int = 2) -> str:
    """A number with so many significant figures: ``1.3``, ``0.31``."""
    return f"{value.number:.{figures}g}"


def _rough_share(value: Value) -> str:
    """A share in per cent with one decimal or, below one per cent, its first digit that is no nought: ``0.07%``."""
    size = abs(100 * value.number)
    decimals = max(1, -floor(log10(size))) if 0 < size < 1 else 1
    return f"{100 * value.number:.{decimals}f}%"


# The filters that print one number; the name says how.
NUMBERS: dict[str, Callable[..., str]] = {
    "signed": _signed,
    "size": _size,
    "decimal": _decimal,
    "percent": _percent,
    "fixed": lambda value, decimals=2: fixed(value.number, decimals),
    "share": _share,
    "protected": lambda value: protected(value.number),
    "figures": _figures,
    "rough_share": _rough_share,
    "count": lambda value: counted(value.number),
    "p_value": lambda value: p_value(value.number),
    "bare_p_value": lambda value: p_value(value.number).removeprefix("p ").removeprefix("= "),
}


def _interval(book: Book, ends: Ends, unit: str = "", decimals: int = 1) -> str:
    """The two ends of an interval as one number: ``−6.0% to −1.9%``, ``−10.2 to −4.4 points``."""
    low, high = ends
    last = unit or high.unit
    first = signed(low.number, last if last == "%" else "", decimals)
    return cite(book, low, f"{first} to {signed(high.number, last, decimals)}", "interval")


def _span(book: Book, ends: Ends, decimals: int = 1) -> str:
    """Two ends that are no changes: ``0.83 to 0.89``."""
    low, high = ends
    return cite(book, low, f"{low.number:.{decimals}f} to {high.number:.{decimals}f}", "span")


def _from_to(book: Book, ends: Ends) -> str:
    """From where to where estimates run, ``+5.4% to +5.7%``, each with its own address; once what would print twice."""
    texts = dict(zip(map(_signed, ends), ends, strict=True))
    return " to ".join(cite(book, end, text, "signed") for text, end in texts.items())


def _fewer_or_more(book: Book, ends: Ends, decimals: int = 2) -> str:
    """Two bounds of a number of events: ``0.30 fewer and 1.20 more``, ``none and 0.10 more``."""
    rounded = [round(end.number, decimals) for end in ends]
    texts = [f"{abs(end.number):.{decimals}f}" if size else "none" for end, size in zip(ends, rounded, strict=True)]
    low, high = (cite(book, end, text, "events") for end, text in zip(ends, texts, strict=True))
    if rounded[0] < 0 and rounded[1] <= 0:
        return f"{high} and {low} fewer"
    return f"{low} and {high} more" if rounded[0] >= 0 else f"{low} fewer and {high} more"
