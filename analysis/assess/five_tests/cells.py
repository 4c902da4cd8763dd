"""The states of the grid of programmes and tests: pure rules, weakest first.

No published scoring of the five tests exists; the rules are this project's own and stand in the codebook.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan

from analysis.assess.verdicts.rules import changes, readings
from analysis.plan.codebook import CodedTest, EffectIndicator

# From the weakest on: what fails a test weighs more than what nobody can tell, and that more than what is open.
STATES = ("not_met", "not_assessable", "uncertain", "partly_met", "met")
# ASSUME: a code that falls short of the test fails it as one that speaks against it does; the codes stay beside it.
OF_CODE = {3: "met", 2: "partly_met", 1: "not_met", 0: "not_met"}
GRADES = ("none", "very_low", "low", "moderate", "high")


@dataclass(frozen=True)
class Source:
    """Where a fact or an estimate comes from.

    Attributes
    ----------
    study : str
        Key of the source.
    reads : str
        ``evaluation``, ``official``, ``press`` or ``own_claim``.
    certainty : str
        How sure the transcription is: ``F``, ``F-2nd``, ``F-code`` or ``C``.
    """

    study: str
    reads: str
    certainty: str


def of_code(code: float) -> str:
    """The state that a code stands for; not assessable where there is none."""
    return "not_assessable" if isnan(code) else OF_CODE[int(code)]


def of_effect(interval: tuple[float, float], indicator: EffectIndicator) -> str:
    """The state of one controlled estimate, its interval in per cent or points; uncertain without one."""
    good, margin = indicator.good_direction, indicator.margin
    better, worse = changes.better(interval, good, margin), changes.worse(interval, good, margin)
    return "uncertain" if isnan(sum(interval)) else readings.indicator(indicator.rule, better, worse)


def weakest(states: Iterable[str]) -> str:
    """The weakest of several states; not assessable of none."""
    return min(states, key=STATES.index, default="not_assessable")


def of_test(states: Mapping[str, str], test: CodedTest) -> tuple[str, str]:
    """A test's state, and the indicator that decides it.

    No test is stronger than the weakest indicator that it needs. An indicator that it does not need can take a test
    that is met down to partly met, where it is not met itself.

    Parameters
    ----------
    states : mapping
        By indicator, its state.
    test : CodedTest
        Which are needed, and what each can do.
    """
    counted = {name: _softened(states[name], can_fail=each.can_fail) for name, each in test.indicators.items()}
    needed = [name for name, each in test.indicators.items() if each.needed]
    decides = min(needed, key=lambda name: STATES.index(counted[name]))
    against = [name for name in counted if name not in needed and counted[name] == "not_met"]
    if counted[decides] == "met" and against:
        return "partly_met", against[0]
    return counted[decides], decides


def _softened(state: str, *, can_fail: bool) -> str:
    return "uncertain" if state == "not_met" and not can_fail else state


def grade(sources: Iterable[Source]) -> str:
    """How certain we are of what facts say: by how many independent sources, and of which kind, say it.

    ``high`` of two studies or official papers that were read at the source, ``moderate`` of one, ``low`` where only the
    press, the programme itself or a second-hand reading says it, ``very_low`` where it was worked out from a name.
    """
    every = list(sources)
    if not every:
        return "none"
    firm = {each.study for each in every if each.reads in ("evaluation", "official") and each.certainty == "F"}
    if firm:
        return "high" if len(firm) > 1 else "moderate"
    return "very_low" if all(each.certainty == "C" for each in every) else "low"
