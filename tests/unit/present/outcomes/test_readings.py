"""What is said of outcomes: every branch, that no sentence says more than its interval, and each thing once."""

import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimates import Estimate, NotEstimated
from analysis.plan.pilots import SurveyOutcome
from tests.unit.present.made_rows import row, sources, statistic
from tests.unit.present.outcome_rows import OUTCOMES, Told, effect, events, few, index, tried
from tests.unit.present.told_sections import section

EMERGENCY, CONTINUITY = "emergency_admissions", "continuity"
PLANNED = ("elective_admissions", "outpatient_attendances")
FELL, ROSE, FLAT = (-5.0, -1.0), (1.0, 5.0), (-3.5, 3.5)
Ends = tuple[float, float]


def emergency(low: float, high: float) -> str:
    told = Told([effect(EMERGENCY, low, high)])
    return told.says(told.outcomes.emergency_admissions, "advice/emergency")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-9, -3, "support the promise"),
        (1, 4, "contradict the promise"),
        (-1, 4, "a fall that would matter is ruled out, and a rise is not"),
        (-1, 1, "a fall that would matter is ruled out, and so is a rise"),
        (-2, -1, "give little support"),
        (-5, 4, "leave the promise open"),
        (-5, -1, "neither shown nor ruled out"),
    ],
)
def test_emergency(low: float, high: float, words: str) -> None:
    assert words in emergency(low, high)


@settings(max_examples=30)
@given(st.floats(-20, 20), st.floats(-20, 20))
def test_emergency_says_no_more_than_the_interval(first: float, second: float) -> None:
    low, high = (round(each, 3) for each in sorted((first, second)))
    words = emergency(low, high)
    shown, ruled_out = high < -3.0005, low > -2.9995
    assert ("results support" in words) == shown or -3.001 < high < -2.999
    assert ("went up" in words) == (low > 0)
    assert ("a fall that would matter is ruled out" in words) == ruled_out or -3.001 < low < -2.999


@pytest.mark.parametrize(
    ("elective", "outpatient", "words"),
    [
        (FELL, FELL, "Elective admissions and outpatient attendances both fell."),
        (FELL, FLAT, "only elective admissions clearly fell"),
        (FLAT, FELL, "only outpatient attendances clearly fell"),
        (FLAT, FLAT, "did not clearly change"),
        (FELL, ROSE, "Outpatient attendances rose"),
        (ROSE, ROSE, "Elective admissions and outpatient attendances rose"),
    ],
)
@pytest.mark.parametrize("simulated", [False, True])
def test_planned(elective: Ends, outpatient: Ends, words: str, simulated: bool) -> None:
    rows = [effect(name, *ends) for name, ends in zip(PLANNED, (elective, outpatient), strict=True)]
    told = Told(rows, simulated=simulated)
    said = told.says(told.advice.planned, "advice/planned")
    assert words.lower() in said.lower()
    assert said.startswith("In the simulated pilots, ") == simulated


def test_planned_care_that_is_missing_or_from_few_clusters_is_said_to_be() -> None:
    none = {name: each for name, each in OUTCOMES.items() if name not in PLANNED}
    for told, words in (
        (Told([], plan=none), "Planned care is no part of this study."),
        (Told([]), "Of planned care these results say nothing, because the change could not be estimated."),
        (Told([few(name, -4) for name in PLANNED]), "cannot be told from so few clusters."),
    ):
        assert told.says(told.advice.planned, "advice/planned").endswith(words)


