"""The chapter on continuity as a reader sees it: drawn as estimated, whole where rows lack, counts safe."""

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis.present.continuity.continuity import FIGURES, TABLES, ChapterFiles, ChapterPlan, continuity
from analysis.present.continuity.spread import shares
from analysis.present.look.style import SIMULATED
from tests.unit.present import made_continuity as made
from tests.unit.present.made_rows import row
from tests.unit.present.phrases import allowed


def drawn(folder: Path, **files: Path) -> Path:
    plan = ChapterPlan(continuity=made.ASKED, outcomes={made.NAME: made.OUTCOME}, rules=made.RULES, confidence=0.9)
    out = folder / "out"
    continuity(plan=plan, files=ChapterFiles(**files), phrases=allowed("present_continuity"), figures=out, tables=out)
    return folder / "out"


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("full")
    return drawn(folder, **made.files(folder, made.everything()))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bare")
    other = [row("emergency_admissions", "effect", 1.0, 0.1)]
    return drawn(folder, **made.files(folder, other, simulated=False, patients=False, read=False))


def lines(folder: Path, name: str) -> dict[str, list[str]]:
    """The lines of a table by their first cell."""
    text = (folder / f"{name}.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return {cells[0]: [cell.strip() for cell in cells[1:]] for cells in rows}


@pytest.mark.parametrize("world", ["full", "bare"])
def test_every_figure_and_table_is_there_with_its_id(world: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(world)
    kinds = {f"{name}.{kind}" for name in FIGURES for kind in ("svg", "png", "csv", "md")}
    assert {path.name for path in folder.iterdir()} == kinds | {f"{name}.md" for name in TABLES}
    assert all(f"{{#fig-{name} " in (folder / f"{name}.md").read_text(encoding="utf-8") for name in FIGURES)
    assert all(f"{{#tbl-{name}" in (folder / f"{name}.md").read_text(encoding="utf-8") for name in TABLES)


@pytest.mark.parametrize("name", [*FIGURES, *TABLES])
def test_no_text_has_a_hole(name: str, full: Path, bare: Path) -> None:
    for folder in (full, bare):
        text = (folder / f"{name}.md").read_text(encoding="utf-8")
        assert not re.search(r"\bnan\b|None|  \S.*\. \.", text)
    assert SIMULATED in (full / f"{name}.md").read_text(encoding="utf-8")
    assert SIMULATED not in (bare / f"{name}.md").read_text(encoding="utf-8")


def test_drawn_twice_the_bytes_are_the_same(full: Path, tmp_path: Path) -> None:
    again = drawn(tmp_path, **made.files(tmp_path, made.everything()[::-1]))
    different = [path.name for path in full.iterdir() if path.read_bytes() != (again / path.name).read_bytes()]
    assert different == []


def test_shares_of_patients_hide_small_counts_and_add_up() -> None:
    rows = shares(made.distribution())
    assert rows["low"].min() == 0.2
    assert rows.loc[rows["patients"] == "*", "share"].isna().all()
    assert (rows["patients"] == "*").sum() == 4
    assert rows.groupby(["pilot", "after"])["share"].sum().to_numpy() == pytest.approx(100)


def test_figures_hold_what_was_estimated(full: Path) -> None:
    months = pd.read_csv(full / "continuity-events.csv")
    assert dict(zip(months["period"], months["estimate"], strict=True)) == {
        -3: 0.2,
        -2: -0.3,
        0: -2.5,
        1: -3.1,
        2: -3.6,
    }
    size = pd.read_csv(full / "continuity-size.csv")
    assert set(size["exposure"]) == {"list_size"}
    assert list(size.loc[size["term"] == "fitted", "estimate"]) == [70, 66, 61, 57]
    gaps = pd.read_csv(full / "continuity-gaps.csv")
    assert list(gaps.loc[(gaps["by"] == "imd") & (gaps["what"] == "level"), "estimate"]) == [60, 59, 58, 57, 56]
    assert list(gaps.loc[gaps["what"] == "effect", "by"].unique()) == ["imd"]


def test_alternative_texts_hold_the_values(full: Path) -> None:
    alt = {name: (full / f"{name}.md").read_text(encoding="utf-8").partition("fig-alt=")[2] for name in FIGURES}
    assert "from −3.6 points to −2.5 points" in alt["continuity-events"]
    assert "70.0% at 2,000 to 57.0% at 16,000" in alt["continuity-size"]
    assert "60.0%, 59.0%" in alt["continuity-gaps"]
    assert "effects not estimated" in alt["continuity-gaps"]
    assert "21.4 from 0.5 to 0.6" in alt["continuity-distribution"]


@pytest.mark.parametrize("name", ["continuity-events", "continuity-size", "continuity-gaps"])
def test_a_figure_with_intervals_says_at_what_level(name: str, full: Path) -> None:
    assert "90% confidence intervals" in (full / f"{name}.md").read_text(encoding="utf-8").partition("](/figures/")[0]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("continuity-events", "![The share of contacts with the usual clinician fell by 3.5 percentage points"),
        (
            "continuity-size",
            "![Twice the number of registered patients goes with 4.4 percentage points less",
        ),
        ("continuity-gaps", "![With the pilots, the most deprived lost 1.7 percentage points of continuity against"),
        ("continuity-slopes", ": With the pilots, the most deprived lost 1.7 percentage points of continuity against"),
        ("continuity-admissions", ": Measured by patients' own contacts, two more contacts in ten with the usual"),
        ("continuity-mediation", ": If continuity does between nothing and what the estimate from the same GP's other"),
    ],
)
def test_a_caption_begins_with_what_was_judged(name: str, message: str, full: Path, bare: Path) -> None:
    assert message in (full / f"{name}.md").read_text(encoding="utf-8")
    assert message not in (bare / f"{name}.md").read_text(encoding="utf-8")


