"""What the paper says of published estimates together: no more than the pooled interval, nothing that is missing."""

import re
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pytest

from analysis.estimates import Estimate, NotEstimated
from analysis.present.evidence.page import SynthesisPage, page, ways
from analysis.present.templates.formats import formats
from analysis.present.templates.sections import render_sections
from analysis.study import Synthesis
from analysis.tables import Lineage, Source, write_table
from tests.unit.present.made_rows import row, sources, statistic

REPORTS = Path(__file__).parents[4] / "reports"
PHRASES = REPORTS / "phrases"
SPAN = re.compile(r"\[([^\]]*)\]\{[^}]*\}")
NAME = "published_emergency"
PLAN = Synthesis(
    label="emergency admissions", outcome="emergency_admissions", good_direction="down", smallest_change=3,
    leave_out={"old": "It is of the same patients as Alpha."},
)  # fmt: skip
REGISTER = {
    "evidence_id": ["a", "b", "c", "d", "e", "f", "old"],
    "programme": ["Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta"],
    "estimate": [-5.0, -4.0, -6.0, 8.0, None, 15.0, -9.0],
    "measure": [*["percent_change"] * 5, "rate_difference_per_1000_month", "percent_change"],
    "direction": ["", "", "", "", "none", "", ""],
}


def evidence(folder: Path, *, worded: int = 1) -> Path:
    """A register of these estimates, of which so many more are told in words alone."""
    table = pd.DataFrame(REGISTER)
    told = pd.concat([table[table["evidence_id"] != "e"], *[table[table["evidence_id"] == "e"]] * worded])
    told = told.assign(
        outcome="emergency_admissions", ci_low=float("nan"), ci_high=float("nan"), certainty="F", controlled="yes",
        role="estimate", design="cohort",
    )  # fmt: skip
    told["log_ratio"] = told["estimate"].where(told["measure"] == "percent_change") / 100
    write_table(folder / "evidence.parquet", told, Lineage((Source("published-evidence", "0" * 64, "published"),)))
    return folder / "evidence.parquet"


def studies(with_interval: int = 3) -> list[Estimate]:
    """Three estimates of which so many have an interval, and one more without."""
    common: dict[str, Any] = {"design": "synthesis", "estimator": "published"}
    known = [
        row(NAME, "study", 0.95, 0.02, horizon=name, specification="in_synthesis", **common)
        for name in "abc"[:with_interval]
    ]
    bare = [row(NAME, "study", 1.08, horizon="d", specification="no_interval", **common)]
    left = [row(NAME, "study", 0.91, horizon="old", specification="left_out", **common)]
    return [*known, *bare, *left]


def pooled(estimate: float, half: float, i2: float = 0.8) -> list[Estimate]:
    """The pooled ratio and its I squared."""
    common: dict[str, Any] = {"design": "synthesis", "estimator": "random_effects", "specification": "in_synthesis"}
    return [row(NAME, "pooled", estimate, half, **common), statistic(NAME, "i2", i2, **common)]


def told(
    folder: Path, rows: list[Estimate], phrase: str, *, unmade: tuple[NotEstimated, ...] = (), worded: int = 1,
    plan: Synthesis = PLAN,
) -> str:  # fmt: skip
    """One phrase about the synthesis, without markup."""
    made = sources(rows, unmade=unmade, syntheses={NAME: plan}, files={"published": (evidence(folder, worded=worded),)})
    (about,) = page(made)
    assert isinstance(about, SynthesisPage)
    return SPAN.sub(r"\1", formats(made.context.book, PHRASES)["say"](about, f"evidence/{phrase}"))


@pytest.mark.parametrize(
    ("estimate", "half", "said"),
    [
        (0.95, 0.02, "average 5.0% fewer emergency admissions, and the interval (−7.0% to −3.0%) leaves out no change"),
        (1.08, 0.02, "average 8.0% more emergency admissions, and the interval (+6.0% to +10.0%) leaves out no change"),
        (0.98, 0.05, "average 2.0% fewer emergency admissions, but the interval (−7.0% to +3.0%) includes no change"),
        (1.02, 0.02, "average 2.0% more emergency admissions, but the interval (0.0% to +4.0%) includes no change"),
    ],
)
def test_what_is_pooled_says_no_more_than_its_interval(tmp_path: Path, estimate: float, half: float, said: str) -> None:
    rows = studies() + pooled(estimate, half)
    assert told(tmp_path, rows, "found") == f"can be pooled in three cases, which {said}"
    assert told(tmp_path, rows, "together") == (
        f"Three published evaluations of emergency admissions can be pooled. They {said}. "
        "Of one more estimate without an interval, one is a rise."
    )


def test_a_pooled_value_without_an_interval_claims_nothing(tmp_path: Path) -> None:
    common: dict[str, Any] = {"design": "synthesis", "estimator": "random_effects", "specification": "in_synthesis"}
    rows = [*studies(), row(NAME, "pooled", 0.95, **common), statistic(NAME, "i2", 0.5, **common)]
    assert told(tmp_path, rows, "found") == (
        "can be pooled in three cases, which average 5.0% fewer emergency admissions, with an uncertainty that is not "
        "known"
    )


@pytest.mark.parametrize(
    ("estimate", "half", "said"),
    [(0.95, 0.02, "point to fewer"), (1.08, 0.02, "point to more"), (0.98, 0.05, "do not settle")],
)
def test_somebody_who_decides_is_told_what_is_settled(tmp_path: Path, estimate: float, half: float, said: str) -> None:
    assert f"the evaluations {said}" in told(tmp_path, studies() + pooled(estimate, half), "reading")