@pytest.mark.parametrize("number", [1, 3])
def test_both_are_two(number: int) -> None:
    plan = {f"outcome_{at}": OUTCOMES[EMERGENCY].model_copy(update={"label": f"outcome {at}"}) for at in range(number)}
    told = Told([row(name, "effect", 0.97, 0.02, p_value=0.01) for name in plan], plan=plan)
    said = told.says(told.advice.planned, "advice/planned")
    assert "fell" in said
    assert "both" not in said


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-10, -4, "Patients lost something"),
        (-10, -3, "Patients lost something"),  # a loss of just the smallest size that matters does matter
        (-2, 4, "large enough to matter is ruled out"),
        (1, 4, "large enough to matter is ruled out"),
        (-3, 4, "Continuity may have suffered"),  # and one that the interval just holds is not ruled out
        (-5, 4, "Continuity may have suffered"),
        (-5, -1, "neither shown nor ruled out"),
    ],
)
@pytest.mark.parametrize("simulated", [False, True])
def test_continuity(low: float, high: float, words: str, simulated: bool) -> None:
    told = Told([effect(CONTINUITY, low, high)], simulated=simulated)
    said = told.says(told.outcomes.continuity, "advice/continuity")
    assert words.lower() in said.lower()
    assert said.startswith("In the simulation, ") == simulated


LOST, LOST_LITTLE = (-9.0, -4.0), (-2.0, -1.0)
GAINED, NONE_THAT_MATTERS = (-9.0, -4.0), (-2.0, 2.0)


@pytest.mark.parametrize(
    ("admissions", "care", "words"),
    [
        (FLAT, LOST, "paid in continuity without a clear gain in emergency admissions."),
        (FLAT, FELL, "paid in continuity without a clear gain in emergency admissions."),
        (NONE_THAT_MATTERS, LOST, "paid in continuity without a gain in emergency admissions that would matter."),
        (ROSE, FELL, "paid in continuity without a gain in emergency admissions that would matter."),
        (GAINED, LOST, "a trade to be weighed"),
        (GAINED, FLAT, "gained in emergency admissions without a clear loss of continuity"),
        (GAINED, ROSE, "gained in emergency admissions without a loss of continuity that would matter"),
        (
            FLAT,
            FLAT,
            "neither a gain in emergency admissions nor a loss of continuity that would matter is shown or ruled",
        ),
        (
            ROSE,
            FLAT,
            "emergency admissions that would matter is ruled out, and a loss of continuity that would matter is nei",
        ),
        (
            FLAT,
            ROSE,
            "a loss of continuity that would matter is ruled out, and a gain in emergency admissions that would",
        ),
        (ROSE, ROSE, "are both ruled out"),
        (NONE_THAT_MATTERS, LOST_LITTLE, "are both ruled out"),
    ],
)
@pytest.mark.parametrize("simulated", [False, True])
def test_together(admissions: Ends, care: Ends, words: str, simulated: bool) -> None:
    told = Told([effect(EMERGENCY, *admissions), effect(CONTINUITY, *care)], simulated=simulated)
    said = told.says(told.advice.together, "advice/together")
    assert words in said
    assert ("simulated" in said) == simulated


def test_no_gain_is_told_only_where_one_that_matters_is_ruled_out() -> None:
    # Admissions −9% to +0.2%, continuity −5 to −1 points, margin 3: the discussion says that the promise stays open.
    told = Told([effect(EMERGENCY, -9, 0.2), effect(CONTINUITY, -5, -1)])
    assert "without a clear gain" in told.says(told.advice.together, "advice/together")
    assert "leave the promise open" in told.says(told.outcomes.emergency_admissions, "advice/emergency")


def test_nothing_is_read_from_what_is_missing_or_has_no_interval() -> None:
    for rows, words in (
        ([], "the change could not be estimated"),
        ([few(EMERGENCY, -4), few(CONTINUITY, -4)], "so few clusters"),
    ):
        told = Told(rows, simulated=True)
        said = [
            told.says(told.outcomes.emergency_admissions, "advice/emergency"),
            told.says(told.outcomes.continuity, "advice/continuity"),
            told.says(told.advice.together, "advice/together"),
        ]
        assert all(words in each for each in said)


