"""What made results are judged to say, and that judgements of one table never contradict each other."""

from typing import Any, Literal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.answers import About
from analysis.assess.verdicts import checks as judged_checks
from analysis.estimates import Estimate
from analysis.plan.pilots import ActivityOutcome, ContactOutcome, SurveyOutcome
from analysis.plan.practices import Gradient
from analysis.plan.sensitivity import Check, Checks
from analysis.plan.tests import FiveTest
from analysis.study import Study
from analysis.verdicts import Verdicts
from tests.judging import judged
from tests.unit.present.made_rows import clear_fall, every_check, methods, other_designs, row, statistic, table, unclear

ELECTIVE, EMERGENCY = "elective_admissions", "emergency_admissions"
Outcomes = dict[str, ActivityOutcome | SurveyOutcome | ContactOutcome]


@pytest.fixture(scope="module")
def checks(study: Study) -> Checks:
    return study.checks(*{check.kind for check in study.sensitivity.values()})


def pilots(study: Study) -> Outcomes:
    return {name: study.outcomes[name] for name in (EMERGENCY, ELECTIVE, "continuity")}


def effect(outcome: str, low: float, high: float, **more: Any) -> Estimate:
    """An effect by the two ends of its interval, in per cent or, for continuity, in points."""
    points = outcome == "continuity"
    low, high = (low, high) if points else (1 + low / 100, 1 + high / 100)
    usual: dict[str, Any] = {"scale": "points" if points else "ratio", "p_value": 0.04, "std_error": 0.01}
    return row(outcome, "effect", (low + high) / 2, (high - low) / 2, **usual | more)


def test_a_gain_that_stays_open_is_not_told_as_none(study: Study) -> None:
    """Emergency admissions by -9 to +0.2 per cent, continuity by -5 to -1 points, of both 3 matter."""
    told = judged(table([effect(EMERGENCY, -9, 0.2), effect("continuity", -5, -1)]), outcomes=pilots(study))
    assert told.of(EMERGENCY, "direction").unclear
    assert told.of(EMERGENCY, "better").open
    assert told.of("continuity", "worse").open
    both = told.of(EMERGENCY, "together", "continuity")
    assert both.paid_gain_open
    assert not both.paid
    assert len(both.estimates) == 2


ENDS = st.integers(-9, 9)


@given(ENDS, ENDS, ENDS, ENDS)
def test_the_two_together_say_what_each_says(first: int, second: int, third: int, fourth: int) -> None:
    spans = [sorted((first, second)), sorted((third, fourth))]
    told = judged(
        table([effect(EMERGENCY, *spans[0]), effect("continuity", *spans[1])]),
        outcomes={EMERGENCY: plan("down"), "continuity": plan("up")},
    )
    both = told.of(EMERGENCY, "together", "continuity")
    gain, loss = told.of(EMERGENCY, "better"), told.of("continuity", "worse")
    if both.paid or both.neither:
        assert gain.ruled_out
    if both.gained or both.neither:
        assert loss.ruled_out
    if both.trade or both.gained or both.gained_loss_open:
        assert told.of(EMERGENCY, "direction").fell
        assert not gain.ruled_out
    if both.trade or both.paid or both.paid_gain_open:
        assert told.of("continuity", "direction").fell
        assert not loss.ruled_out


def plan(good: Literal["up", "down"]) -> ActivityOutcome:
    return ActivityOutcome(
        kind="activity", label="visits", measure="visits", good_direction=good, smallest_change=3,
        designs=("difference_in_differences",),
    )  # fmt: skip


def without(outcome: str, low: float, high: float, site: str) -> Estimate:
    return effect(outcome, low, high, specification="without_each_site", subgroup=f"without {site}")


@pytest.mark.parametrize(
    ("sites", "answer"),
    [
        ({"A": (1, 9), "B": (-6, -2)}, "decides"),  # -4% over all, +5% without A: clear in both, and turned
        ({"A": (-6, 1), "B": (-6, -2)}, "decides"),
        ({"A": (-7, -2), "B": (-6, -2)}, "none_decides"),
    ],
)
def test_a_site_without_which_the_finding_turns_decides(
    study: Study, checks: Checks, sites: dict[str, tuple[float, float]], answer: str
) -> None:
    rows = [effect(ELECTIVE, -6, -2), *(without(ELECTIVE, *span, site) for site, span in sites.items())]
    told = judged(table(rows), outcomes=pilots(study), checks=checks)
    assert told.of(ELECTIVE, "one_site", "without_each_site").verdict == answer
    each = {one.check: one for one in told.each(ELECTIVE, "survives", About.CHECK) if "/" in one.check}
    assert set(each) == {f"without_each_site/{site}" for site in sites}
    assert any(one.lost for one in each.values()) == (answer == "decides")


