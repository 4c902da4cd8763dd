"""Each outcome: did it change, does the change matter, can it be trusted before the start, and two of them together."""

from collections.abc import Iterator
from typing import Any

from analysis.answers import UNKNOWN, About, Question, Reason
from analysis.assess.calibration.narrow import keeps_promise
from analysis.assess.verdicts.judged import DID, Basis, direction_verdict, interval, judged, value_of
from analysis.assess.verdicts.rules import changes, readings, robustness
from analysis.estimates import one, pick
from analysis.plan.pilots import ActivityOutcome, AnyOutcome
from analysis.verdicts import Verdict

# The outcomes that are read side by side: what integrated care promises, and what it may cost.
PROMISED, PAID = "emergency_admissions", "continuity"
# Ways to tell the uncertainty of one estimate; others adjust it for several outcomes.
ADJUSTED = ("holm", "romano_wolf")


def outcome_verdicts(basis: Basis) -> Iterator[Verdict]:
    """Every judgement of the outcomes by the primary design."""
    for name, plan in basis.plan.outcomes.items():
        row = basis.primary(name)
        yield from size_verdicts(row, About.OUTCOME, name, plan.good_direction, plan.smallest_change)
        yield _chance(name, row)
        yield _methods(basis, name, row)
        yield _narrow(basis, name, plan, row)
        if isinstance(plan, ActivityOutcome) and "event_study" in plan.designs:
            yield from before_verdicts(basis, name)
    if PROMISED in basis.plan.outcomes and PAID in basis.plan.outcomes:
        yield _together(basis)


def size_verdicts(row: Any, about: About, subject: str, good: str, margin: float) -> Iterator[Verdict]:
    """Whether a change is clear, and whether one that matters is shown or ruled out, for the better and the worse."""
    span, labels = interval(row), dict[str, Any](about=about, subject=subject)
    yield direction_verdict(row, **labels)
    gain, loss = (rule(span, good, margin) for rule in (changes.better, changes.worse))
    yield judged([row], question=Question.BETTER, verdict=gain, rule="better", margin=margin, **labels)
    yield judged([row], question=Question.WORSE, verdict=loss, rule="worse", margin=margin, **labels)


def _chance(name: str, row: Any) -> Verdict:
    verdict = changes.chance(value_of(row, "p_value"))
    return judged([row], about=About.OUTCOME, subject=name, question=Question.CHANCE, verdict=verdict, rule="chance")


def _methods(basis: Basis, name: str, row: Any) -> Verdict:
    methods = pick(basis.estimates, outcome=name, design=DID, term="inference", specification="primary")
    # One method gives a row on each scale; the p-value is one.
    methods = methods[~methods["horizon"].isin(ADJUSTED)].drop_duplicates("horizon")
    rows = [row, *(each for _, each in methods.iterrows())]
    verdict = robustness.methods([float(each["p_value"]) for each in rows if each is not None])
    return judged(
        rows, about=About.OUTCOME, subject=name, question=Question.METHODS, verdict=verdict, rule="methods",
        reason=Reason.NOT_TRIED if methods.empty else None,
    )  # fmt: skip


def _narrow(basis: Basis, name: str, plan: AnyOutcome, row: Any) -> Verdict:
    promises = [keeps_promise(tried, row, basis.plan.confidence) for tried in basis.tried]
    verdict = promises[0] if promises else UNKNOWN
    if verdict == "too_narrow" and not isinstance(plan, ActivityOutcome):
        # The worlds of the calibration have counts alone, so nobody knows it of shares.
        verdict = "untried"
    return judged(
        [row], about=About.OUTCOME, subject=name, question=Question.NARROW, verdict=verdict, rule="keeps_promise",
        reason=Reason.NOT_ESTIMATED if row is None else Reason.NOT_TRIED,
    )  # fmt: skip


def before_verdicts(basis: Basis, name: str) -> Iterator[Verdict]:
    """The months before the start: each test by itself, both together, and what the joint test could have noticed."""
    terms = ("pre_trend", "pre_trend_slope")
    rows = {term: one(basis.estimates, outcome=name, design="event_study", term=term) for term in terms}
    values = {term: float(row["p_value"]) for term, row in rows.items() if row is not None}
    labels = dict[str, Any](about=About.OUTCOME, subject=name, question=Question.PRE_TREND, rule="pre_trend")
    # Nothing is said of the months before the start where the joint test of them is missing.
    both = robustness.pre_trend(values.values()) if rows["pre_trend"] is not None else UNKNOWN
    yield judged([row for row in rows.values() if row is not None], verdict=both, **labels)
    for term, row in rows.items():
        yield judged([row], check=term, verdict=robustness.pre_trend([value_of(row, "p_value")]), **labels)
    power = one(basis.estimates, outcome=name, design="event_study", term="pre_trend_power")
    strong = robustness.power(value_of(power))
    yield judged([power], about=About.OUTCOME, subject=name, question=Question.POWER, verdict=strong, rule="power")


def _together(basis: Basis) -> Verdict:
    gain, loss = (basis.primary(name) for name in (PROMISED, PAID))
    first, second = (basis.plan.outcomes[name] for name in (PROMISED, PAID))
    better = changes.better(interval(gain), first.good_direction, first.smallest_change)
    worse = changes.worse(interval(loss), second.good_direction, second.smallest_change)
    verdict = readings.together(
        (_clear(gain, first.good_direction, "gained", "lost"), better),
        (_clear(loss, second.good_direction, "gained", "lost"), worse),
    )
    return judged(
        [gain, loss], about=About.OUTCOME, subject=PROMISED, check=PAID, question=Question.TOGETHER, verdict=verdict,
        rule="together",
    )  # fmt: skip


def _clear(row: Any, good: str, gained: str, lost: str) -> str:
    """The direction of a change as gain or loss; as it is where it is neither."""
    direction = changes.direction(*changes.gains(interval(row), good))
    return {"rose": gained, "fell": lost}.get(direction, direction)