@pytest.mark.parametrize(
    ("interval", "good", "better", "worse"),
    [
        ((3.0, 9.0), "up", "shown", "ruled out"),
        ((3.0, 9.0), "down", "ruled out", "shown"),
        ((-2.9, 2.9), "up", "ruled out", "ruled out"),
        ((-9.0, 9.0), "down", "neither shown nor ruled out", "neither shown nor ruled out"),
    ],
)
def test_a_change_that_matters_is_shown_ruled_out_or_neither(
    interval: Ends, good: str, better: str, worse: str
) -> None:
    plan = {CONTINUITY: OUTCOMES[CONTINUITY].model_copy(update={"good_direction": good})}
    said = Told([effect(CONTINUITY, *interval)], plan=plan).outcome(CONTINUITY, "matters")
    assert said.startswith("The plan sets 3 percentage points as the smallest change that matters:")
    assert said.endswith(f"for the better of that size is {better}, one for the worse is {worse}.")


def test_whether_a_change_matters_is_not_told_from_few_clusters() -> None:
    assert (
        Told([few(EMERGENCY, -4)])
        .outcome(EMERGENCY, "matters")
        .endswith("from so few clusters it cannot be told whether one of that size took place.")
    )
    assert Told([]).outcome(EMERGENCY, "matters").endswith("these data cannot tell.")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([effect(EMERGENCY, -6, -2)], "emergency admissions fell by 4.0% (95% confidence interval −6.0% to −2.0%)"),
        ([effect(EMERGENCY, -3, 5)],
         "emergency admissions did not clearly change (+1.0%; 95% confidence interval −3.0% to +5.0%)"),
        ([few(EMERGENCY, -4)], "and from so few clusters it cannot be told whether that is more than chance"),
        ([few(EMERGENCY, -4, 0.01)], "changed by −4.0%, more than chance alone would explain (p = 0.010 by"),
        ([], "emergency admissions could not be estimated"),
    ],
)  # fmt: skip
def test_an_outcome_in_a_sentence(rows: list[Estimate], words: str) -> None:
    assert words in Told(rows).outcome(EMERGENCY, "labelled")


def test_headlines_tell_the_primary_outcomes_in_three_lines_at_most() -> None:
    rows = [effect(EMERGENCY, -6, -2), effect(PLANNED[0], -3, 5), effect(CONTINUITY, -9, -4)]
    told = Told(rows, simulated=True)
    first, between, last = (told.says(line, "summary/headline") for line in told.summary.headlines)
    assert first.startswith("In the simulated pilots, emergency admissions fell by")
    assert " did not clearly change" in between
    assert between.endswith(" and outpatient attendances could not be estimated.")
    assert last.startswith("In the simulated pilots, continuity of care fell by 6.5 percentage points")
    alone = Told(rows, plan={EMERGENCY: OUTCOMES[EMERGENCY]})
    (only,) = (alone.says(line, "summary/headline") for line in alone.summary.headlines)
    assert only.startswith("Emergency admissions fell by")


BASELINES: list[tuple[str, Any, float, str]] = [
    ("see_preferred_gp", None, 62.04, "Before the start, 62.0% of respondents in pilot practices said that they saw "
     "their preferred GP."),
    ("satisfied", None, 70.0, "Before the start, the share stood at 70.0% in pilot practices."),
    ("", index("upc"), 55.5, "Before the start, 55.5% of a patient's contacts were with the clinician seen most often, "
     "on average."),
    ("", index("coc"), 31.25, "Before the start, 31.2% of the pairs of a patient's contacts were with one and the same "
     "clinician, on average."),
    ("", index("opr"), 40.0, "Before the start, 40.0% of GPs' contacts were with patients of their own lists, on "
     "average."),
]  # fmt: skip


@pytest.mark.parametrize(("item", "plan", "level", "words"), BASELINES)
def test_the_level_before_the_start_is_that_of_its_own_measure(item: str, plan: Any, level: float, words: str) -> None:
    share = SurveyOutcome(
        kind="survey", label="the share", item=item or "x", good_direction="up", smallest_change=3, primary=True
    )
    told = Told([effect("measured", -5, -1, baseline=level)], plan={"measured": plan or share})
    assert told.outcome("measured", "baseline") == words


