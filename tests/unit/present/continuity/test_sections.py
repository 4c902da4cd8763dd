"""What the chapter on continuity says: every number with its address, and no more than the interval allows."""

import re
from itertools import pairwise, product
from math import prod
from pathlib import Path
from typing import Any

import pytest

from analysis.estimates import NotEstimated
from analysis.plan.continuity import INDICES, PATIENT_INDICES, ContactRules, Continuity, PracticeSize
from tests.unit.present.continuity_rows import (
    ADMISSIONS,
    ASKED,
    BENCHMARKS,
    NAME,
    OUTCOMES,
    POINTS,
    bounds,
    by_level,
    every_row,
    jump,
    primary,
    same_contacts,
    together,
    told,
)
from tests.unit.present.made_rows import row
from tests.unit.present.told_sections import section, sources

SPAN = re.compile(r'\[([^\]]*)\]\{\.number address="[a-z0-9-]+"\}')
ASKING = {"whom", "size", "admissions", "worth"}
# Numbers of the text that are no results: levels, units, citations, figures, and what was published of other studies.
NO_RESULT = re.compile(
    r"95% confidence interval|per 1,000 patients a year|aged 65 and over|The plan sets 3 percentage points|"
    r"\[@[^\]]*\]|\{[^}]*\}+|@\S+|"
    r"In a study of 200 English practices, 59% .* 70% in small ones"
)


def plain(text: str) -> str:
    """A text as a reader sees it."""
    return SPAN.sub(r"\1", text)


def test_every_number_has_an_address(tmp_path: Path) -> None:
    words, _ = told(tmp_path, every_row())
    bare = {
        key: re.findall(r"\d[\d.]*", NO_RESULT.sub("", SPAN.sub("", text)))
        for key, text in words.items()
        if not key.startswith("methods")
    }
    assert {key: found for key, found in bare.items() if found} == {}


def test_the_book_holds_what_is_printed(tmp_path: Path) -> None:
    words, context = told(tmp_path, every_row())
    spans = {printed for text in words.values() for printed in SPAN.findall(text)}
    assert spans
    assert spans == {text for text, _ in context.book.entries.values()}


@pytest.mark.parametrize("rows", [[], [primary()], every_row()], ids=["nothing", "primary", "all"])
def test_every_section_is_whole_whatever_could_be_estimated(tmp_path: Path, rows: list[Any]) -> None:
    words, _ = told(tmp_path, rows)
    assert words["points"].count(" - ") == 6
    for name, text in words.items():
        said = plain(text)
        assert not re.search(r"\bnan\b|None|\( |  | [.,;)]|\.\.|undefined", said), (name, said)


def test_the_plan_decides_which_sections_there_are(tmp_path: Path) -> None:
    least, _ = told(tmp_path, every_row(), asked=Continuity(outcome=NAME, size=None, gaps=None))
    every, _ = told(tmp_path, every_row())
    assert set(every) >= ASKING
    assert not set(least) & ASKING
    assert all(f"continuity/{name}.qmd" not in least["chapter"] for name in ASKING)
    assert "admissions" not in least["methods"]
    assert "continuity/methods-mediation" in every["methods"]
    assert least["points"].count(" - ") == 2


def test_methods_tell_the_rules_of_the_plan_and_every_index(tmp_path: Path) -> None:
    rules = ContactRules(
        roles=("gp", "nurse", "Care_coordinator"),
        modes=("telephone", "Home"),
        fewest=3,
        window_months=6,
        same_day="once",
    )
    words, _ = told(tmp_path, every_row(), rules=rules)
    said = words["methods-contacts"]
    assert "contacts with GPs, nurses and Care coordinator, by telephone or at home." in said
    assert "windows of six months" in said
    assert "at least three contacts" in said
    assert "count once, and a row" in said
    assert all(f"| {name} |" in words["methods-indices"] for name in INDICES.values())


@pytest.mark.parametrize(
    ("index", "baseline", "main"),
    [
        ("upc", "of a patient's contacts were with the clinician seen most often, on average.", "seen most often"),
        ("coc", "of the pairs of a patient's contacts were with one and the same clinician", "the share of all pairs"),
        ("secon", "of a patient's contacts but the first were with the same clinician", "as the contact before"),
        ("mmci", "was the mean of the Modified Modified Continuity Index", "Modified Modified Continuity Index"),
        ("k", "was the mean of the K index", "K index"),
        ("herfindahl", "was the mean of the Herfindahl index", "Herfindahl index"),
        ("slicc", "of the contacts of a list's patients were with their registered GP", "their registered GP"),
        ("opr", "of GPs' contacts were with patients of their own lists", "patients of their own lists"),
    ],
)  # fmt: skip
def test_each_index_is_told_as_what_it_is(tmp_path: Path, index: str, baseline: str, main: str) -> None:
    words, _ = told(tmp_path, every_row(), index=index)
    fall = plain(words["fall"])
    assert f"Before the start, 61.0% {baseline}" in fall
    assert main in words["methods-contacts"].partition("The main index is")[2]
    for text in (fall, words["methods-contacts"]):
        assert ("clinician seen most often" in text) == (index == "upc")
    # The simulation knows the mean of two indices; what it knows of one is no truth of another.
    assert ("truth planted in the simulation is −4.0 points" in fall) == (index == "upc")
    # Ten points are one contact in ten of a share of contacts alone.
    assert ("one contact in ten" in fall) == (index in ("upc", "slicc", "opr"))


