"""The five tests, put together from their verdicts, in codes; present puts them into words.

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

if TYPE_CHECKING:
    import pandas as pd

Measured = ActivityOutcome | SurveyOutcome | ContactOutcome | Synthesis
# What calibration may say against a reading that rests on an interval.
DOUBTS = ("too_narrow", "untried")


def tests(
    *,
    estimates: Path,
    verdicts: Path,
    tests: dict[str, FiveTest],
    outcomes: dict[str, ActivityOutcome | SurveyOutcome | ContactOutcome],
    syntheses: dict[str, Synthesis],
    out: Path,
) -> None:
    """Set down how each test reads, and on what that rests.

    Parameters
    ----------
    estimates, verdicts : Path
        The table of estimates, and how it was judged.
    tests : dict
        The five tests, as JSON.
    outcomes, syntheses : dict
        The plans of what the tests read, as JSON.
    out : Path
        The readings (JSON): per test its state, and every indicator with its own and what it does with the change that
        its rule asks about, all in codes.
    """
    table, judged = read_estimates(estimates), read_verdicts(verdicts)
    measured: dict[str, Measured] = {**outcomes, **syntheses}
    readings = [{"test": key, **read_test(key, test, table, judged, measured)} for key, test in sorted(tests.items())]
    write_json(out, readings)


def read_test(
    key: str, test: FiveTest, table: "pd.DataFrame", verdicts: Verdicts, measured: dict[str, Measured]
) -> dict[str, Any]:
    """One test's state, and its indicators."""
    read = [read_indicator(key, each, table, verdicts, measured[each.outcome]) for each in test.indicators]
    facts = {"title": test.title, "statement": test.statement, "requirement": test.requirement, "gap": test.gap}
    return facts | {"state": verdicts.of(key, "reading").verdict, "indicators": read}


def read_indicator(
    test: str, indicator: Indicator, table: "pd.DataFrame", verdicts: Verdicts, measured: Measured
) -> dict[str, Any]:
    """One indicator's state, and what the change that it rests on does with the one that is asked about."""
    row = verdict_row(table, indicator.outcome, indicator.design)
    verdict, improves = verdicts.of(test, "reading", indicator_key(indicator)), indicator.rule == "improves"
    # An interval that is too narrow may settle what a wider one would not; what it leaves open stays so.
    settled = not isinstance(measured, Synthesis) and (verdict.met or verdict.not_met)
    doubt = verdicts.of(indicator.outcome, "narrow").verdict if settled else ""
    return {
        "outcome": indicator.outcome, "design": indicator.design, "term": VERDICT_TERMS[indicator.design],
        "rule": indicator.rule, "label": measured.label, "because": indicator.because, "state": verdict.verdict,
        "margin": measured.smallest_change, "shows": _shows(verdict, improves),
        "goal": "fall" if improves == (measured.good_direction == "down") else "rise",
        "doubt": doubt if doubt in DOUBTS else "", "simulated": verdict.simulated,
        "scale": "" if row is None else row["scale"],
    }  # fmt: skip


def _shows(verdict: Verdict, improves: bool) -> str:
    """What an interval does with a gain, where one is asked for, or with a loss where none is allowed."""
    if not (verdict.met or verdict.not_met):
        return "leaves_open"
    return "shows" if verdict.met == improves else "rules_out"


if __name__ == "__main__":
    command(tests, given=escaped_plan)