def test_a_count_has_its_level_and_its_events() -> None:
    told = Told([effect(EMERGENCY, -6, -2, baseline=96.4), events(EMERGENCY, -6, -1)])
    assert told.outcome(EMERGENCY, "details") == (
        "That is 3.5 fewer emergency admissions per 1,000 patients a year than were to be expected (interval −6.0 to "
        "−1.0). Before the start, pilot practices had 96 emergency admissions per 1,000 patients a year."
    )
    assert "1.0 more" in Told([events(EMERGENCY, 0, 2)]).outcome(EMERGENCY, "events")
    assert Told([effect(EMERGENCY, -6, -2)]).outcome(EMERGENCY, "baseline") == ""


def before(
    p_value: float, slope: float | None = None, chance: float | None = None, quarters: int = 6
) -> list[Estimate]:
    """The joint test of an event study, its slope and its power, and the periods that are there."""
    study = {"design": "event_study"}
    clusters = {"treated_clusters": 6, "comparison_clusters": 30}
    rows = [row(EMERGENCY, "period", 1.0, 0.1, horizon=str(-2 - at), **study) for at in range(quarters)]
    rows.append(statistic(EMERGENCY, "pre_trend", 1.1, p_value=p_value, **study, **clusters))
    if slope is not None:
        rows.append(row(EMERGENCY, "pre_trend_slope", 0.99, 0.02, p_value=slope, **study))
    if chance is not None:
        rows.append(statistic(EMERGENCY, "pre_trend_power", chance, **study))
    return rows


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (before(0.02), "did not move quite together (joint test of the latest two of six periods before the last one "
         "p = 0.020), so part of the difference after it may have been under way already."),
        (before(0.4, slope=0.03), "slope over all months before it −1.0% a year, interval −3.0% to +1.0%), so part"),
        (before(0.4, chance=0.9), "moved together as far as the data can tell"),
        (before(0.4, chance=0.9), "a chance of 90% to notice a trend that adds up to the effect, so its silence says "
         "something."),
        (before(0.4, chance=0.3), "was found (joint test of the latest two of six periods before the last one "
         "p = 0.40). "
         "The joint test had a chance of 30% to notice a trend that adds up to the effect, so its silence says "
         "little."),
        (before(0.02, chance=0.3), "a chance of 30% to notice a trend that adds up to the effect."),
        (before(0.4), "p = 0.40), though such tests can miss a drift that matters."),
        (before(0.4, quarters=2), "joint test of the periods before the last one p"),
        (before(0.4, chance=0.8), "so its silence says something."),
        (before(0.4, chance=0.799), "so its silence says little."),
    ],
)  # fmt: skip
def test_the_months_before_the_start(rows: list[Estimate], words: str) -> None:
    said = Told(rows).outcome(EMERGENCY, "pre-trend")
    assert words in said
    assert "  " not in said


def test_why_there_is_no_test_of_the_months_before_is_said() -> None:
    unmade = (
        NotEstimated(
            outcome=EMERGENCY, design="event_study", reason="only_reference_before", reason_values='{"outcome":"x"}'
        ),
    )
    told = Told([effect(EMERGENCY, -6, -2)], unmade=unmade)
    assert told.outcome(EMERGENCY, "pre-trend") == (
        "Not estimated: For x the only period before the start is the reference, so nothing can be told of how the "
        "groups moved before it."
    )


NO_EVENTS = "Not estimated: There are no events before the start in the practices compared."


def test_an_outcome_that_is_missing_says_why_once() -> None:
    unmade = tuple(NotEstimated(outcome=EMERGENCY, design=each, reason="no_events_before") for each in
                   ("difference_in_differences", "event_study"))  # fmt: skip
    told = Told([], unmade=unmade)
    assert told.outcome(EMERGENCY, "told") == (f"Emergency admissions could not be estimated. {NO_EVENTS}")
    assert told.outcome(EMERGENCY, "details") == NO_EVENTS