def expected(index: str, contacts: int) -> float:
    """The mean of an index over every order of contacts with three clinicians, one of whom is seen half the time."""
    chances = {"a": 0.5, "b": 0.25, "c": 0.25}
    total = 0.0
    for order in product(chances, repeat=contacts):
        counts = [order.count(each) for each in chances]
        seen = sum(each > 0 for each in counts)
        value = {
            "upc": max(counts) / contacts,
            "coc": sum(each * (each - 1) for each in counts) / (contacts * (contacts - 1)),
            "secon": sum(first == then for first, then in pairwise(order)) / (contacts - 1),
            "mmci": (1 - seen / (contacts + 0.1)) / (1 - 1 / (contacts + 0.1)),
            "k": (contacts - seen) / (contacts - 1),
            "herfindahl": sum((each / contacts) ** 2 for each in counts),
        }[index]
        total += value * prod(chances[each] for each in order)
    return total


@pytest.mark.parametrize("index", PATIENT_INDICES)
def test_an_index_is_said_to_move_with_contacts_as_it_does_by_arithmetic(tmp_path: Path, index: str) -> None:
    few, many = expected(index, 2), expected(index, 6)
    words, _ = told(tmp_path, every_row(), index=index)
    said = "stay" if many == pytest.approx(few) else "falls" if many < few else "rises"
    assert ("The index falls as contacts rise" in words["composition"]) == (said == "falls")
    assert ("The index rises as contacts rise" in words["composition"]) == (said == "rises")
    assert ("does not move with the number of contacts" in words["composition"]) == (said == "stay")


@pytest.mark.parametrize("index", INDICES)
def test_a_study_that_asks_no_more_of_contacts_is_told_how_its_own_index_is_made(index: str) -> None:
    made = {NAME: OUTCOMES[NAME].model_copy(update={"index": index})}
    said = section(sources([primary()], made), "outcomes/methods-contacts-own")
    assert ("clinician seen most often" in said) == (index == "upc")
    assert ("all pairs of them" in said) == (index == "coc")
    assert said.count("Which roles and kinds of contact count") == 1


def test_a_change_at_equal_contacts_is_more_than_more_contacts(tmp_path: Path) -> None:
    remains, _ = told(tmp_path, [primary(), same_contacts(-3.8, 1.2)])
    goes, _ = told(tmp_path, [primary(), same_contacts(-0.5, 1.2)])
    turns, _ = told(tmp_path, [primary(), same_contacts(2.0, 1.2)])
    none, _ = told(tmp_path, [primary(-0.2, 1.0), same_contacts()])
    assert "more than one of how often patients came" in remains["points"]
    assert "may explain it" in goes["points"]
    assert "may explain it" in turns["points"]
    assert "no clear change" in none["points"]


def test_of_the_strata_the_fewest_and_the_most_contacts_are_told(tmp_path: Path) -> None:
    said = plain(told(tmp_path, every_row())[0]["composition"])
    assert said.index("2 to 3 contacts") < said.index("12 contacts or more")
    assert "4 to 6 contacts" not in said


def test_indices_are_counted_by_what_their_intervals_allow(tmp_path: Path) -> None:
    # Of the two indices of a patient's contacts, one fell clearly; the indices of lists are told by themselves.
    words, _ = told(tmp_path, every_row())
    said = plain(words["fall"])
    assert "Of the two other indices of a patient's contacts, one fell and one did not clearly change." in said
    assert "registered GP fell by 5.0 percentage points" in said


def test_gaps_say_who_fared_worse(tmp_path: Path) -> None:
    said = plain(told(tmp_path, every_row())[0]["whom"])
    assert "the most deprived lost 2.0 percentage points of continuity against the least deprived" in said
    assert "so the gap widened." in said
    assert "gap by age did not clearly change" in said
    gaps = plain(told(tmp_path, every_row())[0]["whom"])
    assert "From the least deprived patients to the most deprived, continuity falls by 5.0 percentage points" in gaps
    assert "it is 64.0% in the first fifth and 60.0% in the last" in gaps
    assert (
        "From those with the fewest conditions to those with the most conditions, continuity does not clearly differ"
        in gaps
    )


