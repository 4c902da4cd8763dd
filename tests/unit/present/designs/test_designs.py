"""The same outcome by every design: what is set beside what, and what is said of designs that disagree."""

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest

from analysis.estimates import Estimate
from analysis.plan.sensitivity import Checks
from analysis.present.designs.designs import designs, drawn
from analysis.present.look.style import SIMULATED
from analysis.present.outcomes.event_study import joint_test
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Outcomes
from analysis.present.templates.formats import formats
from analysis.study import Study
from tests.unit.present.made_rows import clear_fall, other_designs, row, statistic, table, unclear
from tests.unit.present.outcome_rows import Told
from tests.unit.present.phrases import allowed, said
from tests.unit.present.told_sections import REPORTS, cited, plain, section, sources

ELECTIVE, EMERGENCY = "elective_admissions", "emergency_admissions"
FOUR = ("emergency_admissions", "elective_admissions", "outpatient_attendances", "continuity")
ROWS = [*unclear(), *clear_fall(), *other_designs(ELECTIVE)]


@pytest.fixture(scope="module")
def outcomes(study: Study) -> Outcomes:
    """The primary counts of the default study, under designs that this test file chooses."""
    wanted = {
        "designs": (
            "difference_in_differences", "event_study", "staggered", "synthetic_control", "interrupted_time_series",
        )
    }  # fmt: skip
    return {name: each.model_copy(update=wanted) for name, each in study.activity().items() if name in FOUR}


def lines(rows: Iterable[Estimate], outcomes: Outcomes) -> dict[str, list[str]]:
    """The table of designs: by design, what it gives of each outcome."""
    text = plain(cited(sources(rows, outcomes), "designs/results"))
    found = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {design: told for design, *told in found if design != ":---"}


def test_designs_stand_in_the_order_of_the_plan_and_weaker_ones_are_called_so(outcomes: Outcomes) -> None:
    told = lines(ROWS, outcomes)
    assert told.pop("Design")[1] == "Elective admissions"
    assert next(iter(told)) == "Difference-in-differences (primary)"
    assert [label for label in told if "weaker" in label] == [
        "Two-way fixed effects (weaker)", "Each site against its own past (weaker)",
    ]  # fmt: skip
    assert told["Synthetic control (levels removed)"][1] == "−4.0 (−6.0 to −2.0)"
    assert told["Each site against its own past (weaker)"][1] == "sites from −10.0 to +5.0"


def test_a_design_without_rows_is_not_estimated_and_one_that_nobody_asked_for_is_left_out(outcomes: Outcomes) -> None:
    told = lines(clear_fall(), outcomes)
    assert list(told)[2:] == [
        "Estimators for staggered starts", "Synthetic control", "Each site against its own past (weaker)",
    ]  # fmt: skip
    assert {told[design][1] for design in list(told)[2:]} == {"not estimated"}
    one = {"designs": ("difference_in_differences",)}
    fewer = {name: each.model_copy(update=one if name == EMERGENCY else {}) for name, each in outcomes.items()}
    assert lines(ROWS, fewer)["Design"] == ["Elective admissions", "Outpatient attendances"]


def test_only_rows_of_the_plans_own_specification_are_compared(outcomes: Outcomes) -> None:
    more = [
        row(ELECTIVE, "effect", 0.5, 0.1, specification="same_regions"),
        row(ELECTIVE, "effect", 0.5, 0.1, subgroup="without S01", specification="without_each_site"),
        row(ELECTIVE, "cohort", 0.5, 0.1, design="staggered", estimator="sun_abraham", horizon="2009-04"),
    ]
    filters = formats(Book(), REPORTS / "phrases")
    assert drawn(table(ROWS), outcomes, filters).equals(drawn(table([*ROWS, *more]), outcomes, filters))


def agree(rows: Iterable[Estimate], outcomes: Outcomes) -> str:
    """What is said of how far designs agree."""
    return section(sources(rows, outcomes), "designs/results")


def test_designs_that_disagree_are_counted_and_named(outcomes: Outcomes) -> None:
    text = agree(ROWS, outcomes)
    assert (
        "For elective admissions the other designs run from −6.0% to −1.0%. Of the three, two show the same clear "
        "change; no clear change or the opposite comes from Two-way fixed effects (a weaker design)."
    ) in text
    assert "two-way estimate, 12.3% rests on" in text
    assert "No other design could estimate the change in emergency admissions." in text
    assert "The primary estimate of outpatient attendances could not be made, so there is nothing to set" in text
    assert "two-way" not in agree(clear_fall(), outcomes)


def test_no_design_confirms_a_finding_that_was_not_made(outcomes: Outcomes) -> None:
    one = row(EMERGENCY, "effect", 1.01, 0.03, design="synthetic_control", estimator="synthetic_did")
    assert "It shows no clear change either." in agree([*unclear(), one], outcomes)


