"""What the headlines are told from: the primary outcomes, in three lines at most, or the syntheses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.present.evidence.page import SynthesisPage
from analysis.present.outcomes.caution import Caution
from analysis.present.outcomes.page import Group, OutcomePage, primary

# The section that lists the headlines: key points include it, and the terminal shows it.
HEADLINES = "sections/summary/headlines.qmd"


@dataclass(frozen=True)
class SummaryPage:
    """What the summary tells.

    Attributes
    ----------
    headlines : tuple of Group
        The first of the primary outcomes, those between together, and the last; fewer where there are fewer.
    synthesis : SynthesisPage or None
        The first of the syntheses.
    syntheses : tuple of SynthesisPage
        The others.
    """

    headlines: tuple[Group, ...]
    synthesis: SynthesisPage | None
    syntheses: tuple[SynthesisPage, ...]


@dataclass(frozen=True)
class Line:
    """A headline: the phrase that says it, and what it is about."""

    phrase: str
    about: object


def headlines(pages: Mapping[str, Any]) -> Iterator[Line]:
    """The headlines of a paper: of its experiment, its questions, its outcomes or its syntheses, whichever is first."""
    summary, tests = pages["summary"], Line("five_tests/summary", pages["tests"])
    if pages["experiment"]:
        yield from (Line("experiment/found", outcome.leading) for outcome in pages["experiment"].outcomes)
    elif asked := pages["asked"]:
        how_many = Line("questions/summary", asked)
        for each in asked.headlines:
            yield tests if each.tests else how_many if each.asked else Line("questions/headline", each)
    elif pages["outcomes"]:
        yield from (Line("summary/headline", each) for each in summary.headlines)
    elif pages["evidence"]:
        yield Line("evidence/together", summary.synthesis)
        yield from [Line("summary/syntheses", summary.syntheses)] * bool(summary.syntheses)
        yield from [tests] * bool(pages["tests"])


def page(outcomes: Iterable[OutcomePage], syntheses: Iterable[SynthesisPage]) -> SummaryPage:
    """What the summary tells of the outcomes and of the syntheses."""
    pooled = tuple(syntheses)
    return SummaryPage(_lines(outcomes), pooled[0] if pooled else None, pooled[1:])


def _lines(outcomes: Iterable[OutcomePage]) -> tuple[Group, ...]:
    """The groups of outcomes that a headline each tells, with what was not said before."""
    shown, said = primary(outcomes), set[Caution]()
    lines = []
    for members in (shown[:1], shown[1:-1], shown[1:][-1:]):
        new = [each.caution for each in members if each.caution and each.caution not in said]
        said |= set(new)
        lines += [Group(tuple(members), tuple(dict.fromkeys(new)))] * bool(members)
    return tuple(lines)
