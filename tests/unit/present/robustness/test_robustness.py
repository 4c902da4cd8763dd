"""Would it survive a sceptic? What is said of checks, and that nothing survives where nothing was found."""

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis.estimates import Estimate, one, sole
from analysis.plan.sensitivity import Checks
from analysis.present.assumptions.assumption_lines import breakdown, sides, violation
from analysis.present.look.style import SIMULATED
from analysis.present.robustness.check_lines import differ
from analysis.present.robustness.curve import curve, drawn
from analysis.present.robustness.group_table import group_table
from analysis.present.robustness.robustness import check_lines, checked, curves, robustness, sensitivity_table
from analysis.present.robustness.robustness_words import robustness_words
from analysis.present.verdict import fate, meaning
from analysis.steps import Problem
from analysis.study import Study
from analysis.wording import Change
from tests.unit.present.made_rows import clear_fall, context, every_check, methods, row, statistic, table, unclear

FELL, ROSE = Change(-5.0, -7.0, -3.0, "%"), Change(4.0, 1.0, 7.0, "%")
VAGUE, WIDE = Change(-1.0, -3.0, 1.0, "%"), Change(-4.0, -9.0, 1.0, "%")
ELECTIVE, EMERGENCY = "elective_admissions", "emergency_admissions"


@pytest.fixture(scope="module")
def checks(study: Study) -> Checks:
    return study.checks(*{check.kind for check in study.sensitivity.values()})


def said(rows: pd.DataFrame, name: str, study: Study, checks: Checks) -> dict[str, str]:
    """By what was changed, what it means."""
    return {line.changed: line.meaning for line in check_lines(rows, name, checks)}


@pytest.mark.parametrize(
    ("primary", "other", "expected"),
    [
        (FELL, FELL, "survives"), (FELL, VAGUE, "fades"), (FELL, ROSE, "turns"),
        (VAGUE, VAGUE, "stays unclear"), (VAGUE, FELL, "appears"),
    ],
)  # fmt: skip
def test_a_finding_survives_only_where_there_is_one(primary: Change, other: Change, expected: str) -> None:
    assert fate(primary, other) == expected


def test_only_less_certain_is_told_from_gone() -> None:
    assert "includes the primary estimate too" in meaning(FELL, WIDE)
    assert "includes the primary estimate too" not in meaning(FELL, VAGUE)
    assert meaning(FELL, VAGUE).startswith("The finding does not survive")


def test_an_unclear_finding_survives_nothing(study: Study, checks: Checks) -> None:
    found = said(table([*unclear(), *every_check(EMERGENCY)]), EMERGENCY, study, checks)
    assert not any("The finding" in text or "survives" in text for text in found.values())
    words = robustness_words(context([*unclear(), *every_check(EMERGENCY)]), study.activity(), checks, ())[EMERGENCY]
    assert "there is no clear finding to survive" in words["summary"]
    assert not any("finding survives" in text or "finding standing" in text for text in words.values())


def test_every_check_of_the_plan_has_a_line_and_says_when_it_was_not_made(study: Study, checks: Checks) -> None:
    found = said(table(clear_fall()), ELECTIVE, study, checks)
    assert len(found) == len(checks)
    assert set(found.values()) == {"This check could not be made."}


def test_checks_in_plain_words(study: Study, checks: Checks) -> None:
    found = said(table([*clear_fall(), *every_check(ELECTIVE)]), ELECTIVE, study, checks)
    assert found["With standard errors from the dispersion alone"] == "The finding survives."
    assert "does not survive" in found["Against practices of the same regions"]
    assert found["With a start that never was, a year early"].startswith("As it should be")
    assert found["Without each site in turn"].startswith("The finding survives without any one site. S01 matters most")
    dose = found["Per year since the start, beside the step at the start"]
    assert dose == "Beyond the step at the start, more exposure went with more of the change."
    assert "do not clearly differ (p = 0.30)" in found["By fifth of deprivation"]
    assert found["With rates in place of log rates"] == "This check could not be made."
    violations = [text for label, text in found.items() if label.startswith("With trends")]
    assert violations[0] == "The finding survives a violation up to 1.3 times the largest movement before the start."
    assert "up to 0.7% a period" in violations[1]
    assert "clear in 75% of the combinations" in found["With every combination of choices"]