def test_a_merger_stands_beside_growth_and_its_truth(tmp_path: Path) -> None:
    said = plain(told(tmp_path, every_row())[0]["size"])
    assert "In the 21 practices whose list jumped within a year" in said
    assert "changed by −5.0 points (interval −6.0 to −4.0 points), and in the others by −0.5 points" in said
    assert "a difference of −4.5 points (interval −5.5 to −3.5 points). The truth planted" in said
    assert said.endswith("for a merger is −4.1 points, which the interval includes.")


def test_a_difference_that_chance_may_have_made_is_no_finding(tmp_path: Path) -> None:
    said = plain(told(tmp_path, jump(-0.4))[0]["size"])
    assert "a difference of −0.4 points (interval −1.4 to +0.6 points), which chance alone may have made." in said


def test_slopes_that_change_by_arithmetic_are_told_only_of_simulated_patients(tmp_path: Path) -> None:
    assert "the arithmetic of the index alone." in told(tmp_path, every_row())[0]["whom"]
    observed = BENCHMARKS.replace("gap_change_age,truth", "another,truth")
    assert "arithmetic" not in told(tmp_path, every_row(), benchmarks=observed)[0]["whom"]


def test_truth_and_published_value_stand_beside_the_estimate(tmp_path: Path) -> None:
    words, _ = told(tmp_path, every_row())
    assert "planted in the simulation is −2.0%, which the interval leaves out" in plain(words["admissions"])
    assert "The value published is −8.1% (Norway: patients aged 60 to 90)" in plain(words["admissions"])
    assert "planted in the simulation is −2.0%, which the interval includes" in plain(words["admissions"])
    far = "lie 8.0 (by patient), 1.0 (by list) and 1.5 (by list, corrected) percentage points away"
    assert far in plain(words["admissions"])
    # A published level is no effect.
    assert "The truth planted in the simulation is −4.0 points, which the interval includes. Ten" in plain(
        words["fall"]
    )


def test_a_step_is_told_in_admissions_too(tmp_path: Path) -> None:
    about = ADMISSIONS | {"specification": "list_level", "scale": "difference", "baseline": 66.5}
    events = row("admissions_by_continuity", "per_step", -4.3, 1.8, **about)
    said = plain(told(tmp_path, [*by_level(0.9, 0.97), events])[0]["admissions"])
    assert "per 1,000 patients a year the step is −4.3 (interval −6.1 to −2.5), of 66.5 in these patients" in said


@pytest.mark.parametrize(
    ("slope", "change", "said"), [(-5.0, 2.0, "narrowed"), (5.0, 2.0, "widened"), (1.5, -3.0, "turned round")]
)
def test_a_change_says_what_became_of_the_gap(tmp_path: Path, slope: float, change: float, said: str) -> None:
    rows = [
        row(NAME, "slope_index", slope, 1.0, design="continuity_gaps", specification="age", **POINTS),
        row(NAME, "gap_change", change, 0.5, specification="gap_age", **POINTS),
    ]
    assert plain(told(tmp_path, rows)[0]["whom"]).count(f"so the gap {said}.") == 1


def test_the_relative_index_stands_beside_the_slope(tmp_path: Path) -> None:
    rows = [
        row(NAME, term, value, half, design="continuity_gaps", specification="imd", **more)
        for term, value, half, more in (("slope_index", -9.8, 2.0, POINTS), ("relative_index", 0.86, 0.03, {}))
    ]
    assert "a relative index of 0.86 (interval 0.83 to 0.89)" in plain(told(tmp_path, rows)[0]["whom"])


@pytest.mark.parametrize(
    ("adjust", "said"),
    [((), "nothing else"), (("imd",), "the deprivation score"),
     (("imd", "rooms"), "the deprivation score and the value of rooms")],
)  # fmt: skip
def test_the_methods_name_what_the_plan_holds_constant(tmp_path: Path, adjust: tuple[str, ...], said: str) -> None:
    asked = ASKED.model_copy(update={"size": PracticeSize(adjust=adjust)})
    assert told(tmp_path, every_row(), asked=asked)[0]["methods-size"].count(f", with {said} held constant") == 1


def test_practices_where_no_pilot_ran_are_told_alone(tmp_path: Path) -> None:
    said, context = told(tmp_path, every_row())
    alone = "In comparison practices alone, the difference is "
    own = "−11.0% (interval −14.0% to −8.0%) by patients' own contacts"
    others = "−4.0% (interval −7.0% to −1.0%) by those of the other patients of the same GP"
    assert f"{alone}{own} and {others}." in plain(said["admissions"])
    places = {origin.place for _, origin in context.book.entries.values()}
    assert any(place.endswith("specification=list_level_comparison") for place in places)
    assert alone not in told(tmp_path, by_level(0.9, 0.97))[0]["admissions"]


