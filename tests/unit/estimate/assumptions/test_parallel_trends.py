"""Rows on trends that were not parallel, from the event study of the panel."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.commands.arguments import flat
from analysis.estimate.assumptions.parallel_trends import parallel_trends
from analysis.estimate.outcomes.admissions import measure_rows
from analysis.estimate.outcomes.event_study import model_of, periods
from analysis.estimate.outcomes.periods import whole_periods
from analysis.plan.sensitivity import ParallelTrendsCheck
from analysis.steps import Problem
from analysis.tables import read_table
from tests.reasons import sentences

CHECK = ParallelTrendsCheck(
    kind="parallel_trends", label="with other trends", outcomes=("admitted", "unknown", "coarse"),
    relative_magnitudes=(0.0, 0.5, 1.0), smoothness=(0.0, 0.01),
)  # fmt: skip


@pytest.fixture(scope="module")
def rows(prepared: Path) -> pd.DataFrame:
    return measure_rows(read_table(prepared / "panel.parquet")[0], "emergency")


@pytest.fixture(scope="module")
def table(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    out = tmp_path_factory.mktemp("trends") / "part.parquet"
    flat(parallel_trends)(
        panel=prepared / "panel.parquet", checks={"other": CHECK}, confidence=0.95, out=out,
        outcomes={"admitted": "emergency", "unknown": "dental", "coarse": "emergency"},
        bin_months={"admitted": 3, "unknown": 3, "coarse": 18},
    )  # fmt: skip
    return read_table(out)[0]


@pytest.fixture
def made(table: pd.DataFrame) -> pd.DataFrame:
    return table[(table["outcome"] == "admitted") & table["reason"].isna()]


def test_without_violation_it_is_the_average_of_the_periods_after(rows: pd.DataFrame, made: pd.DataFrame) -> None:
    after = [np.log(each.estimate) for each in periods(rows, "e", 3, 0.95) if each.horizon in set("012345")]
    row = made[(made["term"] == "relative_magnitudes") & (made["horizon"] == "0")].iloc[0]
    assert row["estimate"] == pytest.approx(np.exp(np.mean(after)))
    assert row["ci_high"] == pytest.approx(row["estimate"] * np.exp(1.959964 * row["std_error"]), rel=1e-6)


@pytest.mark.parametrize("term", ["relative_magnitudes", "smoothness"])
def test_intervals_widen_with_the_violation(made: pd.DataFrame, term: str) -> None:
    of_term = made[made["term"] == term].assign(size=lambda frame: frame["horizon"].astype(float)).sort_values("size")
    assert set(of_term["scale"]) == {"ratio"}
    assert of_term["ci_low"].is_monotonic_decreasing
    assert of_term["ci_high"].is_monotonic_increasing


def test_a_breakdown_value_of_either_kind_and_the_power(made: pd.DataFrame) -> None:
    assert made.loc[made["term"] == "breakdown", "horizon"].tolist() == ["relative_magnitudes", "smoothness"]
    power = made[made["term"] == "pre_trend_power"].iloc[0]
    assert (power["estimator"], power["specification"]) == ("poisson_fixed_effects", "primary")
    assert 0.05 <= power["estimate"] <= 1


def test_outcomes_that_cannot_be_bounded_say_so_and_the_others_go_on(table: pd.DataFrame) -> None:
    reasons = table.assign(reason=sentences(table)).dropna(subset="reason").groupby("outcome")["reason"].agg(" ".join)
    assert "no measure dental" in reasons["unknown"]
    assert "one period before the start" in reasons["coarse"]
    assert "needs two periods or more before it" in reasons["coarse"]
    assert set(reasons.index) == {"unknown", "coarse"}


def test_only_periods_that_every_site_has_in_full_are_compared(rows: pd.DataFrame) -> None:
    assert whole_periods(rows, 3) == list(range(-6, 6))
    site = rows.loc[rows["pilot"], "site_id"].iloc[0]
    late = rows[(rows["site_id"] != site) | rows["event_time"].between(-11, 13)]
    assert whole_periods(late, 3) == list(range(-3, 4))
    assert len(model_of(late, 3)[1]) == 11  # the model keeps them all


def test_a_site_without_the_months_just_before_its_start_is_refused(rows: pd.DataFrame) -> None:
    site = rows.loc[rows["pilot"], "site_id"].iloc[0]
    with pytest.raises(Problem, match="all 3 months of the period just before") as problem:
        whole_periods(rows[(rows["site_id"] != site) | (rows["event_time"] != -2)], 3)
    assert "bin_months" in problem.value.mend