def test_designs_that_all_say_something_else_are_told_to(outcomes: Outcomes) -> None:
    made = {"synthetic_control": 0.99, "synthetic_did": 1.04}
    rows = [row(ELECTIVE, "effect", size, 0.02, design="synthetic_control", estimator=name) for name, size in
    made.items()]  # fmt: skip
    assert "All show no clear change or the opposite, unlike the primary estimate." in agree(
        [*clear_fall(), *rows], outcomes
    )


def test_a_design_without_an_interval_neither_agrees_nor_disagrees(outcomes: Outcomes) -> None:
    silent = row(ELECTIVE, "effect", 0.9, design="interrupted_time_series", estimator="segmented_poisson")
    kept = other_designs(ELECTIVE)[0]
    none = "From so few clusters it cannot be told whether they agree with the primary estimate."
    assert (
        "From so few clusters it cannot be told whether Each site against its own past agrees with the primary "
        "estimate. The one with an interval shows the same clear change."
    ) in agree([*clear_fall(), kept, silent], outcomes)
    assert none in agree([*clear_fall(), silent], outcomes)
    # Nor does anything agree or disagree with a primary estimate of which nothing can be told.
    assert none in agree([row(ELECTIVE, "effect", 0.95), kept], outcomes)


@pytest.mark.parametrize("rows", [ROWS, clear_fall(), clear_fall("another")], ids=["all", "primary alone", "none"])
def test_the_step_copes_with_what_is_there(tmp_path: Path, outcomes: Outcomes, rows: list[Estimate]) -> None:
    table(rows).to_csv(tmp_path / "estimates.csv", index=False)
    designs(
        estimates=tmp_path / "estimates.csv", outcomes=outcomes, phrases=allowed("present_designs"), figures=tmp_path
    )  # fmt: skip
    assert "nan" not in (tmp_path / "designs.md").read_text(encoding="utf-8")
    simulated = rows[0].outcome != "another"
    assert (SIMULATED in (tmp_path / "designs.md").read_text(encoding="utf-8")) == simulated
    assert pd.read_csv(tmp_path / "designs.csv")["simulated"].any() == simulated


def test_what_was_primary_is_said(study: Study) -> None:
    def said(outcomes: Outcomes) -> str:
        return section(sources([], outcomes), "outcomes/methods-primary")

    four = {name: study.outcomes[name] for name in FOUR}
    text = said(four)
    assert "emergency admissions, elective admissions, outpatient attendances and continuity of care" in text
    assert "is sensitivity" in text
    later = {name: each.model_copy(update={"primary": name == ELECTIVE}) for name, each in four.items()}
    assert "one primary outcome beforehand: elective admissions." in said(later)
    assert "continuity of care are secondary" in said(later)
    none = {name: each.model_copy(update={"primary": False}) for name, each in four.items()}
    assert "The plan calls no outcome primary" in said(none)


def test_a_placebo_outcome_that_moves_is_a_warning(study: Study) -> None:
    placebo = {ELECTIVE: study.activity()[ELECTIVE].model_copy(update={"placebo": True, "primary": False})}

    def said(rows: Iterable[Estimate], outcomes: Outcomes = placebo) -> str:
        return section(sources(rows, outcomes), "outcomes/methods-primary")

    assert "A change is clear (−5.0%; interval −7.0% to −3.0%): something other than the pilots" in said(clear_fall())
    assert "No such change is clear (+1.0%; interval −1.0% to +3.0%)." in said(unclear(ELECTIVE))
    assert "They were not estimated." in said([])
    assert "placebo" not in said(clear_fall(), {name: study.outcomes[name] for name in FOUR})


def test_the_test_before_the_start_says_what_it_could_have_seen(study: Study) -> None:
    rows = [
        *clear_fall(),
        statistic(ELECTIVE, "pre_trend", 1.1, design="event_study", horizon="before", p_value=0.4),
        statistic(ELECTIVE, "pre_trend_power", 0.32, design="event_study", horizon="before"),
    ]
    said = Told(rows, plan=study.activity()).outcome(ELECTIVE, "pre-trend")
    assert "joint test had a chance of 32%" in said
    assert "its silence says little" in said
    assert "moved together" not in said


@pytest.mark.parametrize(
    ("power", "together"), [(0.08, False), (0.79, False), (0.8, True), (0.95, True), (None, False)]
)
def test_groups_moved_together_only_where_the_test_could_have_seen_that_they_did_not(
    study: Study, power: float | None, together: bool
) -> None:
    rows = [*clear_fall(), statistic(ELECTIVE, "pre_trend", 1.1, design="event_study", horizon="before", p_value=0.4)]
    if power is not None:
        rows.append(statistic(ELECTIVE, "pre_trend_power", power, design="event_study", horizon="before"))
    told = Told(rows, plan=study.activity()).outcome(ELECTIVE, "pre-trend")
    assert ("moved together" in told) == together
    assert ("no difference in how the two groups moved was found" in told) == (not together)