class NewCheck(Check):
    """A kind of check that nobody has thought of yet."""

    kind: Literal["new"] = "new"


def test_a_new_kind_of_check_counts_among_the_other_choices(study: Study, checks: Checks) -> None:
    asked: Any = checks | {"newest": NewCheck(label="in a new way", outcomes=(ELECTIVE,))}
    rows = [*clear_fall(), *every_check(ELECTIVE)]
    known = judged(table(rows), outcomes=pilots(study), checks=checks).of(ELECTIVE, "all_checks")
    odd = row(ELECTIVE, "effect", 1.05, 0.02, specification="newest")
    told = judged(table([*rows, odd]), outcomes=pilots(study), checks=asked)
    assert told.of(ELECTIVE, "survives", "newest").turns
    assert len(told.of(ELECTIVE, "all_checks").estimates) == len(known.estimates) + 1


def test_every_kind_of_check_is_judged_or_says_that_it_is_not(checks: Checks) -> None:
    """Kinds that ask something else are named where they are judged; all others are another choice."""
    other = {check.kind for check in checks.values() if not check.choice}
    assert other == set(judged_checks.KINDS)


def test_checks_of_a_clear_finding(study: Study, checks: Checks) -> None:
    rows = [*clear_fall(), *every_check(ELECTIVE), *methods(ELECTIVE), *other_designs(ELECTIVE)]
    told = judged(table(rows), outcomes=pilots(study), checks=checks)
    assert told.of(ELECTIVE, "survives", "quasi_poisson").survives
    assert told.of(ELECTIVE, "survives", "same_regions").fades
    assert told.of(ELECTIVE, "holds_finding", "same_regions").holds
    assert told.of(ELECTIVE, "survives", "linear_rates").reason == "not_estimated"
    every = told.of(ELECTIVE, "all_checks")
    assert every.some_leave
    # It rests on the finding and on the one check that undoes it.
    assert [key[5] for key in every.estimates] == ["primary", "same_regions"]
    assert told.of(ELECTIVE, "direction", "a_year_early").unclear
    assert told.of(ELECTIVE, "dose", "longer_exposure").more
    assert told.of(ELECTIVE, "groups", "by_deprivation").unclear
    assert told.of(ELECTIVE, "drift", "diverging_trends").survives
    assert told.of(ELECTIVE, "bend", "diverging_trends").survives
    assert told.of(ELECTIVE, "choices", "every_choice").most
    assert told.of(ELECTIVE, "methods").agree
    designs = {each.check: each.verdict for each in told.each(ELECTIVE, "survives", About.DESIGN)}
    assert designs == {
        "staggered/callaway_santanna_never": "survives", "staggered/two_way_fixed_effects": "fades",
        "synthetic_control/synthetic_control": "survives",
    }  # fmt: skip
    assert told.of(ELECTIVE, "designs").some_agree


def test_an_unclear_finding_survives_nothing(study: Study, checks: Checks) -> None:
    told = judged(table([*unclear(), *every_check(EMERGENCY)]), outcomes=pilots(study), checks=checks)
    assert {each.verdict for each in told.each(EMERGENCY, "survives")} <= {"stays_unclear", "appears", "unknown"}
    assert told.of(EMERGENCY, "drift", "diverging_trends").reason == "no_finding"


def test_of_what_was_not_estimated_nothing_is_known(study: Study, checks: Checks) -> None:
    told = judged(table([]), study, checks=checks)
    for each in told:
        assert each.unknown or each.not_assessable
        assert each.estimates == ()
        assert not each.simulated
        assert each.data_digest == ""
    assert told.of(EMERGENCY, "better").reason == "not_estimated"
    assert told.of("T3", "reading").not_assessable


def test_too_few_clusters_are_a_reason_of_their_own(study: Study, checks: Checks) -> None:
    few = effect(EMERGENCY, -9, -5, treated_clusters=1, comparison_clusters=9)
    bare = table([few]).assign(ci_low=float("nan"), ci_high=float("nan"), std_error=float("nan"), p_value=0.01)
    told = judged(bare, study, checks=checks)
    assert told.of(EMERGENCY, "direction").reason == "too_few_clusters"
    assert told.of(EMERGENCY, "better").unknown
    assert told.of(EMERGENCY, "chance").more
    assert told.of("T3", "reading", f"{EMERGENCY}/improves").uncertain


def before(joint: float, slope: float, power: float) -> list[Estimate]:
    event: dict[str, Any] = {"design": "event_study"}
    return [
        *unclear(),
        statistic(EMERGENCY, "pre_trend", 1.0, p_value=joint, **event),
        row(EMERGENCY, "pre_trend_slope", 1.01, 0.02, p_value=slope, **event),
        statistic(EMERGENCY, "pre_trend_power", power, **event),
    ]


