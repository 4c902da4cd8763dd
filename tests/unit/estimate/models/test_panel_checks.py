"""Each panel from which no effect can be told is refused in a sentence that names the outcome's measure."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.continuity.continuity import continuity
from analysis.estimate.outcomes.admissions import POPULATION, admissions, effects, measure_rows
from analysis.estimate.outcomes.event_study import event_study, periods
from analysis.estimate.table import stamped
from analysis.estimates import Estimate, NotEstimated
from analysis.simulate.outcomes.panels import simulated_panel
from analysis.simulate.outcomes.world import World
from analysis.steps import Problem
from analysis.tables import Kind, Lineage, Source, read_table, write_table
from tests.reasons import in_words

Change = Callable[[pd.DataFrame], pd.DataFrame]
KIND: Kind = "observed"
LINEAGE = Lineage((Source("ours", "0" * 64, KIND),))


@pytest.fixture(scope="module")
def panel(world: World) -> pd.DataFrame:
    return simulated_panel(world, "emergency")


def constant(rows: pd.DataFrame) -> pd.DataFrame:
    """Rates that are the same everywhere, and counts that are not."""
    return rows.assign(population=rows["list_size"] * 1000, count=rows["list_size"])


def unpopulated(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(population=rows["population"].astype(float).where(rows.index > 2))


def none_in(cell: Callable[[pd.DataFrame], "pd.Series[bool]"]) -> Change:
    return lambda rows: rows.assign(count=rows["count"].where(~cell(rows), 0))


# What is wrong, and what the sentence says of it.
REFUSED: dict[str, tuple[Change, str]] = {
    "never varies: nobody starts": (
        lambda rows: rows.assign(after=False), "no pilot practice has months both before and after its start"
    ),
    "collinear: nobody is seen on both sides": (
        lambda rows: rows[~rows["pilot"] | (rows["after"] == (rows["site_id"] == "S01"))],
        "each pilot practice has months on one side of its start only",
    ),
    "all treated": (lambda rows: rows[rows["pilot"]], "there is no comparison practice: every practice is a pilot"),
    "no pilot": (lambda rows: rows[~rows["pilot"]], "there is no pilot practice"),
    "one cluster": (lambda rows: rows.assign(cluster_id="A"), "all practices lie in one cluster"),
    "separation: nothing after": (
        none_in(lambda rows: rows["after"]), "pilot practices after their start had no events"
    ),
    "separation: nothing before": (
        none_in(lambda rows: rows["pilot"] & ~rows["after"]), "pilot practices before their start had no events"
    ),
    "nothing to compare with": (none_in(lambda rows: ~rows["pilot"]), "comparison practices had no events at all"),
    "no events": (none_in(lambda rows: rows["pilot"] | True), "there are no events at all: every count is zero"),
    "zero variance": (lambda rows: rows.assign(count=7), "the count never varies: it is 7 in every practice and month"),
    "population that is no number": (unpopulated, "3 practice-months have no population above 0, the first in"),
    "one population that is no number": (
        lambda rows: rows.assign(population=rows["population"].where(rows.index != rows.index[0])),
        "1 practice-month has no population above 0",
    ),
    "population of zero": (lambda rows: rows.assign(population=0), "have no population above 0"),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSED)
def test_each_fault_is_a_sentence(panel: pd.DataFrame, fault: str) -> None:
    change, sentence = REFUSED[fault]
    with pytest.raises(Problem, match="For emergency ") as told:
        measure_rows(change(panel), "emergency")
    assert sentence in told.value.sentence
    assert told.value.sentence.endswith(".")


def test_a_perfect_fit_has_no_interval(panel: pd.DataFrame) -> None:
    with pytest.raises(Problem, match="For emergency_admissions the model fits every value exactly"):
        effects(measure_rows(constant(panel), "emergency"), "emergency_admissions", 0.95)


def test_a_panel_with_holes_is_estimated(panel: pd.DataFrame) -> None:
    held = np.random.default_rng(4).random(len(panel)) < 0.8
    late = panel["practice_id"].isin(panel["practice_id"].unique()[:2]) & (panel["month"] < "2008-10")
    (ratio, _), (whole, _) = (
        effects(measure_rows(rows, "emergency"), "e", 0.95) for rows in (panel[held & ~late], panel)
    )
    assert ratio.n_obs < 0.8 * whole.n_obs
    assert abs(np.log(ratio.estimate / whole.estimate)) < 3 * whole.std_error


def test_one_period_before_the_start_has_no_test_of_trends(panel: pd.DataFrame) -> None:
    short = panel[panel["month"] >= "2009-01"]
    *told, missing, slope = periods(measure_rows(short, "emergency"), "emergency_admissions", 3, 0.95)
    assert isinstance(slope, Estimate)
    assert slope.term == "pre_trend_slope"
    assert all(isinstance(row, Estimate) and row.term == "period" for row in told)
    assert isinstance(missing, NotEstimated)
    assert (missing.outcome, missing.design) == ("emergency_admissions", "event_study")
    assert "the only period before the start is the reference" in missing.why.sentence


@pytest.mark.parametrize("fault", REFUSED)
def test_a_step_tells_why_and_ends_well(panel: pd.DataFrame, fault: str, tmp_path: Path) -> None:
    change, sentence = REFUSED[fault]
    write_table(tmp_path / "panel", change(panel), LINEAGE)
    common = {"panel": tmp_path / "panel", "name": "crises", "measure": "emergency", "confidence": 0.95}
    admissions(**common, out=tmp_path / "effect")
    event_study(**common, bin_months=3, out=tmp_path / "periods")
    for part, design in (("effect", "difference_in_differences"), ("periods", "event_study")):
        (row,) = read_table(tmp_path / part)[0].to_dict("records")
        assert (row["outcome"], row["design"]) == ("crises", design)
        assert sentence in in_words(row)


def test_other_outcomes_go_on(panel: pd.DataFrame, tmp_path: Path) -> None:
    both = pd.concat([panel, panel.assign(measure="elective", count=0)])
    write_table(tmp_path / "panel", both, LINEAGE)
    parts = []
    for name in ("emergency", "elective"):
        parts.append(tmp_path / name)
        admissions(panel=tmp_path / "panel", name=name, measure=name, confidence=0.95, out=parts[-1])
    table, unmade, _ = stamped(parts, "ours", "f" * 64)
    assert set(table["outcome"]) == {"emergency"}
    assert set(table["population"]) == {POPULATION}
    (row,) = unmade.to_dict("records")
    assert (row["outcome"], in_words(row)) == (
        "elective", "For elective there are no events at all: every count is zero.",
    )  # fmt: skip


def test_a_run_without_any_estimate_is_an_error(panel: pd.DataFrame, tmp_path: Path) -> None:
    write_table(tmp_path / "panel", panel.assign(count=0), LINEAGE)
    admissions(panel=tmp_path / "panel", name="e", measure="emergency", confidence=0.95, out=tmp_path / "part")
    with pytest.raises(Problem, match=r"Nothing at all could be estimated. The first reason, for e: For emergency"):
        stamped([tmp_path / "part"], "ours", "f" * 64)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda rows: rows[rows["wave"] == "2009-01"], "no waves both before and after the pilots' start"),
        (lambda rows: rows[rows["pilot"]], "no waves of comparison practices"),
        (lambda rows: rows.assign(value=0.5), "never varies: it is 0.5 in every practice and wave"),
        (lambda rows: rows.assign(value=rows["imd"].rank() / 999 + rows["after"] / 9), "fits every value exactly"),
    ],
)  # fmt: skip
def test_survey_shares_from_which_nothing_can_be_told(
    prepared: Path, change: Change, sentence: str, tmp_path: Path
) -> None:
    frame, lineage = read_table(prepared / "survey.parquet")
    practices = frame["practice_id"].str[1:].astype(int)
    write_table(tmp_path / "survey", change(frame.assign(imd=practices)), lineage)
    continuity(
        survey=tmp_path / "survey", name="seen", item="see_preferred_gp", confidence=0.95, out=tmp_path / "part"
    )  # fmt: skip
    (row,) = read_table(tmp_path / "part")[0].to_dict("records")
    assert row["outcome"] == "seen"
    assert sentence in in_words(row)