def test_a_site_that_decides_is_named(study: Study, checks: Checks) -> None:
    rows = [
        *clear_fall(),
        row(ELECTIVE, "effect", 0.95, 0.02, specification="without_each_site", subgroup="without S01"),
        row(ELECTIVE, "effect", 0.99, 0.02, specification="without_each_site", subgroup="without S07"),
    ]
    text = said(table(rows), ELECTIVE, study, checks)["Without each site in turn"]
    assert text.startswith("The finding does not survive without S07. S07 matters most")


def test_a_start_that_never_was_warns(study: Study, checks: Checks) -> None:
    rows = [*clear_fall(), row(ELECTIVE, "effect", 0.95, 0.02, specification="a_year_early")]
    text = said(table(rows), ELECTIVE, study, checks)["With a start that never was, a year early"]
    assert text.startswith("A warning")
    assert "which is a warning" in robustness_words(context(rows), study.activity(), checks, ())[ELECTIVE]["detail"]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0.0, "does not survive even"),
        (1.2, "up to 1.2 times"),
        (0.31, "does not survive drift as large as that already seen: it is gone beyond 0.31 times"),
        (0.99, "does not survive"),
        (1.0, "The finding survives a violation up to 1 times"),
        (100.0, "every violation"),
        (float("inf"), "every"),
    ],
)
def test_the_largest_violation_in_words(size: float, expected: str) -> None:
    assert expected in breakdown("relative_magnitudes", size)


def test_summary_counts_and_names_what_does_not_survive(study: Study, checks: Checks) -> None:
    words = robustness_words(context([*clear_fall(), *every_check(ELECTIVE)]), study.activity(), checks, ())[ELECTIVE]
    assert words["summary"] == (
        "Of two other choices of model, months and comparison group, one leaves the finding standing; it does not "
        "survive *against practices of the same regions*."
    )
    assert "no one site decides" in words["detail"]


def test_every_number_in_words_has_an_address_of_its_own(study: Study, checks: Checks) -> None:
    made = context([*clear_fall(), *every_check(ELECTIVE), *methods(ELECTIVE)])
    words = robustness_words(made, study.activity(), checks, study.inference.methods)
    assert len(made.book.entries) > 12
    for text in (text for each in words.values() for text in each.values()):
        assert not re.search(r"\d", re.sub(r"\[[^\]]*\]\{[^}]*\}", "", text)), text
        assert "nan" not in text
    assert len({made.origin(each).place for _, each in made.estimates.iterrows()}) == len(made.estimates)


def test_the_curve_is_sorted_and_marks_the_plans_own() -> None:
    data = drawn(table(every_check(ELECTIVE)).query("specification == 'every_choice'"))
    assert list(data["estimate"]) == sorted(data["estimate"])
    own = data[data["plan"]]
    assert own[["model", "months", "comparison", "washout"]].to_numpy().tolist() == [
        ["Poisson", "all months", "all practices", "none"]
    ]


def step(folder: Path, rows: pd.DataFrame, study: Study, checks: Checks) -> dict[str, str]:
    rows.to_csv(folder / "estimates.csv", index=False)
    robustness(
        estimates=folder / "estimates.csv", outcomes=study.activity(), checks=checks,
        methods=study.inference.methods, figures=folder / "out", tables=folder / "out",
    )  # fmt: skip
    return {path.name: path.read_text(encoding="utf-8") for path in (folder / "out").glob("*.md")}


def test_the_step_writes_what_the_plan_names_with_and_without_rows(
    tmp_path: Path, study: Study, checks: Checks
) -> None:
    full = step(tmp_path, table([*clear_fall(), *every_check(ELECTIVE), *methods(ELECTIVE)]), study, checks)
    names = {"inference.md", "groups.md"} | {f"{kind}-{name.replace('_', '-')}.md" for name in checked(checks)
                                for kind in ("sensitivity", "curve")}  # fmt: skip
    assert set(full) == names
    assert set(curves(checks)) == set(checked(checks))
    assert "75%" in full["curve-elective-admissions.md"]
    assert SIMULATED in full["curve-elective-admissions.md"]
    assert "could be estimated" in full["curve-emergency-admissions.md"]
    assert SIMULATED not in full["curve-emergency-admissions.md"]
    assert "There is nothing to check." in full["sensitivity-emergency-admissions.md"]
    assert "| not estimated |" in full["inference.md"]
    assert not any("nan" in text for text in full.values())
    assert "| group 2 | – | −4.0 (−9.0 to +1.0) | – |" in full["groups.md"]
    assert "| test that they differ | – | p = 0.30 | – |" in full["groups.md"]


