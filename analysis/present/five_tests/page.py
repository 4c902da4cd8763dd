"""What the sections on the five tests are told from: how each reads, and on which changes that rests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.estimates import verdict_row
from analysis.present.provenance.context import Context
from analysis.present.provenance.sources import Sources
from analysis.present.templates.values import Names, Row
from analysis.steps import read_json
from analysis.wording import changed

# In the order in which they are counted.
STATES = ("met", "partly_met", "not_met", "uncertain", "not_assessable")


@dataclass(frozen=True, kw_only=True)
class IndicatorPage:
    """One estimate that speaks to a test.

    Attributes
    ----------
    label : str
        What it is of, in words.
    state : str
        How it reads, a code of the phrases `state`.
    row : Row or None
        The change; None where it could not be estimated.
    known : bool
        Whether the change has an interval.
    pooled : bool
        Whether it is one of published estimates together.
    shows : str
        What the interval does with the change that the rule asks about: ``shows``, ``rules_out`` or ``leaves_open``.
    goal : str
        That change: a ``fall`` or a ``rise``.
    margin : str
        How large it has to be, for instance ``3%``.
    doubt : str
        What calibration says against it, a code of the phrases `doubt`; empty where nothing.
    """

    label: str
    state: str
    row: Row | None
    known: bool
    pooled: bool
    shows: str
    goal: str
    margin: str
    doubt: str


@dataclass(frozen=True, kw_only=True)
class TestPage:
    """One of the five tests.

    Attributes
    ----------
    name, slug, title, statement, gap : str
        As the plan has them.
    state : str
        How it reads, a code of the phrases `state`.
    indicators : list of IndicatorPage
        What it rests on; none where nothing speaks to it.
    """

    name: str
    slug: str
    title: str
    statement: str
    gap: str
    state: str
    indicators: list[IndicatorPage]


@dataclass(frozen=True)
class Counted:
    """How many tests read so."""

    count: int
    state: str

    @property
    def cannot(self) -> bool:
        """Whether these cannot be assessed."""
        return self.state == "not_assessable"


def count_states(states: Sequence[str]) -> list[Counted]:
    """How many tests read how, each by its code, in one order."""
    return [Counted(states.count(state), state) for state in STATES if state in states]


class TestsPage(Names[TestPage]):
    """The tests by name, and how many of them read how."""

    def __init__(self, tests: Mapping[str, TestPage], *, simulated: bool) -> None:
        super().__init__(tests)
        self.simulated = simulated

    @property
    def number(self) -> int:
        """How many the plan reads."""
        return len(self)

    @property
    def all_five(self) -> bool:
        """Whether the plan reads all of them."""
        return len(self) == len(STATES)

    @property
    def none(self) -> bool:
        """Whether there are several, and none can be assessed."""
        return len(self) > 1 and all(test.state == "not_assessable" for test in self)

    @property
    def counted(self) -> list[Counted]:
        """How many read how."""
        return count_states([test.state for test in self])


def page(sources: Sources) -> TestsPage | None:
    """How the five tests read; None where the plan reads none."""
    read = [test for path in sources.files.get("tests", ()) for test in read_json(path)]
    return readings_page(read, sources.context) if read else None


def readings_page(read: Sequence[Mapping[str, Any]], context: Context) -> TestsPage:
    """The page of what the stage assess wrote of the tests."""
    simulated = any(each["simulated"] for test in read for each in test["indicators"])
    return TestsPage({test["test"]: _test(test, context) for test in read}, simulated=simulated)


def _test(test: Mapping[str, Any], context: Context) -> TestPage:
    words = {key: test[key] for key in ("title", "statement", "gap", "state")}
    indicators = [_indicator(each, context) for each in test["indicators"]]
    return TestPage(name=test["test"], slug=test["test"].lower(), indicators=indicators, **words)


def _indicator(read: Mapping[str, Any], context: Context) -> IndicatorPage:
    row = verdict_row(context.estimates, read["outcome"], read["design"])
    return IndicatorPage(
        row=None if row is None else Row(context, row),
        known=row is not None and changed(row).known,
        pooled=read["design"] == "synthesis",
        margin=f"{read['margin']:g}{'%' if read['scale'] == 'ratio' else ' percentage points'}",
        **{key: read[key] for key in ("label", "state", "shows", "goal", "doubt")},
    )