@pytest.mark.parametrize(
    ("joint", "slope", "power", "answers"),
    [
        (0.2, 0.3, 0.79, ("silent", "silent", "weak")),
        (0.2, 0.01, 0.8, ("speaks", "silent", "strong")),
        (0.04, 0.3, 0.5, ("speaks", "speaks", "weak")),
    ],
)
def test_the_months_before_the_start(
    study: Study, joint: float, slope: float, power: float, answers: tuple[str, str, str]
) -> None:
    told = judged(table(before(joint, slope, power)), outcomes=pilots(study))
    both, first = told.of(EMERGENCY, "pre_trend"), told.of(EMERGENCY, "pre_trend", "pre_trend")
    assert (both.verdict, first.verdict, told.of(EMERGENCY, "power").verdict) == answers


@pytest.mark.parametrize(
    ("evidence_id", "published"), [("icp", "by_construction"), ("another", "leaves_out"), (None, "leaves_out")]
)
def test_a_value_to_which_the_truth_was_set_agrees_by_construction(
    study: Study, evidence_id: str | None, published: str
) -> None:
    beside = pd.DataFrame([
        {"outcome": ELECTIVE, "source": "truth", "scale": "ratio", "value": 0.96, "evidence_id": evidence_id},
        {"outcome": ELECTIVE, "source": "published", "scale": "ratio", "value": 1.2, "evidence_id": "icp"},
    ])  # fmt: skip
    told = judged(table(clear_fall()), outcomes=pilots(study), benchmarks={About.OUTCOME: beside})
    assert told.of(ELECTIVE, "truth").holds
    assert told.of(ELECTIVE, "published").verdict == published


def test_intervals_that_calibration_finds_too_narrow(study: Study) -> None:
    world = {
        "design": "difference_in_differences", "estimator": "poisson_fixed_effects", "term": "effect",
        "scenario": "no_effect", "worlds": 1000,
    }  # fmt: skip
    tried = (pd.DataFrame([world | {"sites": 4, "coverage_high": 0.9}, world | {"sites": 16, "coverage_high": 0.95}]),)
    for clusters, count, share in ((4, "too_narrow", "untried"), (16, "wide_enough", "wide_enough")):
        rows = [
            effect(name, -6, -2, treated_clusters=clusters, comparison_clusters=9) for name in (EMERGENCY, "continuity")
        ]
        told = judged(table(rows), outcomes=pilots(study), tried=tried)
        assert told.of(EMERGENCY, "narrow").verdict == count
        assert told.of("continuity", "narrow").verdict == share
    assert judged(table(rows), outcomes=pilots(study)).of(EMERGENCY, "narrow").reason == "not_tried"


def test_a_question_and_what_was_claimed() -> None:
    value = {"measure": "see_preferred_gp", "year": 2023}
    asked = Gradient.model_validate(
        {"kind": "gradient", "label": "larger", "outcome": value, "exposure": value | {"measure": "list_size"},
         "claim": "down", "knots": 4, "good_direction": "up"}
    )  # fmt: skip
    slope = row("larger", "per_doubling", -2.0, 1.0, design="cross_section", scale="points", specification="unadjusted")
    bend = statistic("larger", "nonlinearity", 9.0, p_value=0.01, design="cross_section")
    told = judged(table([slope, bend]), questions={"larger": asked, "open": asked})
    assert told.of("larger", "direction").fell
    assert told.of("larger", "claim").agrees
    assert told.of("larger", "straight").bends
    assert told.of("open", "claim").reason == "not_estimated"


def test_two_indicators_of_one_outcome_are_told_apart(study: Study) -> None:
    asked = [
        {"outcome": EMERGENCY, "design": "difference_in_differences", "rule": rule, "because": "It matters."}
        for rule in ("improves", "no_worse")
    ]
    test = FiveTest.model_validate(
        {"title": "t", "requirement": "should", "statement": "s", "gap": "g", "indicators": asked}
    )
    told = judged(table([effect(EMERGENCY, -2, 2)]), outcomes=pilots(study), tests={"T3": test})
    assert told.of("T3", "reading", f"{EMERGENCY}/improves").not_met
    assert told.of("T3", "reading", f"{EMERGENCY}/no_worse").met
    assert told.of("T3", "reading").partly_met


def test_nothing_is_told_twice(study: Study, checks: Checks) -> None:
    rows = [*clear_fall(), *unclear(), *every_check(ELECTIVE), *methods(ELECTIVE), *other_designs(ELECTIVE)]
    told: Verdicts = judged(table(rows), study, checks=checks)
    keys = [(each.about, each.subject, each.check, each.question, each.estimates) for each in told]
    assert len(keys) == len(set(keys))
