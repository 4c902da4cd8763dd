"""Why something could not be estimated, as templates see it: the words of a code, over values that cite themselves."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from analysis.estimates import NotEstimated
from analysis.plain_text import escaped
from analysis.present.provenance.address import Origin
from analysis.present.provenance.context import Context
from analysis.present.templates.language import Filters, compiled
from analysis.present.templates.phrases import NAMED
from analysis.present.templates.values import Names, Value
from analysis.reason_codes import ReasonCode
from analysis.reasons import WORDS, Why, read_words
from analysis.steps import Problem

# What picks a row of not_estimated.csv beside outcome and design, where several have these.
WHERE_NEEDED = ("estimator", "specification", "subgroup")


@dataclass(frozen=True)
class Reasoned:
    """A reason: its code, and the values that its words are given as `it`."""

    code: ReasonCode
    values: Names[Any]


def reason_of(context: Context, **where: str) -> Reasoned | None:
    """Why the first estimate with these labels could not be made; None where nothing is known of it."""
    rows = [row for row in context.unmade if all(getattr(row, name) == value for name, value in where.items())]
    return reasoned(context, rows[0]) if rows else None


def reasoned(context: Context, row: NotEstimated) -> Reasoned:
    """Why an estimate could not be made."""
    place = _place(row, context.unmade)
    data = context.data(row.data_digest) if row.data_digest in context.lineage else ""
    return _reasoned(row.why, Origin(f"not_estimated.csv: {place}", row.step, data))


def _place(row: NotEstimated, unmade: Iterable[NotEstimated]) -> str:
    """The columns whose values pick a row."""
    alike = [each for each in unmade if (each.outcome, each.design) == (row.outcome, row.design)]
    more = [name for name in WHERE_NEEDED if len({getattr(each, name) for each in alike}) > 1]
    return ", ".join(f"{name}={getattr(row, name)}" for name in ("outcome", "design", *more))


def _reasoned(why: Why, origin: Origin) -> Reasoned:
    return Reasoned(why.code, Names({name: _shown(name, each, origin) for name, each in why.values.items()}))


def _shown(name: str, value: Any, origin: Origin) -> Any:
    """A value as templates see it: names are text and no Markdown, numbers have the address of their row."""
    if isinstance(value, Why):
        return _reasoned(value, origin)
    if isinstance(value, int | float):
        picked = ".".join(pair.partition("=")[2] for pair in origin.place.partition(": ")[2].split(", "))
        return Value(float(value), f"not_estimated.{picked}.{name}", origin)
    return escaped(value) if isinstance(value, str) else tuple(map(escaped, value or ()))


def reason_teller(places: Iterable[Path], filters: Filters) -> Callable[[Reasoned], str]:
    """The filter that says a reason, in the words of a library of phrases, or of some of its files."""
    words = cache(lambda: _words(places))

    @cache
    def told(code: ReasonCode) -> Callable[[Any], str]:
        place, texts = words()
        return compiled(place, texts[code], {"it"}, filters)

    return lambda it: " ".join(told(it.code)({"it": it.values}).split())


def _words(places: Iterable[Path]) -> tuple[Path, dict[ReasonCode, str]]:
    files = [place / WORDS.name if place.is_dir() else place for place in places]
    for path in files:
        if path.name == WORDS.name and path.is_file():
            return path, read_words(path)
    raise Problem(f"There is no {WORDS.name} among the phrases given.", f"{NAMED}: its list is `reason`")
