"""The event study: which periods it reports, and how it agrees with the difference-in-differences."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from analysis.estimate.numerics.errors.intervals import t_test
from analysis.estimate.outcomes.admissions import admissions, effects, measure_rows
from analysis.estimate.outcomes.event_study import periods
from analysis.estimates import NotEstimated
from analysis.steps import Problem
from analysis.tables import read_table


@pytest.fixture(scope="module")
def rows(prepared: Path) -> pd.DataFrame:
    return measure_rows(read_table(prepared / "panel.parquet")[0], "emergency")


def test_every_period_but_the_one_before_the_start(rows: pd.DataFrame) -> None:
    made = periods(rows, "emergency", 3, 0.95)
    # 18 months before the start and 18 from it on, in quarters.
    assert [row.horizon for row in made[:-2]] == [str(each) for each in range(-6, 6) if each != -1]
    *_, joint, slope = made
    assert (joint.term, joint.scale, joint.horizon) == ("pre_trend", "statistic", "before")
    assert (slope.term, slope.scale, slope.horizon) == ("pre_trend_slope", "ratio", "before")


def test_the_slope_is_that_of_a_poisson_model_of_the_months_before(rows: pd.DataFrame) -> None:
    slope = periods(rows, "emergency", 3, 0.95)[-1]
    before = rows[~rows["after"]]
    dummies = pd.get_dummies(before[["practice_id", "month"]], dtype=float)
    design = dummies.drop(columns=f"month_{before['month'].min()}").assign(slope=before["event_time"].fillna(0) / 12)

    def fitted(kept: "pd.Series[bool]") -> float:
        here = design[kept].loc[:, (design[kept] != 0).any()]
        offset = np.log(before.loc[kept, "population"])
        return float(
            GLM(before.loc[kept, "count"], here, family=families.Poisson(), offset=offset).fit().params["slope"]
        )

    whole = fitted(before["count"] >= 0)
    clusters = before["cluster_id"].unique()
    left = np.array([fitted(before["cluster_id"] != each) for each in clusters])
    error = ((len(left) - 1) / len(left) * ((left - whole) ** 2).sum()) ** 0.5
    assert np.log(slope.estimate) == pytest.approx(whole, abs=1e-7)
    assert slope.std_error == pytest.approx(error, rel=0.02)  # one Newton step for each cluster
    sites = rows.loc[rows["pilot"], "cluster_id"].nunique()
    assert slope.p_value == pytest.approx(t_test(np.log(slope.estimate), slope.std_error, sites - 1))


def test_one_period_on_either_side_is_the_difference_in_differences(rows: pd.DataFrame) -> None:
    only, untested, _ = periods(rows, "emergency", 18, 0.95)
    assert isinstance(untested, NotEstimated)
    ratio = effects(rows, "emergency", 0.95)[0]
    assert (only.term, only.horizon) == ("period", "0")
    for name in ("estimate", "std_error", "ci_low", "ci_high", "p_value"):
        assert getattr(only, name) == pytest.approx(getattr(ratio, name), rel=1e-8)


def test_one_period_before_the_reference_is_tested_like_itself(rows: pd.DataFrame) -> None:
    made = periods(rows, "emergency", 9, 0.95)
    before = next(row for row in made if row.horizon == "-2")
    assert made[-2].estimate == pytest.approx((np.log(before.estimate) / before.std_error) ** 2)
    sites = rows.loc[rows["pilot"], "cluster_id"].nunique()
    assert made[-2].p_value == pytest.approx(t_test(np.log(before.estimate), before.std_error, sites - 1))


def test_events_follow_from_ratio_and_expected_rate(rows: pd.DataFrame) -> None:
    ratio, events = effects(rows, "emergency", 0.95)
    pilots = rows[rows["pilot"]].groupby("after")[["count", "population"]].sum()
    before, after = (1000 * pilots["count"] / (pilots["population"] / 12)).sort_index().to_numpy()
    assert (ratio.scale, events.scale) == ("ratio", "difference")
    assert ratio.baseline == pytest.approx(before)
    assert ratio.expected == pytest.approx(after / ratio.estimate)
    for name in ("estimate", "ci_low", "ci_high"):
        assert getattr(events, name) == pytest.approx(ratio.expected * (getattr(ratio, name) - 1))


def test_practices_without_any_event_are_not_counted(rows: pd.DataFrame) -> None:
    silent = sorted(rows["practice_id"].unique())[:3]
    told = rows.assign(count=rows["count"].where(~rows["practice_id"].isin(silent), 0))
    every, some = effects(rows, "emergency", 0.95)[0], effects(told, "emergency", 0.95)[0]
    assert every.n_units - some.n_units == len(silent)
    assert every.n_obs - some.n_obs == rows["practice_id"].isin(silent).sum()
    # They tell nothing: without their rows the estimate is the same.
    without = effects(rows[~rows["practice_id"].isin(silent)].reset_index(drop=True), "emergency", 0.95)[0]
    assert some.estimate == pytest.approx(without.estimate, rel=1e-9)
    assert (some.n_obs, some.n_units) == (without.n_obs, without.n_units)


def test_an_unknown_measure_is_refused_and_the_known_are_named(rows: pd.DataFrame) -> None:
    with pytest.raises(Problem, match="no measure dental; it has emergency"):
        measure_rows(rows, "dental")


@pytest.mark.parametrize("side", [True, False])
def test_months_on_one_side_of_the_start_are_refused(rows: pd.DataFrame, side: bool) -> None:
    start = rows.loc[rows["event_time"] == 0, "month"].iloc[0]
    with pytest.raises(Problem, match="both before and after") as problem:
        measure_rows(rows[(rows["month"] >= start) == side], "emergency")
    assert "start_month" in problem.value.mend


def test_lineage_goes_into_the_part(prepared: Path, tmp_path: Path) -> None:
    admissions(
        panel=prepared / "panel.parquet", name="e", measure="emergency", confidence=0.9, out=tmp_path / "e.parquet"
    )  # fmt: skip
    assert read_table(tmp_path / "e.parquet")[1] == read_table(prepared / "panel.parquet")[1]
