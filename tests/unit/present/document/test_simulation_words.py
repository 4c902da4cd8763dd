"""Of simulated pilots every summary says so, and a truth that was set to a published value is no evidence."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from analysis.answers import About, Question
from analysis.plan.calibration import Calibration
from analysis.present.calibration.page import primary_power
from analysis.present.document.simulation import page
from analysis.present.outcomes.benchmarks import Estimated, beside, circular
from analysis.present.outcomes.effects import drawn
from analysis.present.outcomes.panel import waves
from analysis.present.provenance.sources import Sources
from analysis.study import Study
from analysis.verdicts import Verdict, Verdicts
from analysis.wording import Change
from tests.judging import judged
from tests.unit.present.made_rows import clear_fall, context, row, table
from tests.unit.present.phrases import said

FELL, FLAT, ROSE = Change(-5, -8, -2, "%"), Change(1, -2, 4, "%"), Change(5, 2, 8, "%")
COLUMNS = ["outcome", "source", "scale", "value", "evidence_id", "programme", "population", "certainty", "detail"]
LABELS = {"a": "outcome A", "b": "outcome B", "c": "outcome C"}


def benchmarks(*, simulated: bool = True) -> pd.DataFrame:
    """A was set to its published value, B to one of another question, C to none."""
    missing = float("nan")
    pilots, nurse = ("Pilots", "people", "F-2nd"), "seeing the nurse of choice"
    rows = [
        ("a", "truth", "ratio", 1.02, "one", *pilots, "outcome A"),
        ("a", "published", "ratio", 1.02, "one", *pilots, "outcome A"),
        ("b", "truth", "points", -9.0, "two", *pilots, nurse),
        ("c", "truth", "ratio", 1.0, missing, missing, missing, missing, missing),
        ("c", "published", "ratio", 1.0, "three", *pilots, "outcome C"),
    ]
    return pd.DataFrame([each for each in rows if simulated or each[1] == "published"], columns=COLUMNS)


def test_a_truth_is_circular_only_where_it_was_set_to_the_value_beside_it() -> None:
    """C is as large as what was published of it, and was not set to it."""
    assert [circular(benchmarks(), name) for name in LABELS] == [True, False, False]
    assert not any(circular(benchmarks(simulated=False), name) for name in LABELS)


def truth(verdict: str) -> Verdict:
    return Verdict(about=About.OUTCOME, subject="x", question=Question.TRUTH, verdict=verdict, rule="holds")


def sources(*, simulated: bool) -> Sources:
    rows = table(clear_fall("a")).assign(simulated=simulated)
    plan: Any = SimpleNamespace(outcomes={name: SimpleNamespace(label=label) for name, label in LABELS.items()})
    made = replace(context([]), estimates=rows)
    beside = benchmarks(simulated=simulated)
    return Sources(context=made, plan=plan, verdicts=Verdicts([]), benchmarks=beside)


def test_it_is_said_what_agreement_is_worth() -> None:
    told = said("background/set-to", page(sources(simulated=True)))
    assert "the truth of outcome A was set to values published for real pilots" in told
    assert "It is no evidence on integrated care." in told
    assert "The truth of outcome B was set to a published value that is not set beside it here" in told
    assert "seeing the nurse of choice (Pilots; reported second-hand)" in told
    assert "outcome C" not in told
    assert "tests the method and is no evidence" in said("beside/by-construction", page(sources(simulated=True)))
    nothing = page(sources(simulated=False))
    assert nothing is None
    assert [said(name, nothing) for name in ("background/set-to", "beside/by-construction")] == ["", ""]


def test_truths_and_published_values_of_several_outcomes_are_told_once() -> None:
    estimates = [
        Estimated("a", "outcome A", truth("holds")),
        Estimated("b", "outcome B", truth("leaves_out")),
        Estimated("c", "outcome C", truth("leaves_out")),
    ]
    told = said("beside/beside", beside("outcomes", estimates, benchmarks()))
    assert told.count("planted in the simulation") == 1
    assert "+2.0% for outcome A, −9.0 points for outcome B and 0.0% for outcome C; the interval" in told
    assert "; the interval leaves out those for outcome B and outcome C and includes the other." in told
    assert "(Pilots: people; reported second-hand), to which the truth was set." in told
    assert told.count("to which") == 1
    observed = said("beside/beside", beside("outcomes", estimates, benchmarks(simulated=False)))
    assert "truth" not in observed
    assert "The values published for outcome A and outcome C are" in observed


@pytest.mark.parametrize(
    ("verdict", "ending"),
    [
        ("holds", "is +2.0%, which the interval includes."),
        ("leaves_out", "is +2.0%, which the interval leaves out."),
        ("unknown", "is +2.0%."),
    ],
)
def test_one_truth_is_told_by_itself(verdict: str, ending: str) -> None:
    text = said("beside/beside", beside("outcomes", [Estimated("a", "outcome A", truth(verdict))], benchmarks()))
    assert text.startswith(f"The truth planted in the simulation for outcome A {ending} The value published for")


def test_nothing_beside_leaves_no_word() -> None:
    assert said("beside/beside", beside("outcomes", [], benchmarks())) == ""
    assert said("beside/beside", beside("outcomes", [Estimated("z", "z", None)], benchmarks())) == ""


def calibrated(rejection: float, sites: int = 16) -> pd.DataFrame:
    common = {
        "design": "difference_in_differences", "estimator": "poisson_fixed_effects", "term": "effect", "sites": sites,
        "worlds": 1000, "horizon": "after", "coverage": 0.95, "coverage_low": 0.93, "coverage_high": 0.96,
        "rejection_low": 0.0, "rejection_high": 1.0,
    }  # fmt: skip
    return pd.DataFrame(
        [
            common | {"scenario": "no_effect", "effect": 1.0, "rejection": 0.06},
            common | {"scenario": "published_effect", "effect": 1.02, "rejection": rejection},
            common | {"scenario": "confounding_trend", "effect": 1.0, "rejection": 0.4},
        ]
    )


PLAN = Calibration(outcome="emergency_admissions")


def told(estimate: float, table: pd.DataFrame) -> tuple[str, str]:
    """What stands beside an estimate of 16 sites, and in short."""
    found = [row(PLAN.outcome, "effect", estimate, 0.02, treated_clusters=16, comparison_clusters=9)]
    verdict = "unclear" if abs(estimate - 1) < 0.02 else "rose"
    direction = Verdict(
        about=About.OUTCOME, subject=PLAN.outcome, question=Question.DIRECTION, verdict=verdict, rule="direction"
    )
    verdicts = Verdicts([direction, *judged(context(found).estimates, calibration=PLAN, worlds=(table,))])
    asked: Any = SimpleNamespace(calibration=PLAN)
    sources = Sources(context=context(found), plan=asked, verdicts=verdicts, benchmarks=benchmarks())
    page: Any = SimpleNamespace(power=primary_power(sources, PLAN, table, "default.csv"))
    return said("calibration/power", page), said("calibration/short-power", page)


def test_power_stands_beside_a_finding_that_is_not_clear() -> None:
    long, short = told(1.01, calibrated(0.49))
    assert "this test saw it in 49% (the published effect) of all worlds." in long
    assert long.endswith("So that no change is clear here says little.")
    assert short == "With as many sites, such a test saw the published effect in 49% of simulated worlds."
    assert told(1.05, calibrated(0.49)) == ("", "")
    assert told(1.01, calibrated(0.49, sites=8)) == ("", "")


@pytest.mark.parametrize(("share", "little"), [(0.79, True), (0.8, False), (0.9, False)])
def test_a_test_that_sees_four_in_five_is_not_called_weak(share: float, little: bool) -> None:
    assert ("says little" in told(1.01, calibrated(share))[0]) == little


def test_a_calibration_of_another_plan_says_nothing() -> None:
    assert [said(f"calibration/{name}", None) for name in ("power", "short-power")] == ["", ""]


def test_the_table_of_effects_knows_what_was_set(study: Study, prepared: Path) -> None:
    names = ("emergency_admissions", "elective_admissions", "outpatient_attendances", "continuity")
    outcomes = {name: study.outcomes[name] for name in names}
    rows = drawn(
        table([each for name in names for each in clear_fall(name)]), pd.read_csv(prepared / "benchmarks.csv"), outcomes
    )
    assert dict(zip(rows["outcome"], rows["set_to"], strict=True)) == dict.fromkeys(names[:3], True) | {
        "continuity": False
    }


def test_waves_of_a_survey_are_counted_by_practice() -> None:
    counts = {"pilot_practices": [10, 10], "comparison_practices": [20, 20], "cells_expected": [60, 120]}
    quality = pd.DataFrame({"source": "survey", "series": ["twice", "often"]} | counts)
    assert [waves(quality, name) for name in ("twice", "often", "never")] == [2, 4, 0]
