"""The five tests, put together from their verdicts, each with the reason in words.

No published scoring of the RCGP's five tests exists; the rules are this project's own and stand in the study.

``python -m analysis.assess.five_tests.five_tests --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.assess.verdicts.five_tests import indicator_key
from analysis.estimates import VERDICT_TERMS, read_estimates, verdict_row
from analysis.plain_text import escaped_plan
from analysis.plan.pilots import ActivityOutcome, ContactOutcome, SurveyOutcome
from analysis.plan.tests import FiveTest, Indicator
from analysis.steps import command, write_json
from analysis.study import Synthesis
from analysis.verdicts import Verdict, Verdicts, read_verdicts
from analysis.wording import Change, changed, sentence

if TYPE_CHECKING:
    import pandas as pd

Measured = ActivityOutcome | SurveyOutcome | ContactOutcome | Synthesis
# What is said against a reading that rests on a change, by what calibration says of its interval.
DOUBTS = {
    "too_narrow": ", though intervals from so few sites are too narrow",
    "untried": ", though it was not tried whether intervals of shares from so few sites are too narrow",
}


def tests(
    *,
    estimates: Path,
    verdicts: Path,
    tests: dict[str, FiveTest],
    outcomes: dict[str, ActivityOutcome | SurveyOutcome | ContactOutcome],
    syntheses: dict[str, Synthesis],
    out: Path,
) -> None:
    """Tell how each test reads, and why.

    Parameters
    ----------
    estimates, verdicts : Path
        The table of estimates, and how it was judged.
    tests : dict
        The five tests, as JSON.
    outcomes, syntheses : dict
        The plans of what the tests read, as JSON.
    out : Path
        The readings (JSON): per test its state, the reason in words, and every indicator with its own.
    """
    table, judged = read_estimates(estimates), read_verdicts(verdicts)
    measured: dict[str, Measured] = {**outcomes, **syntheses}
    told = [{"test": key, **told_test(key, test, table, judged, measured)} for key, test in sorted(tests.items())]
    write_json(out, told)


def told_test(
    key: str, test: FiveTest, table: "pd.DataFrame", verdicts: Verdicts, measured: dict[str, Measured]
) -> dict[str, Any]:
    """One test's state, the reason in words, and its indicators."""
    readings = [told_indicator(key, each, table, verdicts, measured[each.outcome]) for each in test.indicators]
    reasons = [str(reading["reason"]) for reading in readings]
    told = sentence("; ".join(reasons)) + ". " if reasons else ""
    facts = {"title": test.title, "statement": test.statement, "requirement": test.requirement}
    state = in_words(verdicts.of(key, "reading"))
    return facts | {"state": state, "reason": f"{told}{test.gap}", "gap": test.gap, "indicators": readings}


def told_indicator(
    test: str, indicator: Indicator, table: "pd.DataFrame", verdicts: Verdicts, measured: Measured
) -> dict[str, Any]:
    """One indicator's state, with the change it rests on and the reason in words."""
    row, read = verdict_row(table, indicator.outcome, indicator.design), indicator_key(indicator)
    verdict = verdicts.of(test, "reading", read)
    told = None if row is None else changed(row)
    # An interval that is too narrow may settle what a wider one would not; what it leaves open stays so.
    settled = not isinstance(measured, Synthesis) and (verdict.met or verdict.not_met)
    against = DOUBTS.get(verdicts.of(indicator.outcome, "narrow").verdict, "") if settled else ""
    return {
        "outcome": indicator.outcome, "design": indicator.design, "term": VERDICT_TERMS[indicator.design],
        "rule": indicator.rule, "label": measured.label, "because": indicator.because, "state": in_words(verdict),
        "margin": measured.smallest_change,
        "reason": reason(told, verdict, indicator, measured) + against,
        "simulated": verdict.simulated, "scale": "" if row is None else row["scale"],
    }  # fmt: skip


def in_words(verdict: Verdict) -> str:
    """A state as the paper names it: ``partly met``."""
    return verdict.verdict.replace("_", " ")


def reason(told: Change | None, verdict: Verdict, indicator: Indicator, measured: Measured) -> str:
    """Why an indicator has its state, in words, without the first capital and the full stop."""
    if told is None and indicator.design != "synthesis":
        return f"{measured.label} cannot be read, because its change could not be estimated"
    if told is None:
        return f"too few controlled evaluations give an interval for {measured.label}, so nothing is pooled"
    margin = f"{measured.smallest_change:g}{'%' if told.unit == '%' else ' percentage points'}"
    asked = indicator.rule == "improves"
    goal = f"a {'fall' if asked == (measured.good_direction == 'down') else 'rise'} of at least {margin}"
    few = "" if told.known else ", because clusters are too few to tell it from chance"
    return (
        f"{measured.label} changed by {told.signed()} ({told.interval()}), which {_shows(verdict, asked)} {goal}{few}"
    )


def _shows(verdict: Verdict, asked: bool) -> str:
    if verdict.uncertain:
        return "neither shows nor rules out"
    return "shows" if verdict.met == asked else "rules out"


if __name__ == "__main__":
    command(tests, given=escaped_plan)
