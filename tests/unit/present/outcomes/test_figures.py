"""Figures: the same bytes twice, the label of simulated data, and the data behind each as estimated."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimates import pick
from analysis.present.evidence.evidence import evidence
from analysis.present.five_tests.five_tests import tests as readings
from analysis.present.look.style import SIMULATED
from analysis.present.outcomes.effects import effects
from analysis.present.outcomes.event_study import event_studies, missing_periods
from analysis.steps import read_json
from analysis.study import Study
from analysis.verdicts import read_verdicts
from tests.unit.present.phrases import allowed

Draw = Callable[[Path, Path], None]


@pytest.fixture(scope="module")
def draws(results: Path, prepared: Path, study: Study) -> dict[str, Draw]:
    """How each figure is drawn: from a table of estimates into a folder."""
    outcome, plan = study.activity()["emergency_admissions"], study.syntheses["published_emergency"]
    published, beside = prepared / "evidence.parquet", prepared / "benchmarks.csv"

    def with_effects(table: Path, out: Path) -> None:
        effects(
            estimates=table, verdicts=results / "verdicts.csv", benchmarks=beside,
            outcomes=study.outcomes, phrases=allowed("present_outcomes"), figures=out,
            table=out / "effects-table.md",
        )  # fmt: skip

    def with_periods(table: Path, out: Path) -> None:
        event_studies(
            estimates=table, verdicts=results / "verdicts.csv", outcomes={"emergency_admissions": outcome},
            phrases=allowed("present_outcomes"), figures=out,
        )  # fmt: skip

    def with_evidence(table: Path, out: Path) -> None:
        evidence(
            estimates=table, verdicts=results / "verdicts.csv", published=published,
            syntheses={"published_emergency": plan}, phrases=allowed("present_evidence"), figures=out,
        )  # fmt: skip

    def with_tests(_: Path, out: Path) -> None:
        readings(readings=results / "tests.json", phrases=allowed("present_tests"), figures=out)

    return {
        "effects": with_effects, "event-emergency-admissions": with_periods,
        "evidence-published-emergency": with_evidence, "tests": with_tests,
    }  # fmt: skip


@pytest.fixture(scope="module")
def drawn(draws: dict[str, Draw], results: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All figures of the small world."""
    out = tmp_path_factory.mktemp("figures")
    for draw in draws.values():
        draw(results / "estimates.csv", out)
    return out


def test_every_figure_comes_in_four_files(drawn: Path, draws: dict[str, Draw]) -> None:
    tables = {"effects-table.md"}
    expected = {f"{name}.{kind}" for name in draws for kind in ("svg", "png", "csv", "md")}
    assert {path.name for path in drawn.iterdir()} == expected | tables
    assert all((drawn / f"{name}.png").read_bytes().startswith(b"\x89PNG") for name in draws)


def test_drawn_twice_the_bytes_are_the_same(drawn: Path, draws: dict[str, Draw], results: Path, tmp_path: Path) -> None:
    for draw in reversed(draws.values()):
        draw(results / "estimates.csv", tmp_path)
    different = [path.name for path in drawn.iterdir() if path.read_bytes() != (tmp_path / path.name).read_bytes()]
    assert different == []


def test_the_label_follows_the_rows(drawn: Path, draws: dict[str, Draw], observed: Path, tmp_path: Path) -> None:
    for name in ("effects", "event-emergency-admissions"):
        draws[name](observed, tmp_path)
        assert SIMULATED in (drawn / f"{name}.md").read_text(encoding="utf-8")
        assert SIMULATED not in (tmp_path / f"{name}.md").read_text(encoding="utf-8")
    assert SIMULATED in (drawn / "effects-table.md").read_text(encoding="utf-8")
    assert SIMULATED not in (tmp_path / "effects-table.md").read_text(encoding="utf-8")


def test_tests_are_labelled_and_evidence_is_not(drawn: Path) -> None:
    assert SIMULATED in (drawn / "tests.md").read_text(encoding="utf-8")
    assert SIMULATED not in (drawn / "evidence-published-emergency.md").read_text(encoding="utf-8")


def test_simulated_evidence_is_labelled(draws: dict[str, Draw], estimates: pd.DataFrame, tmp_path: Path) -> None:
    estimates.assign(simulated=True).to_csv(tmp_path / "estimates.csv", index=False)
    draws["evidence-published-emergency"](tmp_path / "estimates.csv", tmp_path)
    assert SIMULATED in (tmp_path / "evidence-published-emergency.md").read_text(encoding="utf-8")


def percent(rows: pd.DataFrame) -> "np.ndarray":
    return 100 * (rows[["estimate", "ci_low", "ci_high"]].to_numpy() - 1)


def test_effects_are_drawn_as_estimated(drawn: Path, estimates: pd.DataFrame, study: Study) -> None:
    rows = pd.read_csv(drawn / "effects.csv").set_index("outcome")
    assert list(rows.index) == list(study.outcomes)
    sizes = ["estimate", "ci_low", "ci_high"]
    for name in study.activity():
        found = pick(estimates, outcome=name, term="effect", scale="ratio")
        assert rows.loc[name, sizes].to_numpy(float) == pytest.approx(percent(found)[0])
        assert rows.loc[name, "unit"] == "%"
    for name in study.survey() | study.contacts():
        found = pick(estimates, outcome=name, scale="points")[sizes]
        assert rows.loc[name, sizes].to_numpy(float) == pytest.approx(found.to_numpy()[0])