def test_what_is_held_constant_is_named(full: Path) -> None:
    text = (full / "continuity-size.md").read_text(encoding="utf-8")
    assert "the deprivation score and the share of patients aged 65 and over held constant" in text


def test_the_pre_trend_stands_under_the_event_study(full: Path) -> None:
    assert "p = 0.34" in (full / "continuity-events.md").read_text(encoding="utf-8")


def test_effects_stand_beside_the_truth_where_it_is_known(full: Path) -> None:
    told = lines(full, "continuity-indices")
    assert told["patients weighted equally"] == ["61.2", "−3.4", "−4.4 to −2.4", "−3.5"]
    # The same quantity has the same truth, and what patients answer its own; other weights have none.
    assert told["fractional logit, average effect"][-1] == "−3.5"
    assert told["survey, continuity: answers weighted as a binomial"][-1] == "−9.0"
    assert told["practices weighted equally"][-1] == told["2 to 3 contacts"][-1] == "–"
    assert told["Bice–Boxerman Continuity of Care (COC)"] == ["–", "–", "–", "–"]
    assert "Usual Provider of Care (UPC)" not in told
    strata = [name for name in told if "contacts" in name.split(" ")[-1] or name.endswith("more")]
    assert strata.index("2 to 3 contacts") < strata.index("12 contacts or more")


def test_no_truth_is_told_of_observed_data(tmp_path: Path) -> None:
    folder = drawn(tmp_path, **made.files(tmp_path, made.everything(), simulated=False))
    assert all("ruth" not in (folder / f"{name}.md").read_text(encoding="utf-8") for name in TABLES)
    assert "simulation" not in (folder / "continuity-mediation.md").read_text(encoding="utf-8")


def test_each_minimum_has_its_own_effect_and_small_counts_are_hidden(full: Path) -> None:
    told = lines(full, "continuity-fewest")
    assert told["2"] == ["900", "100", "10.0%", "2.0%", "−3.4", "−4.4 to −2.4"]
    assert told["3"][:3] == ["700", "300", "29.8%"]
    assert told["3"][4] == "−3.2"
    assert told["4"] == ["995", "*", "*", "*", "–", "–"]


def test_each_site_stands_before_and_after_and_the_comparison_last(full: Path) -> None:
    told = lines(full, "continuity-sites")
    assert [*told][-3:] == ["S01", "S02", "comparison practices"]
    assert told["S01"] == ["9", "62.0", "57.5", "−4.5", "−5.5 to −3.5"]


def test_slopes_stand_before_the_start_and_changed_each_beside_its_truth(full: Path) -> None:
    told = lines(full, "continuity-slopes")
    assert told["deprivation, least to most"] == ["−5.1", "−6.1 to −4.1", "0.92", "–"]
    assert told["change with the pilots"] == ["−1.7", "−2.7 to −0.7", "–", "−1.5"]
    assert not any(name.startswith("age") for name in told)


def test_admissions_stand_beside_published_values(full: Path) -> None:
    told = lines(full, "continuity-admissions")
    assert told["own contacts"] == ["−8.0%", "−9.0% to −7.0%", "−8.1% (Norway); −6.0% (England)", "−1.9%"]
    assert told["contacts of the GP's other patients"][:2] == ["–", "–"]
    assert told["own contacts, comparison practices only"] == ["−7.0%", "−8.5% to −5.5%", "–", "−1.9%"]
    text = (full / "continuity-admissions.md").read_text(encoding="utf-8")
    # The caption is about all, and says what is held constant.
    assert "admissions of registered patients aged 62 to 82 with at least 2 contacts, by" in text
    assert "the number of contacts and pilot status are held constant" in text
    assert "alpha is 0.42" in (full / "continuity-admissions.md").read_text(encoding="utf-8")


def test_what_runs_through_continuity_is_told_as_bounds(full: Path) -> None:
    told = lines(full, "continuity-mediation")
    assert ["0.0% to +0.7%", "−0.2% to +2.0%", "0.00 to +0.06"] in told.values()
    assert told["the pilots' whole effect"] == ["+2.0%", "−1.0% to +5.0%", "+0.40"]
    assert "+0.6% ran through" in (full / "continuity-mediation.md").read_text(encoding="utf-8")


def test_counts_of_contacts_are_protected_and_practices_are_not_named(full: Path) -> None:
    told, text = lines(full, "continuity-contacts"), (full / "continuity-contacts.md").read_text(encoding="utf-8")
    assert told["read"] == ["100,005", "100.0%"]
    assert told["left out: after death"] == ["*", "*"]
    # 25 of 100,004 are not none.
    assert told["left out: before registration"] == ["25", "< 0.1%"]
    assert told["clinician ids that stand in several practices"][0] == "0"
    assert "P0001" not in text
    assert "9,998" not in text


def test_words_that_the_plan_does_not_count_are_named_unless_they_are_of_a_few(full: Path) -> None:
    told, text = lines(full, "continuity-contacts"), (full / "continuity-contacts.md").read_text(encoding="utf-8")
    # A cell may hold a text about one person, and markup.
    assert told["left out: of other roles (Nurse x 10.0%)"] == ["10,000", "10.0%"]
    assert "Jones" not in text