def test_drawn_twice_the_bytes_are_the_same(tmp_path: Path, study: Study, checks: Checks) -> None:
    rows = table([*clear_fall(), *every_check(ELECTIVE), *methods(ELECTIVE)])
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        step(tmp_path / name, rows, study, checks)
    first = sorted((tmp_path / "one/out").iterdir())
    assert [path.read_bytes() for path in first] == [(tmp_path / "two/out" / path.name).read_bytes() for path in first]


def test_the_table_begins_with_what_is_checked(study: Study, checks: Checks) -> None:
    text = sensitivity_table(table(clear_fall()), ELECTIVE, study.activity(), checks).markdown()
    assert "| The plan's own estimate | −5.0% (−7.0% to −3.0%) | This is what is checked. |" in text


def test_methods_that_disagree_are_said_to(study: Study) -> None:
    words = robustness_words(context([*clear_fall(), *methods(ELECTIVE)]), study.activity(), {}, ("crv3",))
    assert "they agree" in words[ELECTIVE]["inference"]
    assert "Adjusted for" in words[ELECTIVE]["inference"]
    odd = [*clear_fall(), row(ELECTIVE, "inference", 0.95, horizon="randomisation", p_value=0.2)]
    words = robustness_words(context(odd), study.activity(), {}, ("randomisation",))
    assert "they do not agree" in words[ELECTIVE]["inference"]


def test_an_unclear_curve_with_clear_combinations_blames_the_choice(study: Study, checks: Checks) -> None:
    rows = [*unclear(), *every_check(EMERGENCY), statistic(EMERGENCY, "nothing", 1.0)]
    doubts = robustness_words(context(rows), study.activity(), checks, ())[EMERGENCY]["doubts"]
    assert "So whether a change is clear hangs on the choice." in doubts


def test_a_choice_that_nobody_asked_for_is_no_failure(study: Study, checks: Checks) -> None:
    rows = context([*clear_fall(), *every_check(ELECTIVE)])
    asked = {key: checks[key] for key in ("a_year_early", "without_each_site")}
    told = robustness_words(rows, study.activity(), asked, ())[ELECTIVE]["summary"]
    assert told == "The plan asks for no other choice of model, months or comparison group."
    made = robustness_words(context(clear_fall()), study.activity(), {"c": checks["linear_rates"]}, ())
    assert made[ELECTIVE]["summary"] == "No other choice of model, months or comparison group could be tried."


def test_a_test_says_which_groups_it_compares(study: Study) -> None:
    """A group in too few clusters has no interval and is not in the test; where none are left, there is no test."""
    checks = {"by_age": study.sensitivity["by_age"].model_copy(update={"outcomes": (ELECTIVE,)})}
    known = [row(ELECTIVE, "effect", 0.9, 0.05, specification="by_age", subgroup=each) for each in ("2", "3")]
    bare = row(ELECTIVE, "effect", 0.8, specification="by_age", subgroup="1")
    test = statistic(ELECTIVE, "interaction", 4.0, p_value=0.01, specification="by_age")

    def last(*rows: Estimate) -> tuple[str, str]:
        made = table(rows)
        return group_table(made, study.activity(), checks).columns["Elective admissions"][-1], differ(made)

    of_many = "of many such tests one may do so by chance."
    assert last(*known, test) == ("p = 0.010", f"The groups seem to differ (p = 0.010); {of_many}")
    some = "Group 2 and group 3 seem to differ (p = 0.010; the others lie in too few sites)"
    assert last(bare, *known, test) == ("p = 0.010 (group 2 and group 3)", f"{some}; {of_many}")
    assert last(bare, *known) == ("cannot be told", "Whether the groups differ cannot be told from so few clusters.")


def test_a_group_is_not_told_of_another_outcomes_check_of_the_same_name(study: Study) -> None:
    check = {"by_age": study.sensitivity["by_age"].model_copy(update={"outcomes": (ELECTIVE,)})}
    own = [row(ELECTIVE, "effect", 0.9, 0.05, specification="by_age", subgroup=each) for each in ("1", "2")]
    # The gaps of continuity have a specification of that name, and other groups.
    gaps = [
        row("usual_provider", "effect", -2.0, 1.0, scale="points", specification="by_age", subgroup=f"{at} of 5")
        for at in range(1, 6)
    ]
    told = group_table(table([*own, *gaps]), study.activity(), check).columns
    assert told["Group"][1:] == ["group 1", "group 2", "test that they differ"]
    assert told["Elective admissions"][1:3] == ["−10.0 (−15.0 to −5.0)"] * 2


