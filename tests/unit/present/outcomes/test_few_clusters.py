"""What is said where clusters are too few for intervals: of no estimate that it did not change, nor that it did."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.estimates import Estimate, settled
from analysis.plan.sensitivity import Checks
from analysis.present.outcomes.event_study import shown_periods
from analysis.study import Study
from tests.unit.present.continuity.test_sections import plain
from tests.unit.present.continuity_rows import every_row, told
from tests.unit.present.made_rows import clear_fall, every_check
from tests.unit.present.phrases import said
from tests.unit.present.told_sections import section, sources

ELECTIVE = "elective_admissions"
# Words that nobody may say of an estimate without an interval, and a missing number.
CLAIMS = re.compile(
    r"\bnan\b|nan%|interval no interval|not clearly|no longer clear|nothing clear|no such change|"
    r"\b(rise|fall|finding) is clear|shows? no clear|undoes|leave it standing|survives?\b(?! or)",
    re.IGNORECASE,
)
COMPARED = ("difference_in_differences", "event_study", "contacts_per_patient")
# Rows that a study with so few clusters does not have.
UNMADE = ("share_clear_below", "share_clear_above", "interaction", "bound_low", "bound_high", "breakdown", "dose")


def two_sites(rows: Iterable[Estimate]) -> list[Estimate]:
    """The same rows as the table of estimates of two sites has them."""
    kept = [each for each in rows if each.term not in UNMADE and each.estimator not in ("rambachan_roth", "e_value")]
    return [
        settled(replace(each, std_error=0.1, treated_clusters=2, comparison_clusters=24))
        if each.design in COMPARED
        else each
        for each in kept
    ]


@pytest.fixture(scope="module")
def checks(study: Study) -> Checks:
    return study.checks(*{check.kind for check in study.sensitivity.values()})


def test_of_checks_nothing_is_claimed(study: Study, checks: Checks) -> None:
    known = clear_fall()[:1]
    for rows in (two_sites(known), [replace(known[0], treated_clusters=2, comparison_clusters=24)]):
        made = [*rows, *two_sites(every_check(ELECTIVE))]
        assert any(row.term == "curve" for row in made)
        told = section(sources(made, study.activity(), checks), "robustness/results")
        part = told.partition("{#sec-robustness-elective-admissions}")[2].partition(": Would the finding")[0]
        said = re.split(r"(?<=[.:]) | \| ", part)
        assert [text for text in said if CLAIMS.search(text)] == []
        assert "From so few clusters it cannot be told whether a change is clear in any of them." in told


def test_of_continuity_nothing_is_claimed(tmp_path: Path) -> None:
    first, *others = every_row()
    for number, primary in enumerate((*two_sites([first]), replace(first, treated_clusters=2, comparison_clusters=24))):
        (tmp_path / str(number)).mkdir()
        words, _ = told(tmp_path / str(number), [primary, *two_sites(others)])
        texts = {key: plain(text) for key, text in words.items() if not key.startswith("methods")}
        # How continuity goes with size, age and admissions is no comparison of two sites with others.
        own = {key: text for key, text in texts.items() if key not in ("size", "admissions", "points")}
        own["whom"] = own["whom"].partition("Did the pilots change it?")[2]
        assert {key: text for key, text in own.items() if CLAIMS.search(text)} == {}
        assert "cannot be told whether how often patients came explains the change." in texts["composition"]
        assert "it? From so few clusters it cannot be told whether the gap by deprivation changed" in texts["whom"]
        assert "−4.4 points (no interval)" in texts["fall"]
        assert "Both other indices of a patient's contacts changed by an amount whose" in texts["fall"]


def test_of_a_placebo_outcome_nothing_is_claimed(study: Study) -> None:
    placebo = {ELECTIVE: study.activity()[ELECTIVE].model_copy(update={"placebo": True, "primary": False})}
    text = section(sources(two_sites(clear_fall()[:1]), placebo), "outcomes/methods-primary")
    assert text.endswith("From so few clusters it cannot be told whether there is one (−5.0%; no interval).")


@pytest.mark.parametrize(("low", "words"), [([0.9, 0.9], ""), ([0.9, None], "A period"), ([None, None], "No period")])
def test_a_figure_says_why_a_period_has_no_bar(low: list[float | None], words: str) -> None:
    rows = pd.DataFrame({"ci_low": pd.Series(low, dtype=float), "period": [-2, 0], "estimate": [0.0, 1.0]})
    told = said("outcomes/figures/bars", shown_periods(rows, pd.DataFrame({"term": []}), "", "%"))
    assert told.startswith(words)
    assert bool(told) == bool(words)
