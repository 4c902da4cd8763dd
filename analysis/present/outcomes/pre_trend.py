"""The months before the start: what the tests of them say, and what they could have noticed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.estimate.outcomes.event_study import REFERENCE
from analysis.estimate.outcomes.pre_trend import latest_before
from analysis.estimates import pick
from analysis.present.provenance.sources import Sources
from analysis.present.templates.values import Row
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Periods:
    """Which periods before the last one a joint test is about: the latest of them, or all.

    Attributes
    ----------
    latest, before : int
        How many are tested, and how many there are.
    """

    latest: int
    before: int

    @property
    def all(self) -> bool:
        """Whether every one is tested."""
        return self.latest in (0, self.before)

    @property
    def one(self) -> bool:
        """Whether only one is."""
        return self.latest == 1


@dataclass(frozen=True, kw_only=True)
class PreTrend:
    """The months before the start.

    Attributes
    ----------
    joint : Row
        The joint test.
    tested : Periods
        Of which periods it is.
    slope : Row or None
        The slope over all months before.
    power : Row or None
        The chance to notice a trend that adds up to the effect.
    together : Verdict
        Whether any of the tests speaks against parallel trends.
    alone : Verdict
        Whether the joint test does.
    strength : Verdict
        Whether its chance to notice something is worth a word.
    """

    joint: Row
    tested: Periods
    slope: Row | None
    power: Row | None
    together: Verdict
    alone: Verdict
    strength: Verdict


def pre_trend(sources: Sources, name: str) -> PreTrend | None:
    """What is told of the months before the start; None where there is no joint test of them."""
    context, verdicts = sources.context, sources.verdicts
    tests = {
        term: context.row(outcome=name, design="event_study", term=term)
        for term in ("pre_trend", "pre_trend_slope", "pre_trend_power")
    }
    joint = tests["pre_trend"]
    if joint is None:
        return None
    rows = {term: None if row is None else Row(context, row) for term, row in tests.items()}
    return PreTrend(
        joint=Row(context, joint),
        tested=tested(context.estimates, joint),
        slope=rows["pre_trend_slope"],
        power=rows["pre_trend_power"],
        together=verdicts.of(name, Question.PRE_TREND, about=About.OUTCOME),
        alone=verdicts.of(name, Question.PRE_TREND, "pre_trend", About.OUTCOME),
        strength=verdicts.of(name, Question.POWER, about=About.OUTCOME),
    )


def tested(estimates: "pd.DataFrame", row: "pd.Series[Any]") -> Periods:
    """Which periods the joint test of a row is about: as many of the latest as the pilots' clusters bear."""
    which = {key: row[key] for key in ("outcome", "design", "specification")}
    periods = pick(estimates, term="period", **which)["horizon"].astype(int)
    before = sorted(set(periods[periods < REFERENCE]))
    latest = latest_before(before, REFERENCE, int(row.get("treated_clusters", 0)))
    return Periods(len(latest) if before else 0, len(before))