@pytest.mark.parametrize(
    ("estimate", "half", "good", "said"),
    [
        (0.95, 0.02, "down", "point to fewer elective admissions;"),
        (1.08, 0.02, "down", "point to more elective admissions;"),
        (0.98, 0.05, "down", "lowers elective admissions. A plan that banks on fewer of them rests on hope."),
        (1.02, 0.05, "up", "raises elective admissions. A plan that banks on more of them rests on hope."),
    ],
)
def test_what_is_read_is_of_the_outcome_and_its_good_direction(
    tmp_path: Path, estimate: float, half: float, good: Literal["up", "down"], said: str
) -> None:
    plan = PLAN.model_copy(update={"label": "elective admissions", "good_direction": good})
    read = told(tmp_path, studies() + pooled(estimate, half), "reading", plan=plan)
    assert said in read
    assert "emergency" not in read


@pytest.mark.parametrize(("known", "said"), [(0, "only no give"), (1, "only one gives"), (2, "only two give")])
def test_too_few_are_not_pooled(tmp_path: Path, known: int, said: str) -> None:
    rows = studies(known)
    assert told(tmp_path, rows, "together") == (
        f"The published evaluations of emergency admissions cannot be pooled: {said} an interval."
    )
    assert told(tmp_path, rows, "spread") == "With nothing pooled, there is no spread to measure."
    assert told(tmp_path, rows, "reading").startswith("Too few of the published evaluations")


def test_enough_that_could_not_be_pooled_say_why(tmp_path: Path) -> None:
    unmade = (NotEstimated(outcome=NAME, design="synthesis", reason="one_site"),)
    said = told(tmp_path, studies(), "found", unmade=unmade)
    assert said == "cannot be pooled: there is one site only, and nothing is left to compare without it"


def test_of_few_studies_the_spread_is_not_judged(tmp_path: Path) -> None:
    said = told(tmp_path, studies() + pooled(0.95, 0.02), "spread")
    assert said == (
        "Of the variation among the three that are pooled, 80% is more than chance would give, but from so few that "
        "share is hardly known itself."
    )


@pytest.mark.parametrize(
    ("i2", "said"), [(0.8, "so one average hides real differences."), (0.2, "so they agree fairly well.")]
)
def test_of_many_studies_the_spread_is_judged(tmp_path: Path, i2: float, said: str) -> None:
    many = [
        row(NAME, "study", 0.95, 0.02, horizon=f"s{at}", specification="in_synthesis", design="synthesis")
        for at in range(10)
    ]
    assert told(tmp_path, many + pooled(0.95, 0.02, i2), "spread").endswith(said)


@pytest.mark.parametrize(
    ("worded", "said"),
    [
        (0, ""),
        (1, " One more is told in words alone: no clear difference."),
        (3, " Another 3 are told in words alone: no clear difference (3)."),
    ],
)
def test_the_register_is_counted(tmp_path: Path, worded: int, said: str) -> None:
    assert told(tmp_path, studies(), "counts", worded=worded) == (
        "The register holds 6 controlled estimates: 3 with an interval (Alpha; Beta; Gamma), 1 without one, 1 left out "
        "for a reason that the annex gives and one that cannot be told in per cent: Zeta, +15 per 1,000 a month." + said
    )


def test_what_is_left_out_has_its_size_and_its_reason(tmp_path: Path) -> None:
    made = sources(studies(), syntheses={NAME: PLAN}, files={"published": (evidence(tmp_path),)})
    (about,) = page(made)
    (left,) = about.left_out
    assert (left.programme, [size.text for size in left.sizes], left.reason) == (
        "Eta", ["−9%"], "It is of the same patients as Alpha."
    )  # fmt: skip


def test_an_own_paper_has_a_section_and_the_reasons_of_each_synthesis(tmp_path: Path) -> None:
    made = sources(studies() + pooled(0.95, 0.02), syntheses={NAME: PLAN}, files={"published": (evidence(tmp_path),)})
    parts = ("beside", "left-out")
    begin = tmp_path / "own.qmd"
    begin.write_text("".join(f"{{{{< include /sections/evidence/{part}-own.qmd >}}}}\n" for part in parts), "utf-8")
    given = {"evidence": page(made)}
    beside, left_out = (
        SPAN.sub(r"\1", text)
        for text in render_sections(REPORTS, [begin], given, formats(made.context.book, PHRASES)).values()
    )
    assert beside.startswith(
        "## Published evidence on emergency admissions {#sec-evidence-published-emergency}\n\nThree "
    )
    assert "\n{{< include /figures/evidence-published-emergency.md >}}\n" in beside
    finding = told(tmp_path, studies() + pooled(0.95, 0.02), "finding")
    assert finding.startswith("On emergency admissions, the published evaluations can be pooled in three cases")
    assert "\n- Eta, −9%. It is of the same patients as Alpha.\n" in left_out


def test_a_study_without_syntheses_has_nothing_of_them() -> None:
    assert not page(sources([row("x", "effect", 1.0)]))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([9, 2, -6.7, 43, 27, 42, -18], {"rise": 5, "fall": 2}),
        ([-4, -21], {"fall": 2}),
        ([1, -1, 0], {"rise": 1, "fall": 1, "unchanged": 1}),
    ],
)
def test_rises_and_falls_are_counted(changes: list[float], said: dict[str, int]) -> None:
    assert {each.code: each.count for each in ways(pd.Series(changes, dtype=float))} == said
