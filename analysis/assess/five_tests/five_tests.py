"""Read the five tests from the table of estimates.

No published scoring of the RCGP's five tests exists; the rules are this project's own and stand in the study.

``python -m analysis.assess.five_tests.five_tests --help``
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from analysis.assess.calibration.narrow import read_tried, too_narrow
from analysis.estimates import VERDICT_TERMS, read_estimates, verdict_row
from analysis.plain_text import escaped_plan
from analysis.plan.pilots import ActivityOutcome, ContactOutcome, SurveyOutcome
from analysis.plan.tests import FiveTest, Indicator
from analysis.steps import Paths, command, write_json
from analysis.study import Synthesis
from analysis.wording import Change, changed, gain, sentence

if TYPE_CHECKING:
    import pandas as pd

State = Literal["met", "partly met", "not met", "uncertain", "not assessable"]
Measured = ActivityOutcome | SurveyOutcome | ContactOutcome | Synthesis
# What is said against a reading that rests on a row.
Doubt = Callable[["pd.Series[Any]", Measured], str]


def tests(
    *,
    estimates: Path,
    tests: dict[str, FiveTest],
    outcomes: dict[str, ActivityOutcome | SurveyOutcome | ContactOutcome],
    syntheses: dict[str, Synthesis],
    out: Path,
    confidence: float = 0.95,  # noqa: PT028 - a step and no test
    calibration: Paths = (),  # noqa: PT028
) -> None:
    """Judge each test by its indicators.

    Parameters
    ----------
    estimates : Path
        The table of estimates.
    tests : dict
        The five tests, as JSON.
    outcomes, syntheses : dict
        The plans of what the tests read, as JSON.
    out : Path
        The readings (JSON): per test its state, the reason in words, and every indicator with its own.
    confidence : float
        What the intervals promise.
    calibration : tuple of Path
        What `make calibrate` wrote for the default study; none where it never ran.
    """
    table = read_estimates(estimates)
    measured: dict[str, Measured] = {**outcomes, **syntheses}
    doubt = partial(doubted, [read_tried(path) for path in calibration], confidence)
    write_json(out, [{"test": key, **judged(test, table, measured, doubt)} for key, test in sorted(tests.items())])


def doubted(tried: "list[pd.DataFrame]", confidence: float, row: "pd.Series[Any]", measured: Measured) -> str:
    """What calibration says against a reading that rests on this row; empty where it says nothing."""
    if isinstance(measured, Synthesis) or not any(too_narrow(table, row, confidence) is not None for table in tried):
        return ""
    if isinstance(measured, ActivityOutcome):
        return ", though intervals from so few sites are too narrow"
    return ", though it was not tried whether intervals of shares from so few sites are too narrow"


def judged(test: FiveTest, table: "pd.DataFrame", measured: dict[str, Measured], doubt: Doubt) -> dict[str, Any]:
    """One test's state, the reason in words, and its indicators."""
    readings = [read(indicator, table, measured[indicator.outcome], doubt) for indicator in test.indicators]
    state = combined([reading["state"] for reading in readings])
    reasons = [str(reading["reason"]) for reading in readings]
    told = sentence("; ".join(reasons)) + ". " if reasons else ""
    facts = {"title": test.title, "statement": test.statement, "requirement": test.requirement}
    return facts | {"state": state, "reason": f"{told}{test.gap}", "gap": test.gap, "indicators": readings}


def read(indicator: Indicator, table: "pd.DataFrame", measured: Measured, doubt: Doubt) -> dict[str, Any]:
    """One indicator's state, with the change it rests on and the reason in words."""
    row = verdict_row(table, indicator.outcome, indicator.design)
    told = None if row is None else changed(row)
    state = judge(told, indicator.rule, measured) if told else "not assessable"
    # An interval that is too narrow may settle what a wider one would not; what it leaves open stays so.
    against = doubt(row, measured) if row is not None and state in ("met", "not met") else ""
    return {
        "outcome": indicator.outcome, "design": indicator.design, "term": VERDICT_TERMS[indicator.design],
        "rule": indicator.rule, "label": measured.label, "because": indicator.because, "state": state,
        "margin": measured.smallest_change,
        "reason": reason(told, state, indicator, measured) + against,
        "simulated": row is not None and bool(row["simulated"]), "scale": "" if row is None else row["scale"],
    }  # fmt: skip


def judge(told: Change, rule: str, measured: Measured) -> State:
    """The state that an interval allows.

    With m the smallest change that matters, ``improves`` asks for a gain of at least m and ``no_worse`` for a loss
    of no more than m. An interval wholly on the right side of that line is met, wholly on the wrong side not met;
    one that crosses it is uncertain, and so is a change without an interval.
    """
    low, high = gain(told, measured.good_direction)
    line = measured.smallest_change if rule == "improves" else -measured.smallest_change
    return "met" if low >= line else "not met" if high < line else "uncertain"


def combined(states: list[State]) -> State:
    """One state from several: any uncertainty shows, and nothing is averaged."""
    assessable = [state for state in states if state != "not assessable"]
    if not assessable:
        return "not assessable"
    if "uncertain" in assessable:
        return "uncertain"
    if len(set(assessable)) > 1 or len(assessable) < len(states):
        return "partly met" if "met" in assessable else "not met"
    return assessable[0]


def reason(told: Change | None, state: State, indicator: Indicator, measured: Measured) -> str:
    """Why an indicator has its state, in words, without the first capital and the full stop."""
    if told is None and indicator.design != "synthesis":
        return f"{measured.label} cannot be read, because its change could not be estimated"
    if told is None:
        return f"too few controlled evaluations give an interval for {measured.label}, so nothing is pooled"
    margin = f"{measured.smallest_change:g}{'%' if told.unit == '%' else ' percentage points'}"
    asked = f"a {'fall' if measured.good_direction == 'down' else 'rise'} of at least {margin}"
    harm = f"a {'rise' if measured.good_direction == 'down' else 'fall'} of more than {margin}"
    goal = asked if indicator.rule == "improves" else harm
    verdict = _verdict(state, indicator.rule)
    few = "" if told.known else ", because clusters are too few to tell it from chance"
    return f"{measured.label} changed by {told.signed()} ({told.interval()}), which {verdict} {goal}{few}"


def _verdict(state: State, rule: str) -> str:
    if state == "uncertain":
        return "neither shows nor rules out"
    return "shows" if (state == "met") == (rule == "improves") else "rules out"


if __name__ == "__main__":
    command(tests, given=escaped_plan)
