"""The five tests: each indicator's state, and each test's from its indicators'."""

from collections.abc import Iterator

from analysis.answers import About, Question
from analysis.assess.verdicts.judged import Basis, from_others, interval, judged
from analysis.assess.verdicts.rules import changes, readings
from analysis.estimates import verdict_row
from analysis.plan.tests import Indicator
from analysis.verdicts import Verdict


def reading_verdicts(basis: Basis) -> Iterator[Verdict]:
    """Every indicator of every test, and every test."""
    for name, test in basis.plan.tests.items():
        indicators = {indicator_key(each): _indicator(basis, name, each) for each in test.indicators}
        yield from indicators.values()
        yield _test(name, list(indicators.values()))


def indicator_key(indicator: Indicator) -> str:
    """What tells an indicator apart within its test."""
    return f"{indicator.outcome}/{indicator.rule}"


def _indicator(basis: Basis, test: str, indicator: Indicator) -> Verdict:
    plans = {**basis.plan.outcomes, **basis.plan.syntheses}
    plan, row = plans[indicator.outcome], verdict_row(basis.estimates, indicator.outcome, indicator.design)
    span, good, margin = interval(row), plan.good_direction, plan.smallest_change
    better, worse = (rule(span, good, margin) for rule in (changes.better, changes.worse))
    state = "not_assessable" if row is None else readings.indicator(indicator.rule, better, worse)
    return judged(
        [row], about=About.TEST, subject=test, check=indicator_key(indicator), question=Question.READING,
        verdict=state, margin=margin, rule="indicator",
    )  # fmt: skip


def _test(name: str, indicators: list[Verdict]) -> Verdict:
    state = readings.reading([each.verdict for each in indicators])
    verdict = Verdict(about=About.TEST, subject=name, question=Question.READING, verdict=state, rule="reading")
    return from_others(verdict, indicators)