COUNTS = "in simulated pilots of four sites they held the truth in 85.5% of worlds, and not in 95%."
SHARES = "Whether intervals of shares are too narrow with so few sites was not tried; those of counts are."


@pytest.mark.parametrize(("held", "warned"), [(0.855, True), (0.95, False)])
def test_intervals_of_few_sites_have_a_caution_beside_counts_and_beside_shares_once(
    tmp_path: Any, held: float, warned: bool
) -> None:
    tried(held).to_csv(tmp_path / "tried.csv", index=False)
    five: dict[str, Any] = {"std_error": 0.1, "treated_clusters": 5, "comparison_clusters": 30}
    told = Told(
        [effect(name, -5, -1, **five) for name in OUTCOMES], tried=(tried(held),),
        files={"calibration": (tmp_path / "tried.csv",)},
    )  # fmt: skip
    lines = [told.says(line, "summary/headline") for line in told.summary.headlines]
    assert lines[0].endswith(COUNTS) == lines[2].endswith(SHARES) == warned
    findings = [told.says(each, "outcomes/finding") for each in told.outcomes]
    for texts in (lines, findings):
        assert [" ".join(texts).count(each) for each in (COUNTS, SHARES)] == [int(warned)] * 2
    assert told.says(told.outcomes, "calibration/counts").endswith(COUNTS) == warned
    assert (told.says(told.outcomes, "calibration/shares") == SHARES) == warned
    assert all(("([Methods](#sec-methods))" in told.outcome(name, "told")) == warned for name in OUTCOMES)


def test_a_survey_says_how_often_it_was_taken(tmp_path: Any) -> None:
    from analysis.tables import Lineage, Source, write_table

    lineage = Lineage((Source(id="reference-pilots", sha256="0" * 64, kind="simulated"),))
    said = {}
    for waves in (2, 3):
        cells = {"source": "survey", "series": "see_preferred_gp", "pilot_practices": 10, "comparison_practices": 30}
        write_table(tmp_path / "quality.parquet", pd.DataFrame([cells | {"cells_expected": 40 * waves}]), lineage)
        told = Told([effect(CONTINUITY, -5, -1)], files={"quality": (tmp_path / "quality.parquet",)})
        said[waves] = (told.outcome(CONTINUITY, "waves"), told.outcomes.continuity.twice)
    assert said[2][0].startswith("The survey was taken twice")
    assert said[3][0].startswith("The survey was taken in waves")
    assert [twice for _, twice in said.values()] == [True, False]
    assert Told([effect(CONTINUITY, -5, -1)]).outcome(CONTINUITY, "waves") == ""


@settings(max_examples=20)
@given(st.lists(st.tuples(st.floats(-15, 15), st.floats(0, 10)), min_size=4, max_size=4), st.booleans())
def test_whatever_was_found_no_sentence_is_empty_doubled_or_broken(
    sizes: list[tuple[float, float]], simulated: bool
) -> None:
    rows = [effect(name, low, low + width) for name, (low, width) in zip(OUTCOMES, sizes, strict=True)]
    told = Told(rows, simulated=simulated)
    for text in [told.says(line, "summary/headline") for line in told.summary.headlines]:
        assert re.match(r"[A-Z].*\.$", text)
        assert not re.search(r"nan|None|  | [.,;)]|\( |\.\.", text)
        assert text.startswith("In the simulated pilots, ") == simulated


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("upc", "the share of them that were with the clinician seen most often"),
        ("coc", "the share of all pairs of them in which both were with the same clinician (the Bice–Boxerman index)"),
        ("slicc", "the share of the contacts of its patients that were with their registered GP"),
    ],
)
def test_the_methods_of_contacts_are_those_of_the_index_of_the_plan(name: str, words: str) -> None:
    text = section(sources([], outcomes={"seen": index(name)}), "outcomes/methods-contacts-own")
    assert words in text
    assert ("seen most often" in text) == ("falls as contacts rise" in text) == (name == "upc")