def test_a_row_that_is_not_the_only_one_is_not_told() -> None:
    rows = table([row(ELECTIVE, "effect", 0.9, 0.05, specification=each) for each in ("primary", "quasi_poisson")])
    with pytest.raises(Problem, match=r"2 rows answer to .*; they differ in specification"):
        one(rows, outcome=ELECTIVE, term="effect")
    with pytest.raises(Problem, match="no row"):
        sole(rows, outcome=EMERGENCY)
    assert sole(rows, outcome=ELECTIVE, specification="primary")["estimate"] == 0.9


def test_combinations_that_lose_sites_are_marked_and_not_counted(study: Study, checks: Checks, tmp_path: Path) -> None:
    sizes, sites = {"0": 0.95, "6": 0.9, "12": 1.06}, {"0": 16, "6": 16, "12": 8}
    made = clear_fall()
    for washout, size in sizes.items():
        where = {"specification": "every_choice", "horizon": f"poisson_fixed_effects · plan · all · {washout}"}
        made += [row(ELECTIVE, "curve", size, 0.01, **where)]
        made += [statistic(ELECTIVE, "sites", sites[washout], n_units=16, **where)]
    shares = {"share_below": 1, "share_above": 0, "share_clear_below": 1, "share_clear_above": 0}
    made += [statistic(ELECTIVE, term, share, specification="every_choice") for term, share in shares.items()]
    line = said(table(made), ELECTIVE, study, checks)["With every combination of choices"]
    assert line == (
        "The finding is clear in 100% of the combinations, and the opposite in 0%. 1 other loses sites and is not "
        "counted: +6.0%, a clear rise."
    )
    told = robustness_words(context(made), study.outcomes, checks, ())[ELECTIVE]["doubts"]
    plain = re.sub(r"\[([^\]]*)\]\{[^}]*\}", r"\1", told)
    assert "The 2 combinations of model, months, comparison group and washout run from −10.0% to −5.0%" in plain
    assert "One more loses sites, and is not counted: +6.0%, a clear rise." in plain
    curve(table(made)[lambda rows: rows["specification"] == "every_choice"], ELECTIVE, "elective admissions", tmp_path)
    data = pd.read_csv(tmp_path / "curve-elective-admissions.csv")
    assert dict(zip(data["sites"], data["whole"], strict=True)) == {16: True, 8: False}
    text = (tmp_path / "curve-elective-admissions.md").read_text(encoding="utf-8")
    assert "2 combinations of model, months, comparison group and washout give −10.0% to −5.0%" in text
    assert "1 further combination rests on 8 of 16 sites" in text
    assert "It gives +6.0%, a clear rise." in text


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ((1.054, 1.057), "a clear rise in each"),
        ((0.98, 1.001), "none of them clear"),
        ((0.9, 1.2, 1.001), "a clear rise in one and a clear fall in one"),
        ((0.9,), "a clear fall"),
        ((1.001,), "not clear"),
    ],
)
def test_what_combinations_that_lose_sites_say_is_told(sizes: tuple[float, ...], told: str) -> None:
    points = table([row(ELECTIVE, "curve", size, 0.02, horizon=str(at)) for at, size in enumerate(sizes)])
    assert sides(points) == told


@pytest.mark.parametrize(
    ("size", "told"),
    [(0.00073, "0.07% a period"), (0.005, "0.5% a period"), (0.0123, "1.2% a period"), (0.3, "30.0% a period")],
)
def test_a_change_of_slope_is_told_to_its_first_digit(size: float, told: str) -> None:
    assert violation("smoothness", size) == told


def test_a_check_that_rests_on_fewer_sites_says_so(study: Study, checks: Checks) -> None:
    where = {"specification": "two_years_around"}
    rows = [row(ELECTIVE, "effect", 0.96, 0.02, **where), statistic(ELECTIVE, "sites", 8, n_units=16, **where)]
    found = said(table([*clear_fall(), *rows]), ELECTIVE, study, checks)
    assert found["With one year before and after the first starts"].endswith("survives. It rests on 8 of 16 sites.")


def test_a_confounder_of_changes_is_something_that_changed(study: Study, checks: Checks) -> None:
    made = [*clear_fall(), *every_check(ELECTIVE)]
    line = said(table(made), ELECTIVE, study, checks)["With a confounder that nobody observed"]
    told = robustness_words(context(made), study.outcomes, checks, ())[ELECTIVE]["doubts"]
    assert line.startswith("With the start something would have")
    assert "Something that nobody observed would have to become" in told
    assert "with the start" in told
    assert not any("chance of being a pilot" in each for each in (line, told))
