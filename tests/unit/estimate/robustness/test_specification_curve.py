"""The specification curve: every combination once, the plan's own among them, and shares that count the rows."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.commands.arguments import flat
from analysis.estimate.outcomes.admissions import admissions, effects, measure_rows
from analysis.estimate.robustness.specification_curve import curve, specification_curve
from analysis.estimates import Estimate, NotEstimated
from analysis.plan.sensitivity import CurveCheck, WindowCheck
from analysis.plan.terms import Period
from analysis.steps import Problem
from analysis.tables import read_table
from tests.pilots_panel import pilots_panel

CHECK = CurveCheck(kind="curve", label="l", windows={"shorter": Period(first="2007-04", last="2009-03")})
SIX_OR_MORE = ("all", "same_regions")
OWN = "poisson_fixed_effects · plan · all · 0"


def made(rows: pd.DataFrame, check: CurveCheck = CHECK) -> list[Estimate]:
    return [row for row in curve(rows, "admissions", "every", check, 0.95) if isinstance(row, Estimate)]


def test_every_combination_stands_once() -> None:
    rows = made(pilots_panel(noise=1))
    horizons = [row.horizon for row in rows if row.term == "curve"]
    assert len(horizons) == len(set(horizons)) == 2 * 2 * 3 * 2
    assert OWN in horizons
    assert "linear_rate · shorter · other_regions · 6" in horizons
    assert {row.scale for row in rows if row.term == "curve"} == {"ratio"}
    assert all(row.estimator == row.horizon.split(" · ")[0] for row in rows if row.term == "curve")


def test_the_plans_own_is_the_primary_estimate() -> None:
    panel = pilots_panel(noise=1)
    rows, primary = made(panel), effects(panel, "admissions", 0.95)[0]
    own = next(row for row in rows if row.horizon == OWN)
    assert own == replace(primary, specification="every", term="curve", horizon=OWN)
    marked = next(row for row in rows if row.term == "plan_own")
    assert marked == replace(own, term="plan_own", horizon="primary")


def test_a_grid_without_the_plans_own_marks_it_all_the_same() -> None:
    panel, check = pilots_panel(noise=1), CHECK.model_copy(update={"estimators": ("linear_rate",)})
    rows = made(panel, check)
    assert OWN not in [row.horizon for row in rows]
    marked = next(row for row in rows if row.term == "plan_own")
    assert marked.estimate == effects(panel, "admissions", 0.95)[0].estimate


@pytest.mark.parametrize("effect", [0.8, 1.0, 1.25])
def test_shares_count_the_combinations(effect: float) -> None:
    # The regions without a pilot practice are two, too few for clustered errors.
    rows = made(pilots_panel(lambda _: effect, noise=4), CHECK.model_copy(update={"comparisons": SIX_OR_MORE}))
    points = [row for row in rows if row.term == "curve"]
    shares = {row.term: row.estimate for row in rows if row.term.startswith("share")}
    assert shares == {
        "share_below": sum(row.estimate < 1 for row in points) / len(points),
        "share_above": sum(row.estimate > 1 for row in points) / len(points),
        "share_clear_below": sum(row.ci_high < 1 for row in points) / len(points),
        "share_clear_above": sum(row.ci_low > 1 for row in points) / len(points),
    }
    if effect != 1:
        assert shares["share_clear_below" if effect < 1 else "share_clear_above"] == 1


def test_how_many_are_clear_is_left_open_where_some_have_too_few_clusters_to_tell() -> None:
    rows = made(pilots_panel(noise=4))
    assert {row.term for row in rows if row.term.startswith("share")} == {"share_below", "share_above"}


def test_without_noise_every_poisson_combination_finds_the_effect() -> None:
    rows = made(pilots_panel(lambda _: 1.2), CHECK.model_copy(update={"estimators": ("poisson_fixed_effects",)}))
    assert [row.estimate for row in rows if row.term == "curve"] == pytest.approx([1.2] * 12)


def test_what_cannot_be_combined_is_named_and_the_rest_stands() -> None:
    panel = pilots_panel(noise=1)
    rows = curve(panel[panel["region"] < "R7"], "admissions", "every", CHECK, 0.95)
    failed = [row for row in rows if isinstance(row, NotEstimated)]
    points = [row for row in rows if isinstance(row, Estimate) and row.term == "curve"]
    assert len(points) == 16
    assert {row.subgroup.split(" · ")[2] for row in failed} == {"other_regions"}
    assert len(failed) == 8
    assert all(row.outcome == "admissions" and row.specification == "every" for row in failed)


def test_another_kind_of_check_is_refused() -> None:
    window = WindowCheck(kind="window", label="l", months=Period(first="2007-04", last="2009-03"))
    with pytest.raises(Problem, match="kind window is no curve"):
        curve(pilots_panel(), "admissions", "every", window, 0.95)


def test_nothing_at_all_is_said() -> None:
    rows = pilots_panel(noise=1)
    with pytest.raises(Problem, match="No combination"):
        curve(
            rows[rows["pilot"]],
            "admissions",
            "every",
            CHECK.model_copy(update={"comparisons": ("same_regions",)}),
            0.95,
        )


def test_the_step_agrees_with_the_primary_step(prepared: Path, tmp_path: Path) -> None:
    panel, check = prepared / "panel.parquet", CurveCheck(kind="curve", label="l", outcomes=("e",))
    admissions(panel=panel, name="e", measure="emergency", confidence=0.95, out=tmp_path / "primary.parquet")
    flat(specification_curve)(
        panel=panel, outcomes={"e": "emergency"}, checks={"every": check}, confidence=0.95, out=tmp_path / "c.parquet"
    )
    primary, rows = (read_table(tmp_path / name)[0] for name in ("primary.parquet", "c.parquet"))
    own = rows[rows["horizon"] == OWN].iloc[0]
    for column in ("estimate", "std_error", "ci_low", "ci_high", "p_value"):
        assert own[column] == primary.loc[primary["scale"] == "ratio", column].iloc[0]
    assert read_table(tmp_path / "c.parquet")[1] == read_table(panel)[1]
    assert measure_rows(read_table(panel)[0], "emergency")["practice_id"].nunique() == own["n_units"]


def test_a_combination_that_loses_sites_says_so_and_is_not_counted() -> None:
    # Starts in months 12, 15 and 18 of two sites each: with the first six months out, to month 20 only two have any.
    window = {"short": Period(first="2007-01", last="2008-09")}
    check = CHECK.model_copy(update={"windows": window, "comparisons": ("all",), "washout_months": (0, 6)})
    rows = [
        row for row in curve(pilots_panel(noise=1), "admissions", "every", check, 0.95) if isinstance(row, Estimate)
    ]
    sites = {tuple(row.horizon.split(" · ")[1::2]): (row.estimate, row.n_units) for row in rows if row.term == "sites"}
    assert sites == {("plan", "0"): (6, 6), ("plan", "6"): (6, 6), ("short", "0"): (6, 6), ("short", "6"): (2, 6)}
    whole = [row for row in rows if row.term == "curve" and not row.horizon.endswith("short · all · 6")]
    (clear,) = (row.estimate for row in rows if row.term == "share_clear_above")
    assert clear == sum(row.ci_low > 1 for row in whole) / len(whole)
