"""Whether intervals and tests kept their promise in simulated worlds, by Wilson's interval of how often they did."""

from typing import Any

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.answers import UNKNOWN, About, Question
from analysis.assess.verdicts.rules.calibration import Share, alarms, held
from analysis.plan.calibration import Calibration, Scenario
from tests.judging import judged
from tests.unit.present.made_rows import row, table

OUTCOME = "emergency_admissions"
PLAN = Calibration(
    outcome=OUTCOME,
    scenarios={
        "none": Scenario(label="no effect", effect=1.0), "some": Scenario(label="an effect", effect=0.9),
        "drift": Scenario(label="a trend", effect=1.0, pilot_trend=0.1),
    },
)  # fmt: skip
PRIMARY = "difference_in_differences/poisson_fixed_effects/effect/after"
NAN = float("nan")


def share(worlds: int, of: int) -> Share:
    low, high = proportion_confint(worlds, of, method="wilson")
    return worlds / of, float(low), float(high)


@pytest.mark.parametrize(
    ("worlds", "of", "answer"),
    [
        # Wilson's upper ends of the first two are 0.922 and 0.939, and lower ends of the last two 0.974 and 0.950.
        (905, 1000, "too_narrow"), (1858, 2000, "perhaps_too_narrow"), (1860, 2000, "as_promised"),
        (950, 1000, "as_promised"), (970, 1000, "as_promised"), (984, 1000, "too_wide"),
        (196, 200, "perhaps_too_wide"),
    ],
)  # fmt: skip
def test_intervals_that_promise_95_per_cent(worlds: int, of: int, answer: str) -> None:
    assert held(share(worlds, of), 0.95) == answer
    # A test that sees something where its interval leaves out the truth errs as often.
    seen = {"narrow": "often", "wide": "seldom"}
    mirrored = answer if answer == "as_promised" else f"{answer.rpartition('_')[0]}_{seen[answer.rpartition('_')[2]]}"
    # Shares of exactly two points beside the promise are no whole binary fractions, so that they are not mirrored.
    if (worlds, of) not in ((1860, 2000), (970, 1000)):
        assert alarms(share(of - worlds, of), 0.95) == mirrored


def test_what_was_not_measured_is_not_judged() -> None:
    assert held((NAN, NAN, NAN), 0.95) == alarms((NAN, NAN, NAN), 0.95) == UNKNOWN


def tried(**told: Any) -> dict[str, Any]:
    usual = {
        "design": "difference_in_differences", "estimator": "poisson_fixed_effects", "term": "effect",
        "horizon": "after", "scenario": "none", "sites": 16, "effect": 1.0, "worlds": 1000,
    }  # fmt: skip
    shares = {"coverage": share(905, 1000), "rejection": share(50, 1000)}
    ends = {
        f"{name}{end}": each for name, s in shares.items() for end, each in zip(("", "_low", "_high"), s, strict=True)
    }
    return usual | ends | told


def verdicts(*rows: dict[str, Any], plan: Calibration | None = PLAN) -> dict[str, str]:
    found = judged(
        table([row(OUTCOME, "effect", 1.0, 0.1, treated_clusters=16, comparison_clusters=40)]),
        calibration=plan, worlds=(pd.DataFrame(list(rows)),),
    )  # fmt: skip
    return {
        f"{each.subject} {each.check} {each.question}": each.verdict
        for each in found
        if each.about == About.CALIBRATION
    }


def test_only_what_counts_is_judged() -> None:
    assert verdicts(
        tried(), tried(scenario="some", sites=8, effect=0.9), tried(scenario="drift"), tried(sites=4, worlds=199)
    ) == {
        f"{PRIMARY} none/16 held": "too_narrow", f"{PRIMARY} none/16 alarms": "as_promised",
        f"{PRIMARY} some/8 held": "too_narrow",
    }  # fmt: skip
    assert verdicts(tried(), plan=None) == {}


@pytest.mark.parametrize(("seen", "answer"), [(0.5, "weak"), (0.8, "strong")])
def test_whether_the_primary_test_could_notice_is_judged_with_as_many_sites(seen: float, answer: str) -> None:
    there = {"scenario": "some", "effect": 0.9}
    known = verdicts(tried(**there, rejection=seen), tried(**there, sites=4, rejection=0.1))
    assert known[f"{OUTCOME}  {Question.POWER}"] == answer
    assert Question.POWER not in "".join(verdicts(tried(**there, sites=4)))