def periods(name: str, sizes: dict[int, float]) -> list[Estimate]:
    return [
        row(name, "period", size, 0.03, design="event_study", horizon=str(period)) for period, size in sizes.items()
    ]


def test_a_section_promises_no_check_that_the_plan_does_not_ask(study: Study) -> None:
    def said(checks: Checks) -> str:
        return section(sources([], study.outcomes, checks, ["crv3"]), "robustness/results")

    checks = study.checks(*{each.kind for each in study.sensitivity.values()})
    assert "one at a time and then all together, for" in said(checks)
    assert "one at a time, for the outcomes" in said(
        {name: each for name, each in checks.items() if each.kind != "curve"}
    )
    assert "The plan asks for no other choice, so this section tells the uncertainty" in said({})
    assert "#" not in section(sources([], study.outcomes), "robustness/results")


def test_methods_tell_of_the_checks_that_the_plan_has(study: Study) -> None:
    def told(*names: str) -> set[str]:
        checks = {name: study.sensitivity[name] for name in names}
        text = section(sources([], study.outcomes, checks), "robustness/methods")
        assert bool(text) == bool(names)
        return set(re.findall(r"sections/robustness/methods-([\w-]*)\.qmd", text))

    assert told() == told("linear_rates", "without_each_site") == set()
    assert told("quasi_poisson", "by_model") == {"dispersion", "groups"}
    assert told("diverging_trends", "unobserved", "every_choice") == {"trends", "confounder", "curve"}


def test_the_plan_names_what_stands_beside_the_primary_estimates(study: Study) -> None:
    """Shares of a survey have one design, and other ways to tell the uncertainty are those of counts."""
    alone = section(sources([], study.survey(), {}, ["crv3"]), "designs/methods")
    assert alone == ""
    text = section(sources([], study.outcomes, dict(study.sensitivity), ["crv3"]), "designs/methods")
    assert (
        "The plan therefore names other designs that make different assumptions, checks that change one choice at a "
        "time and other ways to tell the uncertainty of the same estimate. They are not further chances"
    ) in text
    counts = {name: each.model_copy(update={"designs": ("difference_in_differences",)}) for name, each in
    study.activity().items()}  # fmt: skip
    assert "names other ways to tell the uncertainty of the same estimate." in section(
        sources([], counts, {}, ["crv3"]), "designs/methods"
    )


def test_the_caption_names_the_periods_that_were_tested() -> None:
    """Sixteen pilot sites bear the latest five of ten periods before the reference."""
    test = statistic(
        ELECTIVE, "pre_trend", 1.1, design="event_study", horizon="before", p_value=0.4, treated_clusters=16
    )
    made = table([*periods(ELECTIVE, dict.fromkeys([*range(-11, -1), 0], 1.01)), test])
    told = said("outcomes/figures/joint-test", joint_test(made))
    assert told == "Joint test of the latest five of ten periods before the last one: p = 0.40."
    assert joint_test(made[made["term"] == "period"]) is None


@pytest.mark.parametrize(
    ("earlier", "said"),
    [
        ([1.02, 1.01, 1.03], "all earlier periods lie above it, so it may have lain low by chance"),
        ([1.02, 0.99, 1.03], "most earlier periods lie above it"),
        ([0.98, 0.99, 1.03], ""),
    ],
)
def test_designs_that_rest_on_the_last_period_are_told_to_where_it_lay_low(
    outcomes: Outcomes, earlier: list[float], said: str
) -> None:
    high = row(EMERGENCY, "effect", 1.05, 0.02, design="staggered", estimator="sun_abraham")
    rows = [*unclear(), high, *periods(EMERGENCY, dict(zip((-4, -3, -2), earlier, strict=True)))]
    told = agree(rows, outcomes)
    assert (said in told) if said else ("last period" not in told)


def test_patients_of_the_intervention_are_no_further_design_on_everybody(study: Study) -> None:
    chosen = [
        row(ELECTIVE, "effect", 0.8, 0.05, design="matched_cohort", estimator="poisson_matched"),
        row(ELECTIVE, "effect", 0.96, 0.02, design="synthetic_control", estimator="synthetic_did"),
    ]
    text = agree([*clear_fall(), *chosen], study.outcomes)
    assert "the other designs give −4.0%. It shows the same clear change." in text
    assert "Among the patients of the intervention alone" in text
    assert "matching finds a change of −20.0% in elective admissions. That answers" in text
    assert "patients of the intervention" not in agree(clear_fall(), study.outcomes)


def test_events_are_those_of_the_primary_estimate(study: Study) -> None:
    other = row(
        ELECTIVE, "inference", -99.0, 2.0, scale="difference", horizon="wild_bootstrap", estimator="linear_rate"
    )
    said = Told([other, *clear_fall()], plan=study.activity()).outcome(ELECTIVE, "events")
    assert "That is 5.0 fewer" in said