@pytest.mark.parametrize("sources", [("truth", "published"), ("truth",), ("published",), ()])
def test_captions_name_only_what_stands_beside(
    results: Path, prepared: Path, study: Study, sources: tuple[str, ...], tmp_path: Path
) -> None:
    """Whoever published a value, the caption says nothing of the pilots of 2009: the table says of whom it is."""
    beside = pd.read_csv(prepared / "benchmarks.csv")
    beside = beside[beside["source"].isin(sources)].assign(programme="Vanguards", population="patients of vanguards")
    beside.to_csv(tmp_path / "benchmarks.csv", index=False)
    effects(
        estimates=results / "estimates.csv", verdicts=results / "verdicts.csv",
        benchmarks=tmp_path / "benchmarks.csv", outcomes=study.outcomes,
        phrases=allowed("present_outcomes"), figures=tmp_path, table=tmp_path / "table.md",
    )  # fmt: skip
    figure, table = ((tmp_path / name).read_text(encoding="utf-8") for name in ("effects.md", "table.md"))
    for source, mark, word in (("truth", "hollow diamond", "the truth"), ("published", "hollow square", "published")):
        assert (mark in figure) == (word in table) == (source in sources)
    assert "2009" not in figure + table
    assert ("patients of vanguards" in table) == ("published" in sources)


def test_periods_are_drawn_as_estimated(drawn: Path, estimates: pd.DataFrame) -> None:
    rows = pd.read_csv(drawn / "event-emergency-admissions.csv")
    found = pick(estimates, outcome="emergency_admissions", term="period")
    found = found.assign(period=found["horizon"].astype(int)).sort_values("period")
    assert list(rows["period"]) == list(found["period"])
    assert rows[["estimate", "ci_low", "ci_high"]].to_numpy() == pytest.approx(percent(found))


def test_evidence_is_drawn_as_estimated(drawn: Path, estimates: pd.DataFrame) -> None:
    rows = pd.read_csv(drawn / "evidence-published-emergency.csv").set_index("id")
    found = pick(estimates, outcome="published_emergency", design="synthesis").set_index("horizon")
    found = found[found["term"].isin(["study", "pooled"]) & (found["specification"] != "left_out")]
    assert set(rows.index) == set(found.index)
    assert rows[["estimate", "ci_low", "ci_high"]].to_numpy() == pytest.approx(
        percent(found.loc[rows.index]), nan_ok=True
    )
    assert rows["term"].iloc[-1] == "pooled"


def test_tests_are_drawn_as_read(drawn: Path, results: Path) -> None:
    rows = pd.read_csv(drawn / "tests.csv").set_index(["test", "evidence"])["state"].to_dict()
    read = read_json(results / "tests.json")
    expected = {(test["test"], "Reading"): test["state"] for test in read}
    expected |= {(test["test"], each["label"]): each["state"] for test in read for each in test["indicators"]}
    assert rows == {cell: state.replace("_", " ") for cell, state in expected.items()}


def test_alternative_texts_hold_the_values(drawn: Path) -> None:
    rows = pd.read_csv(drawn / "effects.csv")
    text = (drawn / "effects.md").read_text(encoding="utf-8")
    for size in rows["estimate"]:
        assert f"{abs(size):.1f}" in text.partition("fig-alt=")[2]
    assert "nan" not in text
    assert "%) %" not in text
    assert ") points" not in text


def test_the_alternative_text_of_published_estimates_has_no_broken_names(drawn: Path) -> None:
    text = (drawn / "evidence-published-emergency.md").read_text(encoding="utf-8")
    assert "six case-management sites" in text


def test_one_period_before_the_start_is_told_without_nan(
    results: Path, study: Study, estimates: pd.DataFrame, tmp_path: Path
) -> None:
    later = (estimates["term"] != "period") | ~estimates["horizon"].str.startswith("-")
    estimates[later].to_csv(tmp_path / "estimates.csv", index=False)
    outcome = study.activity()["emergency_admissions"]
    event_studies(
        estimates=tmp_path / "estimates.csv", verdicts=results / "verdicts.csv",
        outcomes={"emergency_admissions": outcome}, phrases=allowed("present_outcomes"), figures=tmp_path,
    )  # fmt: skip
    assert "nan" not in (tmp_path / "event-emergency-admissions.md").read_text(encoding="utf-8")


def test_periods_without_an_estimate_are_named() -> None:
    assert missing_periods(pd.DataFrame({"period": [-3, -2, 0, 1]})) == []
    assert missing_periods(pd.DataFrame({"period": [-6, -4, -2, 0, 1]})) == ["−5", "−3"]


def test_a_caption_begins_with_what_was_judged(drawn: Path, results: Path, study: Study) -> None:
    judged = read_verdicts(results / "verdicts.csv")
    moved = {name: judged.of(name, "direction", about="outcome") for name in study.outcomes}
    for path in (drawn / "effects.md", drawn / "effects-table.md"):
        text = path.read_text(encoding="utf-8")
        first = text[text.rindex("\n: ") if path.name == "effects-table.md" else 0 :].partition("hange in pilot")[0]
        for name, direction in moved.items():
            assert study.outcomes[name].label.lower() in first.lower()
            assert ("No change is clear in" in first) or not direction.unclear
    one = moved["emergency_admissions"]
    words = {"fell": "fell", "rose": "rose", "unclear": "did not clearly change"}[one.verdict]
    text = (drawn / "event-emergency-admissions.md").read_text(encoding="utf-8")
    assert text.startswith(f"![Emergency admissions {words} in pilot practices. Shown is")
