"""What makes a cell of the grid: no test is stronger than its weakest needed indicator, and no average hides one."""

import itertools
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.assess.five_tests.cells import STATES, Source, grade, of_code, of_effect, of_test, weakest
from analysis.plan.codebook import Codebook, CodedTest, EffectIndicator, read_codebook
from analysis.steps import Problem

BOOK = Path("reports/coding/tests.yml")


@cache
def book() -> Codebook:
    return read_codebook(BOOK)


def states_of(test: CodedTest) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({name: st.sampled_from(STATES) for name in test.indicators})


@given(st.data())
def test_no_test_is_stronger_than_its_weakest_needed_indicator(data: st.DataObject) -> None:
    for test in book().tests.values():
        states = data.draw(states_of(test))
        state, _ = of_test(states, test)
        for name, each in test.indicators.items():
            if each.needed and each.can_fail:
                assert STATES.index(state) <= STATES.index(states[name])


@given(st.data())
def test_an_indicator_that_cannot_fail_a_test_does_not_fail_it(data: st.DataObject) -> None:
    for test in book().tests.values():
        states = data.draw(states_of(test))
        only = {
            name: "met" if each.can_fail and states[name] == "not_met" else states[name]
            for name, each in test.indicators.items()
        }
        assert of_test(only, test)[0] != "not_met"


@given(st.data())
def test_a_better_indicator_never_makes_a_test_worse(data: st.DataObject) -> None:
    for test in book().tests.values():
        states = data.draw(states_of(test))
        before = STATES.index(of_test(states, test)[0])
        for name in test.indicators:
            for better in STATES[STATES.index(states[name]) :]:
                assert STATES.index(of_test(states | {name: better}, test)[0]) >= before


def test_one_item_of_one_survey_cannot_fail_the_independent_advocate() -> None:
    test = book().tests["T2"]
    assert of_test({"own_gp": "met", "independence": "met", "continuity": "not_met"}, test) == ("met", "own_gp")
    assert not test.indicators["continuity"].can_fail


def test_no_rise_does_not_show_the_absence_of_too_much_medicine() -> None:
    test = book().tests["T3"]
    spared = dict.fromkeys(("outpatient", "elective", "emergency"), "met")
    assert of_test({"person": "not_assessable", "specialists": "met"} | spared, test)[0] == "not_assessable"


def test_a_clear_rise_of_what_is_not_needed_leaves_a_test_partly_met() -> None:
    test = book().tests["T3"]
    every = dict.fromkeys(test.indicators, "met")
    assert of_test(every, test)[0] == "met"
    assert of_test(every | {"elective": "not_met"}, test) == ("partly_met", "elective")


def effect(rule: str, good: str = "down") -> EffectIndicator:
    return EffectIndicator(
        kind="effect",
        asks="?",
        needed=True,
        outcomes=("emergency_admissions",),
        good_direction=good,
        margin=3,
        rule=rule,
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("interval", "no_worse", "improves"),
    [
        ((-17.0, -2.1), "met", "uncertain"),  # fewer, and whether by 3% is open
        ((-43.0, -11.0), "met", "met"),  # Rushcliffe's A&E attendances, 29% fewer (11 to 43)
        ((4.0, 12.0), "not_met", "not_met"),
        ((3.0, 12.0), "not_met", "not_met"),  # a rise of just the margin matters
        ((-2.9, 5.2), "uncertain", "not_met"),  # Southwark and Lambeth: 1.011 (0.971 to 1.052)
        ((-3.0, 2.9), "met", "uncertain"),
        ((float("nan"), float("nan")), "uncertain", "uncertain"),
    ],
)
def test_effects_beside_the_margin(interval: tuple[float, float], no_worse: str, improves: str) -> None:
    assert of_effect(interval, effect("no_worse")) == no_worse
    assert of_effect(interval, effect("improves")) == improves


@given(st.tuples(st.floats(-50, 50), st.floats(-50, 50)))
def test_good_direction_turns_the_interval_round(ends: tuple[float, float]) -> None:
    low, high = sorted(ends)
    for rule in ("no_worse", "improves"):
        assert of_effect((low, high), effect(rule, "down")) == of_effect((-high, -low), effect(rule, "up"))


def test_codes_and_none() -> None:
    assert [of_code(code) for code in (3, 2, 1, 0, float("nan"))] == [
        "met", "partly_met", "not_met", "not_met", "not_assessable",
    ]  # fmt: skip
    assert weakest([]) == "not_assessable"
    assert weakest(["met", "uncertain", "partly_met"]) == "uncertain"


READ = Source("a", "evaluation", "F")


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ([], "none"),
        ([READ], "moderate"),
        ([READ, READ], "moderate"),  # one study twice is one study
        ([READ, Source("b", "official", "F")], "high"),
        ([Source("a", "own_claim", "F"), Source("b", "press", "F")], "low"),
        ([Source("a", "evaluation", "F-2nd")], "low"),
        ([Source("a", "official", "C")], "very_low"),
    ],
)
def test_grades(sources: list[Source], expected: str) -> None:
    assert grade(sources) == expected


@given(st.lists(st.builds(Source, st.sampled_from("abc"), st.sampled_from(["evaluation", "press"]), st.just("F"))))
def test_one_more_source_never_makes_us_less_certain(sources: list[Source]) -> None:
    order = ("none", "very_low", "low", "moderate", "high")
    for more in itertools.product("ad", ("evaluation", "press")):
        assert order.index(grade([*sources, Source(*more, "F")])) >= order.index(grade(sources))


def test_codebook_names_what_is_wrong(tmp_path: Path) -> None:
    text = BOOK.read_text()
    for wrong, said in (
        (text.replace("3: Clinicians who", "4: Clinicians who"), r"tests\.T1\.indicators\.lead"),
        (text.replace("rule: no_worse", "rule: no_better", 1), r"tests\.T2\.indicators\.continuity"),
        (text.replace("engagement:", "own_gp:"), "own_gp"),
        (text + "\n  T9: {}\n", "T9"),
        ("tests: [", "no YAML"),
    ):
        path = tmp_path / "tests.yml"
        path.write_text(wrong)
        with pytest.raises(Problem, match=said):
            read_codebook(path)