def test_the_ratio_of_the_list_beside_the_patients_own_is_told_as_a_comparison(tmp_path: Path) -> None:
    said = plain(told(tmp_path, every_row())[0]["admissions"])
    assert "−12.0% (interval −14.0% to −10.0%) by patients' own contacts and +5.0% (interval" in said
    assert "no effect of the list" in said
    assert "above nought because" in said


@pytest.mark.parametrize(("own", "of_list"), [(0.9, 0.95), (1.05, 1.1), (0.9, 1.01)])
def test_a_list_is_said_to_stand_above_its_patients_only_where_it_does(
    tmp_path: Path, own: float, of_list: float
) -> None:
    said = plain(told(tmp_path, [*by_level(0.9, 0.97), *together(own, of_list)])[0]["admissions"])
    assert "no effect of the list" in said
    assert "above nought" not in said


def test_without_a_model_of_both_nothing_is_said_of_it(tmp_path: Path) -> None:
    assert "With both in one model" not in told(tmp_path, by_level(0.9, 0.97))[0]["admissions"]


def test_an_association_that_is_not_clear_is_not_told_as_one(tmp_path: Path) -> None:
    said = plain(told(tmp_path, by_level(0.99, 1.01))[0]["admissions"])
    assert "do not clearly go with more or fewer admissions (−1.0%" in said
    assert "% fewer admissions" not in said
    assert "% more admissions" not in said


def test_counts_of_people_are_protected(tmp_path: Path) -> None:
    assert "of 12,345 people" in plain(told(tmp_path, every_row())[0]["admissions"])


def test_worth_is_told_as_bounds_and_without_a_share_of_an_unclear_whole(tmp_path: Path) -> None:
    words, _ = told(tmp_path, [primary(), *bounds(-0.3, 1.4)])
    assert "between 0.30 fewer and 1.40 more avoidable admissions per 1,000 patients a year" in plain(words["worth"])
    # The whole has as many decimals as its parts.
    assert "was +2.00 per 1,000 patients a year (interval −1.00 to +5.00)" in plain(words["worth"])
    assert "no share of it can be told" in words["worth"]


def test_what_could_not_be_estimated_says_why(tmp_path: Path) -> None:
    unmade = (
        NotEstimated(outcome="admissions_by_continuity", design="continuity_admissions", reason="no_patient_tables"),
        NotEstimated(outcome=NAME, design="continuity_gaps", reason="no_windows_before"),
        NotEstimated(outcome="acsc", design="mediation", reason="change_in_continuity_unknown"),
    )
    words, _ = told(tmp_path, [primary()], unmade=unmade)
    assert "cannot tell. Not estimated: The data do not tell who is registered where" in words["admissions"]
    assert (
        "Not estimated: There are no windows before the pilots' start in two areas or more. These are" in words["whom"]
    )
    assert (
        "could not be bounded. Not estimated: It is not known by how much the pilots changed continuity."
        in words["worth"]
    )


def test_contacts_left_out_are_counted_and_practices_that_look_wrong_told(tmp_path: Path) -> None:
    words, _ = told(tmp_path, [primary()])
    assert "Of 1,000 contacts in the data, 900 were counted." in plain(words["data"])
    assert "one has a single clinician id" in plain(words["data"])
    assert "two hold nearly all contacts of some window by telephone or online" in plain(words["data"])


def test_each_minimum_says_what_it_drops(tmp_path: Path) -> None:
    said = plain(told(tmp_path, every_row())[0]["composition"])
    assert "A minimum of two contacts leaves out 20.0% of the patients and 8.0% of the contacts" in said
    assert "three contacts leaves out 31.0% of the patients" in said
    assert "With a minimum of three the change is −4.2 points" in said


@pytest.mark.parametrize(
    ("size", "said"),
    [(0.2, "two more contacts in ten"), (0.1, "one more contact in ten"), (0.25, "25 more contacts in a hundred"),
     (0.01, "one more contact in a hundred")],
)  # fmt: skip
def test_a_step_is_told_in_contacts(tmp_path: Path, size: float, said: str) -> None:
    assert ASKED.admissions
    plan = ASKED.admissions.model_copy(update={"step": size})
    words, _ = told(tmp_path, by_level(0.9, 0.97), asked=ASKED.model_copy(update={"admissions": plan}))
    assert f"own contacts, {said} with the usual clinician go with 10.0% fewer" in plain(words["admissions"])
