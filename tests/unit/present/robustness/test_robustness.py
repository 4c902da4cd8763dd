"""Would it survive a sceptic? What is said of checks, and that nothing survives where nothing was found."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pandas as pd
import pytest

from analysis.answers import About, Question
from analysis.estimates import Estimate, one, settled, sole
from analysis.plan.sensitivity import Check, Checks
from analysis.present.assumptions.assumptions import Points, Trend
from analysis.present.look.style import SIMULATED
from analysis.present.provenance.address import slug
from analysis.present.provenance.context import Outcomes
from analysis.present.robustness.checks import check_source
from analysis.present.robustness.curve import draw_curve, drawn
from analysis.present.robustness.robustness import curves, robustness
from analysis.present.templates.formats import formats
from analysis.present.templates.values import Row, Value
from analysis.steps import Problem
from analysis.study import Study
from analysis.verdicts import Verdict, write_verdicts
from tests.unit.present.made_rows import (
    LINEAGE,
    clear_fall,
    context,
    every_check,
    methods,
    row,
    statistic,
    table,
    unclear,
)
from tests.unit.present.phrases import allowed
from tests.unit.present.told_sections import REPORTS, cited, phrase, plain, section, sources

ELECTIVE, EMERGENCY = "elective_admissions", "emergency_admissions"
SITES = "Without each site in turn"


@pytest.fixture(scope="module")
def checks(study: Study) -> Checks:
    return study.checks(*{check.kind for check in study.sensitivity.values()})


def told(rows: Iterable[Estimate], outcomes: Outcomes, checks: Checks, name: str) -> str:
    """What the section says of one outcome, its table with it."""
    text = plain(cited(sources(rows, outcomes, checks), "robustness/results"))
    return text.partition(f"{{#sec-robustness-{slug(name)}}}\n")[2].partition("\n##")[0]


def words(rows: Iterable[Estimate], outcomes: Outcomes, checks: Checks, name: str) -> str:
    """The same without its table, in one line."""
    return " ".join(told(rows, outcomes, checks, name).partition("| What was changed")[0].split())


def said(rows: Iterable[Estimate], name: str, study: Study, checks: Checks) -> dict[str, str]:
    """By what was changed, what the table says that it means."""
    lines = [line.strip("| ").split(" | ") for line in told(rows, study.outcomes, checks, name).splitlines()
             if line.startswith("| ")]  # fmt: skip
    assert {len(cells) for cells in lines} == {3}
    return {label: meaning for label, _, meaning in lines[3:]}


def test_only_less_certain_is_told_from_gone(study: Study, checks: Checks) -> None:
    def meaning(size: float, half: float) -> str:
        same = row(ELECTIVE, "effect", size, half, specification="same_regions")
        return said([*clear_fall(), same], ELECTIVE, study, checks)["Against practices of the same regions"]

    gone = "The finding does not survive: here the interval includes no change"
    assert meaning(0.96, 0.05) == f"{gone}, though it includes the primary estimate too."
    assert meaning(0.99, 0.02) == f"{gone}."
    assert meaning(1.04, 0.02) == "The finding does not survive: here it is clear in the other direction."
    assert meaning(0.96, 0.02) == "The finding survives."


def test_an_unclear_finding_survives_nothing(study: Study, checks: Checks) -> None:
    rows = [*unclear(), *every_check(EMERGENCY)]
    found = said(rows, EMERGENCY, study, checks)
    assert not any("The finding" in text or "survives" in text for text in found.values())
    text = words(rows, study.outcomes, checks, EMERGENCY)
    assert "there is no clear finding to survive" in text
    assert not re.search("finding survives|finding standing", text)


def test_every_check_of_the_plan_has_a_line_and_says_when_it_was_not_made(study: Study, checks: Checks) -> None:
    found = said(clear_fall(), ELECTIVE, study, checks)
    assert len(found) == len(checks)
    assert set(found.values()) == {"This check could not be made."}
    text = words(clear_fall(), study.outcomes, checks, ELECTIVE)
    assert "No other choice of model, months or comparison group could be tried." in text
    assert "How far trends may have differed was not worked out." in text
    assert "What an unobserved confounder would have to be like was not worked out." in text
    assert "Combinations of the declared choices could not be estimated." in text


def test_checks_in_plain_words(study: Study, checks: Checks) -> None:
    found = said([*clear_fall(), *every_check(ELECTIVE)], ELECTIVE, study, checks)
    assert found["With standard errors from the dispersion alone"] == "The finding survives."
    assert "does not survive" in found["Against practices of the same regions"]
    assert found["With a start that never was, a year early"].startswith("As it should be")
    assert found[SITES].startswith("The finding survives without any one site. S01 matters most")
    dose = found["Per year since the start, beside the step at the start"]
    assert dose == "Beyond the step at the start, more exposure went with more of the change."
    assert "do not clearly differ (p = 0.30)" in found["By fifth of deprivation"]
    assert found["With rates in place of log rates"] == "This check could not be made."
    violations = [text for label, text in found.items() if label.startswith("With trends")]
    assert violations[0] == "The finding survives a violation up to 1.3 times the largest movement before the start."
    assert "up to 0.7% a period" in violations[1]
    tipping = found["With a confounder that nobody observed: in 30% of pilot practices"]
    assert tipping == "It would have to multiply the rate by 1.40 for the interval to include no change."
    assert "clear in 75% of the combinations" in found["With every combination of choices"]


def without(**sizes: float) -> list[Estimate]:
    """A clear fall of 5 per cent, and the estimate without each of these sites."""
    where = {"specification": "without_each_site"}
    made = [row(ELECTIVE, "effect", size, 0.02, subgroup=f"without {site}", **where) for site, size in sizes.items()]
    return [*clear_fall(), *made]


@pytest.mark.parametrize(
    ("sizes", "line", "sentence"),
    [
        ({"S01": 0.95, "S07": 0.96}, "survives without any one site.", "no one site decides."),
        ({"S01": 0.95, "S07": 0.99}, "does not survive without S07.", "a single site decides whether a change is"),
        # A fall of 4% overall, a clear rise of 5% without site A: table and text read the same verdict.
        ({"A": 1.05, "B": 0.96}, "does not survive without A.", "a single site decides in which direction a change"),
    ],
)
def test_a_site_that_decides_is_named_in_the_table_and_told_in_the_text(
    study: Study, checks: Checks, sizes: dict[str, float], line: str, sentence: str
) -> None:
    assert said(without(**sizes), ELECTIVE, study, checks)[SITES].startswith(f"The finding {line}")
    assert sentence in words(without(**sizes), study.outcomes, checks, ELECTIVE)


def test_a_start_that_never_was_warns(study: Study, checks: Checks) -> None:
    rows = [*clear_fall(), row(ELECTIVE, "effect", 0.95, 0.02, specification="a_year_early")]
    text = said(rows, ELECTIVE, study, checks)["With a start that never was, a year early"]
    assert text.startswith("A warning")
    assert "which is a warning" in words(rows, study.outcomes, checks, ELECTIVE)


def judged(question: Question, verdict: str) -> Verdict:
    rows = {"estimates": (("row",),), "reason": ""}
    return Verdict(about=About.CHECK, subject=ELECTIVE, question=question, verdict=verdict, rule="rule", **rows)


def trend(measure: str, question: Question, verdict: str, size: float) -> Trend:
    made = context([statistic(ELECTIVE, "breakdown", size)])
    return Trend(
        label="with trends", finding=judged(Question.DIRECTION, "fell"), measure=measure, told="", widest=None,
        violation=None, survives=judged(question, verdict), breakdown=Row(made, made.estimates.iloc[0]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "size", "expected"),
    [
        ("breaks", 0.0, "does not survive even"),
        ("survives", 1.2, "up to 1.2 times"),
        ("fragile", 0.31, "does not survive drift as large as that already seen: it is gone beyond 0.31 times"),
        ("survives", 1.0, "The finding survives a violation up to 1 times"),
        ("survives_any", 100.0, "every violation"),
    ],
)
def test_the_largest_violation_in_words(verdict: str, size: float, expected: str) -> None:
    it = trend("relative_magnitudes", Question.DRIFT, verdict, size)
    assert expected in phrase(it, "assumptions/lines/relative_magnitudes")


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0.00073, "0.07% a period"), (0.005, "0.5% a period"), (0.0123, "1.2% a period"), (0.3, "30.0% a period")],
)
def test_a_change_of_slope_is_told_to_its_first_digit(size: float, expected: str) -> None:
    it = trend("smoothness", Question.BEND, "survives", size)
    assert f"up to {expected}" in phrase(it, "assumptions/lines/smoothness")
    assert f"up to {expected}" in phrase(it, "assumptions/smoothness")


def test_summary_counts_and_names_what_does_not_survive(study: Study, checks: Checks) -> None:
    text = words([*clear_fall(), *every_check(ELECTIVE)], study.outcomes, checks, ELECTIVE)
    assert text.startswith(
        "Of two other choices of model, months and comparison group, one leaves the finding standing; it does not "
        "survive *against practices of the same regions*."
    )
    assert "no one site decides" in text


CHOICES = {
    "quasi_poisson": "with standard errors from the dispersion alone",
    "same_regions": "against practices of the same regions",
    "other_regions": "against practices of other regions",
}


@pytest.mark.parametrize(
    ("primary", "sizes", "expected"),
    [
        (
            clear_fall,
            (0.95,),
            "The one other choice of model, months and comparison group leaves the finding standing.",
        ),
        (clear_fall, (0.95, 0.96), "Both other choices of model, months and comparison group leave the finding"),
        (clear_fall, (0.95, 0.96, 0.95), "All three other choices of model, months and comparison group leave the"),
        (clear_fall, (0.99, 1.04), "none leaves the finding standing: *{0}* and *{1}*."),
        (clear_fall, (0.95, 0.96, 0.99), "two leave the finding standing; it does not survive *{2}*."),
        (unclear, (1.0,), "The one other choice of model, months and comparison group shows no clear change either."),
        (unclear, (1.0, 1.01, 1.05), "two show no clear change either; a change is clear *{2}*."),
        (unclear, (1.05, 1.06), "each shows a change: *{0}* and *{1}*."),
    ],
)
def test_other_choices_are_counted(
    study: Study, checks: Checks, primary: Callable[[str], list[Estimate]], sizes: tuple[float, ...], expected: str
) -> None:
    named = dict(zip(CHOICES, sizes, strict=False))
    made = [row(ELECTIVE, "effect", size, 0.02, specification=name) for name, size in named.items()]
    text = words([*primary(ELECTIVE), *made], study.outcomes, {name: checks[name] for name in named}, ELECTIVE)
    assert expected.format(*CHOICES.values()) in text


def few(made: Estimate) -> Estimate:
    """The same estimate from too few clusters for an interval."""
    return settled(replace(made, std_error=0.01, treated_clusters=6, comparison_clusters=2))


@pytest.mark.parametrize(
    ("primary", "size", "counted", "line"),
    [
        (clear_fall, 0.95, "leaves the finding standing", "From so few clusters it cannot be told what becomes"),
        (unclear, 1.0, "shows no clear change either", "There was no clear finding to survive, and from so few"),
    ],
)
def test_a_choice_with_too_few_clusters_is_named_and_not_counted(
    study: Study, checks: Checks, primary: Callable[[str], list[Estimate]], size: float, counted: str, line: str
) -> None:
    made = [*primary(ELECTIVE), row(ELECTIVE, "effect", size, 0.02, specification="same_regions")]
    made += [few(row(ELECTIVE, "effect", 0.93, 0.02, specification="other_regions"))]
    asked = {name: checks[name] for name in ("same_regions", "other_regions")}
    expected = (
        f"The one other choice of model, months and comparison group {counted}. One more has too few clusters to tell: "
        "*against practices of other regions*."
    )
    assert expected in words(made, study.outcomes, asked, ELECTIVE)
    assert said(made, ELECTIVE, study, asked)["Against practices of other regions"].startswith(line)


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ((0.95, 0.96), "two have an interval: a clear fall in each"),
        ((0.95, 1.0), "two have an interval: a clear fall in one"),
        ((0.95,), "one has an interval: a clear fall"),
        ((1.0, 0.999), "two have an interval: none of them clear"),
    ],
)
def test_of_combinations_those_with_an_interval_are_told_where_others_have_none(
    study: Study, checks: Checks, sizes: tuple[float, ...], told: str
) -> None:
    own, where = "poisson_fixed_effects · plan · all", {"specification": "every_choice"}
    points = [
        row(ELECTIVE, "curve", size, 0.02, horizon=f"{own} · {at}", **where) for at, size in enumerate((*sizes, 0.94))
    ]
    made = [*clear_fall(), *points[:-1], few(points[-1])]
    expected = f"Of these, {told}; of the rest it cannot be told from so few clusters."
    assert expected in words(made, study.outcomes, checks, ELECTIVE)
    assert said(made, ELECTIVE, study, checks)["With every combination of choices"] == expected


def test_a_new_kind_of_check_stands_in_the_table_and_is_counted(study: Study, checks: Checks) -> None:
    """A kind that nobody wrote words for is another choice of the same estimate, in every place that tells of them."""

    class Novel(Check):
        kind: Literal["novel"]

    novel = Novel(kind="novel", label="with every practice counted once", outcomes=(ELECTIVE,))
    asked = {"quasi_poisson": checks["quasi_poisson"], "novel": novel}
    for size, line, counted in (
        (0.94, "The finding survives.", "Both other choices"),
        (1.04, "in the other direction.", "it does not survive *with every practice counted once*."),
    ):
        rows = [*clear_fall(), row(ELECTIVE, "effect", 0.95, 0.01, specification="quasi_poisson")]
        rows += [row(ELECTIVE, "effect", size, 0.02, specification="novel")]
        assert said(rows, ELECTIVE, study, asked)["With every practice counted once"].endswith(line)  # type: ignore[arg-type]
        assert counted in words(rows, study.outcomes, asked, ELECTIVE)  # type: ignore[arg-type]


def test_every_number_in_words_has_an_address_of_its_own(study: Study, checks: Checks) -> None:
    rows = [*clear_fall(), *every_check(ELECTIVE), *methods(ELECTIVE)]
    made = sources(rows, study.activity(), checks, study.inference.methods)
    sections = [cited(made, name) for name in ("robustness/results", "inference/results")]
    assert len(made.context.book.entries) > 12
    for text in sections:
        prose = "\n".join(line for line in text.splitlines() if not line.startswith(("|", ":")))
        assert not re.search(r"\d", re.sub(r"\[[^\]]*\]\{[^}]*\}", "", prose)), prose
        assert "nan" not in text
    held = made.context
    assert len({held.origin(each).place for _, each in held.estimates.iterrows()}) == len(held.estimates)


def test_the_curve_is_sorted_and_marks_the_plans_own() -> None:
    data = drawn(table(every_check(ELECTIVE)).query("specification == 'every_choice'"))
    assert list(data["estimate"]) == sorted(data["estimate"])
    own = data[data["plan"]]
    assert own[["model", "months", "comparison", "washout"]].to_numpy().tolist() == [
        ["Poisson", "all months", "all practices", "none"]
    ]


def step(folder: Path, rows: Iterable[Estimate], study: Study, checks: Checks) -> dict[str, str]:
    made = sources(rows, study.activity(), checks, study.inference.methods)
    made.context.estimates.to_csv(folder / "estimates.csv", index=False)
    write_verdicts(folder / "verdicts.csv", made.verdicts, "made", LINEAGE)
    robustness(
        estimates=folder / "estimates.csv", verdicts=folder / "verdicts.csv", outcomes=study.activity(), checks=checks,
        inference=study.inference, phrases=allowed("present_robustness"), figures=folder / "out",
    )  # fmt: skip
    return {path.name: path.read_text(encoding="utf-8") for path in (folder / "out").glob("*.md")}


def test_the_step_writes_what_the_plan_names_with_and_without_rows(
    tmp_path: Path, study: Study, checks: Checks
) -> None:
    full = step(tmp_path, [*clear_fall(), *every_check(ELECTIVE), *methods(ELECTIVE)], study, checks)
    drawn_of = {name for check in checks.values() if check.kind == "curve" for name in check.outcomes}
    assert set(curves(checks)) == drawn_of
    assert set(full) == {f"curve-{slug(name)}.md" for name in drawn_of}
    assert "75%" in full["curve-elective-admissions.md"]
    assert SIMULATED in full["curve-elective-admissions.md"]
    assert "could be estimated" in full["curve-emergency-admissions.md"]
    assert SIMULATED not in full["curve-emergency-admissions.md"]
    assert not any("nan" in text for text in full.values())


def cells(text: str) -> list[list[str]]:
    """The table of a section, line by line, without its rule."""
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    return [[each.strip() for each in line] for line in lines if set(line[0].strip()) != set(":-")]


def groups(rows: Iterable[Estimate], outcomes: Outcomes, checks: Checks) -> list[list[str]]:
    return cells(plain(cited(sources(rows, outcomes, checks), "robustness/groups")))


def test_groups_and_uncertainty_have_a_line_each_with_and_without_rows(study: Study, checks: Checks) -> None:
    rows = [*clear_fall(), *every_check(ELECTIVE), *methods(ELECTIVE)]
    table_of_groups = groups(rows, study.activity(), checks)
    assert table_of_groups[0] == ["Group", "Emergency admissions", "Elective admissions", "Outpatient attendances"]
    assert ["group 2", "–", "−4.0 (−9.0 to +1.0)", "–"] in table_of_groups
    assert ["test that they differ", "–", "p = 0.30", "–"] in table_of_groups
    told = sources(rows, study.activity(), checks, study.inference.methods)
    uncertainty = cells(plain(cited(told, "inference/results")))
    assert uncertainty[1] == ["Emergency admissions", "–", "not estimated", "–"]
    assert uncertainty[2:] == [
        ["Elective admissions", "clusters of practices (primary)", "−5.0% (−7.0% to −3.0%)", "0.001"],
        ["", "leaving out one cluster at a time (CRV3)", "−5.0% (−8.0% to −2.0%)", "0.004"],
        ["", "score bootstrap, by cluster", "–", "0.030"],
        ["", "wild cluster bootstrap, linear model", "−4.8 per 1,000 a year (−7.8 to −1.8)", "0.020"],
        ["", "primary, adjusted for several outcomes (Holm), over one outcome", "–", "0.012"],
        ["Outpatient attendances", "–", "not estimated", "–"],
    ]
    assert "nan" not in section(told, "inference/results")


def test_drawn_twice_the_bytes_are_the_same(tmp_path: Path, study: Study, checks: Checks) -> None:
    rows = [*clear_fall(), *every_check(ELECTIVE), *methods(ELECTIVE)]
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        step(tmp_path / name, rows, study, checks)
    first = sorted((tmp_path / "one/out").iterdir())
    assert [path.read_bytes() for path in first] == [(tmp_path / "two/out" / path.name).read_bytes() for path in first]


def test_the_table_begins_with_what_is_checked(study: Study, checks: Checks) -> None:
    text = told(clear_fall(), study.outcomes, checks, ELECTIVE)
    assert "| The plan's own estimate | −5.0% (−7.0% to −3.0%) | This is what is checked. |" in text
    assert f"One line for each check of the plan. {SIMULATED} {{#tbl-sensitivity-elective-admissions" in text
    none = told(clear_fall(), study.outcomes, checks, EMERGENCY)
    assert "| The plan's own estimate | not estimated | There is nothing to check. |" in none
    assert "The effect on emergency admissions was not estimated, so there is no finding to check." in none
    assert SIMULATED not in none


def test_methods_that_disagree_are_said_to(study: Study) -> None:
    def uncertainty(*rows: Estimate) -> str:
        return section(sources(rows, study.activity(), {}, ("crv3",)), "inference/results")

    agreed = uncertainty(*clear_fall(), *methods(ELECTIVE))
    assert "they agree" in agreed
    assert "Adjusted for one primary outcome it is p = 0.012 by Holm." in agreed
    odd = uncertainty(*clear_fall(), row(ELECTIVE, "inference", 0.95, horizon="randomisation", p_value=0.2))
    assert "they do not agree" in odd
    assert "*Emergency admissions.* Its effect was not estimated." in odd


def test_an_unclear_curve_with_clear_combinations_blames_the_choice(study: Study, checks: Checks) -> None:
    rows = [*unclear(), *every_check(EMERGENCY), statistic(EMERGENCY, "nothing", 1.0)]
    text = words(rows, study.outcomes, checks, EMERGENCY)
    assert "So whether a change is clear hangs on the choice." in text


def test_a_choice_that_nobody_asked_for_is_no_failure(study: Study, checks: Checks) -> None:
    rows = [*clear_fall(), *every_check(ELECTIVE)]
    asked = {key: checks[key] for key in ("a_year_early", "without_each_site")}
    none = "The plan asks for no other choice of model, months or comparison group."
    assert words(rows, study.outcomes, asked, ELECTIVE).startswith(none)
    text = words(clear_fall(), study.outcomes, {"c": checks["linear_rates"]}, ELECTIVE)
    assert text.startswith("No other choice of model, months or comparison group could be tried.")


def test_a_test_says_which_groups_it_compares(study: Study) -> None:
    """A group in too few clusters has no interval and is not in the test; where none are left, there is no test."""
    checks = {"by_age": study.sensitivity["by_age"].model_copy(update={"outcomes": (ELECTIVE,)})}
    known = [row(ELECTIVE, "effect", 0.9, 0.05, specification="by_age", subgroup=each) for each in ("2", "3")]
    bare = row(ELECTIVE, "effect", 0.8, specification="by_age", subgroup="1")
    test = statistic(ELECTIVE, "interaction", 4.0, p_value=0.01, specification="by_age")

    def last(*rows: Estimate) -> tuple[str, str]:
        cell = groups([*clear_fall(), *rows], study.activity(), checks)[-1][-1]
        (line,) = said([*clear_fall(), *rows], ELECTIVE, study, checks).values()
        return cell, line

    of_many = "of many such tests one may do so by chance."
    assert last(*known, test) == ("p = 0.010", f"The groups seem to differ (p = 0.010); {of_many}")
    some = "Group 2 and group 3 seem to differ (p = 0.010; the others lie in too few sites)"
    assert last(bare, *known, test) == ("p = 0.010 (group 2 and group 3)", f"{some}; {of_many}")
    assert last(bare, *known) == ("cannot be told", "Whether the groups differ cannot be told from so few clusters.")
    text = words([*clear_fall(), bare, *known, test], study.outcomes, checks, ELECTIVE)
    assert "the effect seems to differ (interaction test p = 0.010 between group 2 and group 3, the others" in text


def test_a_group_is_not_told_of_another_outcomes_check_of_the_same_name(study: Study) -> None:
    check = {"by_age": study.sensitivity["by_age"].model_copy(update={"outcomes": (ELECTIVE,)})}
    own = [row(ELECTIVE, "effect", 0.9, 0.05, specification="by_age", subgroup=each) for each in ("1", "2")]
    # The gaps of continuity have a specification of that name, and other groups.
    gaps = [
        row("usual_provider", "effect", -2.0, 1.0, scale="points", specification="by_age", subgroup=f"{at} of 5")
        for at in range(1, 6)
    ]
    told = groups([*own, *gaps], study.activity(), check)
    assert told[2:] == [
        ["group 1", "−10.0 (−15.0 to −5.0)"],
        ["group 2", "−10.0 (−15.0 to −5.0)"],
        ["test that they differ", "cannot be told"],
    ]


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
    line = said(made, ELECTIVE, study, checks)["With every combination of choices"]
    assert line == (
        "The finding is clear in 100% of the combinations, and the opposite in 0%. 1 other loses sites and is not "
        "counted: +6.0%, a clear rise."
    )
    prose = words(made, study.outcomes, checks, ELECTIVE)
    assert "The 2 combinations of model, months, comparison group and washout run from −10.0% to −5.0%" in prose
    assert "One more loses sites, and is not counted: +6.0%, a clear rise." in prose
    asked = check_source(sources(made, study.outcomes, checks), ELECTIVE, "every_choice", cited=False)
    draw_curve(asked, "elective admissions", formats(asked.sources.context.book, REPORTS / "phrases"), tmp_path)
    data = pd.read_csv(tmp_path / "curve-elective-admissions.csv")
    assert dict(zip(data["sites"], data["whole"], strict=True)) == {16: True, 8: False}
    text = (tmp_path / "curve-elective-admissions.md").read_text(encoding="utf-8")
    assert "2 combinations of model, months, comparison group and washout give −10.0% to −5.0%" in text
    assert "1 further combination rests on 8 of 16 sites" in text
    assert "It gives +6.0%, a clear rise." in text


@pytest.mark.parametrize(
    ("rises", "falls", "count", "expected"),
    [
        (2, 0, 2, "a clear rise in each"),
        (0, 3, 3, "a clear fall in each"),
        (0, 0, 2, "none of them clear"),
        (1, 1, 3, "a clear rise in one and a clear fall in one"),
        (2, 0, 3, "a clear rise in two"),
        (0, 1, 1, "a clear fall"),
        (1, 0, 1, "a clear rise"),
        (0, 0, 1, "not clear"),
    ],
)
def test_what_combinations_that_lose_sites_say_is_told(rises: int, falls: int, count: int, expected: str) -> None:
    made = context([row(ELECTIVE, "curve", 1.05, 0.02)])
    end = Row(made, made.estimates.iloc[0])
    number = Value(count, "number", None)
    points = Points(count=count, number=number, lowest=end, highest=end, rises=rises, falls=falls)
    assert phrase(points, "assumptions/sides") == expected


def test_a_check_that_rests_on_fewer_sites_says_so(study: Study, checks: Checks) -> None:
    where = {"specification": "two_years_around"}
    rows = [row(ELECTIVE, "effect", 0.96, 0.02, **where), statistic(ELECTIVE, "sites", 8, n_units=16, **where)]
    found = said([*clear_fall(), *rows], ELECTIVE, study, checks)
    assert found["With one year before and after the first starts"].endswith("survives. It rests on 8 of 16 sites.")


def test_a_confounder_of_changes_is_something_that_changed(study: Study, checks: Checks) -> None:
    made = [*clear_fall(), *every_check(ELECTIVE)]
    line = said(made, ELECTIVE, study, checks)["With a confounder that nobody observed"]
    prose = words(made, study.outcomes, checks, ELECTIVE)
    assert line.startswith("With the start something would have")
    assert "Something that nobody observed would have to become" in prose
    assert "with the start" in prose
    assert not any("chance of being a pilot" in each for each in (line, prose))
