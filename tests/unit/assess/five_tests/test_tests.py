"""The five tests: that words, state and verdict agree. The rules themselves are tested beside the verdicts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.answers import ANSWERS, Question
from analysis.assess.calibration.narrow import read_tried
from analysis.assess.five_tests.five_tests import read_test
from analysis.assess.five_tests.five_tests import tests as assess
from analysis.assess.verdicts.rules import changes
from analysis.assess.verdicts.rules.readings import indicator as indicator_state
from analysis.estimate.table import stamped
from analysis.estimates import COLUMNS, Estimate, pick, read_estimates, write_part
from analysis.plan.tests import FiveTest, Indicator
from analysis.present.five_tests.page import readings_page
from analysis.steps import Paths, read_json
from analysis.study import Study, Synthesis, read_study
from analysis.tables import Kind, Lineage, Source, write_csv
from analysis.wording import Change
from tests.judging import judged, write_judged
from tests.unit.present import made_rows
from tests.unit.present.phrases import said, section

RULES = ("improves", "no_worse")


def measured(good: str = "down", smallest: float = 3.0) -> Synthesis:
    words = {"label": "admissions", "outcome": "emergency_admissions", "good_direction": good}
    return Synthesis.model_validate(words | {"smallest_change": smallest})


def indicator(rule: str) -> Indicator:
    words = {"outcome": "pooled_admissions", "design": "synthesis", "rule": rule, "because": "It matters."}
    return Indicator.model_validate(words)


def words(rule: str, low: float, high: float, good: str = "down", scale: str = "ratio") -> str:
    """What is said of a test with one indicator, whose change has this interval."""
    unit = 100 if scale == "ratio" else 1
    ends = [(end / unit + 1) if scale == "ratio" else end for end in ((low + high) / 2, low, high)]
    table = made_rows.table([replace(row("pooled_admissions", *ends), scale=scale)])
    plan, test = (
        measured(good),
        FiveTest(title="t", requirement="should", statement="s", gap="", indicators=(indicator(rule),)),
    )
    verdicts = judged(table, tests={"T3": test}, syntheses={"pooled_admissions": plan})
    read = read_test("T3", test, table, verdicts, {"pooled_admissions": plan}) | {"test": "T3"}
    page = readings_page([read], replace(made_rows.context([]), estimates=table))
    return said("five_tests/reason", page.T3)


WORDS = {
    ("improves", -6, -3): "shows a fall of at least 3%",
    ("improves", -2, 4): "rules out a fall of at least 3%",
    ("improves", -4, 1): "neither shows nor rules out a fall of at least 3%",
    ("no_worse", -4, 2): "rules out a rise of at least 3%",
    ("no_worse", 3, 6): "shows a rise of at least 3%",
    ("no_worse", 1, 4): "neither shows nor rules out a rise of at least 3%",
}


@pytest.mark.parametrize(("rule", "low", "high"), list(WORDS))
def test_words_never_contradict_the_state(rule: str, low: float, high: float) -> None:
    assert words(rule, low, high).endswith(f", which {WORDS[rule, low, high]}.")


ENDS = st.integers(-8, 8).map(float)


@settings(max_examples=25)
@given(ENDS, ENDS, st.sampled_from(RULES), st.sampled_from(["up", "down"]))
def test_words_are_true_of_the_interval(first: float, second: float, rule: str, good: str) -> None:
    low, high = sorted((first, second))
    change, told = Change((low + high) / 2, low, high, "%"), words(rule, low, high, good)
    said = told.partition("which ")[2]
    # How far each end goes in the direction that the verdict names, and whether that is as far as it says.
    sizes = (low, high) if " rise " in said else (-low, -high)
    reached = [size >= 3 for size in sizes]
    if said.startswith("shows"):
        assert all(reached)
    elif said.startswith("rules out"):
        assert not any(reached)
    else:
        assert said.startswith("neither shows nor rules out")
        assert any(reached)
        assert not all(reached)
    assert f"{change.signed()} ({change.interval()})" in told


def test_points_are_called_percentage_points() -> None:
    told = words("no_worse", -10, -4, "up", "points")
    assert told == (
        "Admissions changed by −7.0 points (−10.0 to −4.0 points), which shows a fall of at least 3 percentage points."
    )


def row(outcome: str, estimate: float, low: float, high: float) -> Estimate:
    return Estimate(
        outcome=outcome, population="everybody", design="synthesis", estimator="by_hand", term="pooled", scale="ratio",
        estimate=estimate, specification="in_synthesis", std_error=0.01, ci_low=low, ci_high=high,
    )  # fmt: skip


def readings(
    folder: Path, study: Study, kind: Kind, *rows: Estimate, calibration: Paths = ()
) -> dict[str, dict[str, Any]]:
    write_part(folder / "part.parquet", rows, Lineage((Source("evidence", "0" * 64, kind),)), __spec__)
    write_csv(folder / "estimates.csv", stamped([folder / "part.parquet"], study.name, study.plan_digest())[0])
    tried = tuple(read_tried(path) for path in calibration)
    verdicts = write_judged(folder / "estimates.csv", study, folder / "verdicts.csv", tried=tried)
    assess(
        estimates=folder / "estimates.csv", verdicts=verdicts, tests={**study.tests}, outcomes=study.outcomes,
        syntheses=study.syntheses, out=folder / "tests.json",
    )  # fmt: skip
    return {each["test"]: each for each in read_json(folder / "tests.json")}


@pytest.fixture
def without_pilots(root: Path) -> Study:
    return read_study(root / "studies" / "evidence.yaml")


def test_a_study_without_pilots(tmp_path: Path, without_pilots: Study) -> None:
    assert without_pilots.pilots is None
    pooled = [row("published_emergency", 0.9, 0.85, 0.95), row("published_elective", 0.99, 0.97, 1.01)]
    read = readings(tmp_path, without_pilots, "published", *pooled)
    assert list(read) == ["T1", "T2", "T3", "T4", "T5"]
    states = {each["outcome"]: each["state"] for each in read["T3"]["indicators"]}
    assert states == {
        "published_outpatient": "not_assessable", "published_elective": "met", "published_emergency": "met",
    }  # fmt: skip
    assert read["T3"]["state"] == "partly_met"
    assert {read[test]["state"] for test in ("T1", "T2", "T4", "T5")} == {"not_assessable"}


@pytest.mark.parametrize(("kind", "label"), [("simulated", True), ("published", False)])
def test_readings_know_what_is_simulated(tmp_path: Path, without_pilots: Study, kind: Kind, label: bool) -> None:
    read = readings(tmp_path, without_pilots, kind, row("published_emergency", 0.9, 0.85, 0.95))
    known = {each["outcome"]: each["simulated"] for each in read["T3"]["indicators"]}
    assert known["published_emergency"] == label
    assert known["published_elective"] is False


def test_every_reading_of_the_small_world_follows_from_its_row(results: Path, study: Study) -> None:
    table = read_estimates(results / "estimates.csv")
    for read in read_json(results / "tests.json"):
        assert read["state"] in ANSWERS[Question.READING]
        for each in read["indicators"]:
            found = pick(table, outcome=each["outcome"], term="effect", scale=each["scale"]).iloc[0]
            assert each["margin"] == study.outcomes[each["outcome"]].smallest_change
            bounds = [found["ci_low"], found["ci_high"]]
            low, high = [100 * (end - 1) for end in bounds] if each["scale"] == "ratio" else bounds
            better, worse = (
                rule((low, high), study.outcomes[each["outcome"]].good_direction, each["margin"])
                for rule in (changes.better, changes.worse)
            )
            assert each["state"] == indicator_state(each["rule"], better, worse)


@pytest.mark.parametrize(
    ("sites", "low", "high", "state", "doubted"),
    [
        (4, 0.90, 0.95, "met", True),
        (4, 0.98, 1.05, "not_met", True),
        (4, 0.90, 1.05, "uncertain", False),
        (16, 0.90, 0.95, "met", False),
    ],
)
def test_a_reading_that_rests_on_too_narrow_an_interval_says_so(
    study: Study, tmp_path: Path, sites: int, low: float, high: float, state: str, doubted: bool
) -> None:
    told = {
        "design": "difference_in_differences", "estimator": "poisson_fixed_effects", "term": "effect",
        "scenario": "no_effect", "worlds": 1000,
    }  # fmt: skip
    held = [{"sites": 4, "coverage": 0.855, "coverage_high": 0.875}, {"sites": 16, "coverage": 0.94}]
    pd.DataFrame([told | each for each in held]).fillna({"coverage_high": 0.95}).to_csv(tmp_path / "tried.csv")
    effect = Estimate(
        outcome="emergency_admissions", population="", design="difference_in_differences",
        estimator="poisson_fixed_effects", specification="primary", term="effect", horizon="after", scale="ratio",
        estimate=(low + high) / 2, std_error=0.01, ci_low=low, ci_high=high, n_obs=9, treated_clusters=sites,
        comparison_clusters=9,
    )  # fmt: skip
    read = readings(tmp_path, study, "published", effect, calibration=(tmp_path / "tried.csv",))["T3"]
    (told_of,) = [each for each in read["indicators"] if each["outcome"] == "emergency_admissions"]
    assert told_of["state"] == state
    assert told_of["doubt"] == ("too_narrow" if doubted else "")
    table = read_estimates(tmp_path / "estimates.csv").assign(data_digest=made_rows.LINEAGE)
    page = readings_page([read], replace(made_rows.context([]), estimates=table))
    assert ("though intervals from so few sites are too narrow" in said("five_tests/reason", page.T3)) == doubted


def test_a_five_test_without_indicators_is_not_assessable(study: Study) -> None:
    bare = FiveTest(title="t", requirement="should", statement="s", gap="Nobody asked.")
    table = pd.DataFrame(columns=COLUMNS)
    read = read_test("T1", bare, table, judged(table, tests={"T1": bare}), {}) | {"test": "T1"}
    assert read["state"] == "not_assessable"
    assert said("five_tests/read", readings_page([read], made_rows.context([])).T1) == (
        "s Reading: [Not assessable]{.state .not-assessable}. Nobody asked."
    )


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([("met", True), *[("not_assessable", False)] * 4],
         "Of the five tests, read on simulated pilots, one is met and four cannot be assessed from these data."),
        ([("met", False), *[("not_assessable", False)] * 4],
         "Of the five tests, one is met and four cannot be assessed from these data."),
        ([(each, False) for each in ("not_assessable", "not_met", "met", "not_assessable", "uncertain")],
         "Of the five tests, one is met, one is not met, one is uncertain and two cannot be assessed from these data."),
        ([("met", False)] * 5, "Of the five tests, five are met."),
        ([("uncertain", False)] * 2, "The plan reads two of the five tests: two are uncertain."),
        ([("not_met", True), ("partly_met", False)],
         "The plan reads two of the five tests on simulated pilots: one is partly met and one is not met."),
        ([("not_assessable", False)] * 5, "None of the five tests can be assessed from these data."),
        ([("not_assessable", False)], "The plan reads one of the five tests: one cannot be assessed from these data."),
    ],
)  # fmt: skip
def test_how_many_tests_read_how(states: list[tuple[str, bool]], told: str) -> None:
    facts = {"title": "t", "statement": "s", "gap": "g"}
    shared = {"outcome": "x", "design": "synthesis", "label": "x", "state": "met", "margin": 3, "scale": "ratio",
              "shows": "shows", "goal": "fall", "doubt": ""}  # fmt: skip
    read = [
        facts | {"test": f"T{at}", "state": state, "indicators": [shared | {"simulated": simulated}]}
        for at, (state, simulated) in enumerate(states, 1)
    ]
    assert said("five_tests/summary", readings_page(read, made_rows.context([]))) == told


def test_the_plan_describes_the_rule_that_is_used() -> None:
    described = str(Indicator.model_json_schema()["properties"]["rule"]["description"])
    assert described.endswith("'improves' asks for a gain of at least m, 'no_worse' for no loss of m or more.")
    assert changes.better((3, 4), "up", 3) == changes.worse((3, 4), "down", 3) == "shown"


@pytest.mark.parametrize("simulated", [True, False])
def test_the_table_of_tests_has_a_line_for_each_and_says_what_is_simulated(simulated: bool) -> None:
    shared = {"outcome": "x", "design": "synthesis", "label": "x", "state": "met", "margin": 3, "scale": "ratio",
              "shows": "shows", "goal": "fall", "doubt": "", "simulated": simulated}  # fmt: skip
    facts = {"title": "t", "statement": "s", "gap": "Nobody asked.", "state": "uncertain", "indicators": [shared]}
    page = readings_page([facts | {"test": "T1"}, facts | {"test": "T2"}], made_rows.context([]))
    text = section("five_tests/table", {"tests": page})
    assert text.count("[Uncertain]{.state .uncertain} | Too few controlled evaluations give an interval for x, so") == 2
    assert ("Simulated data." in text) == simulated
