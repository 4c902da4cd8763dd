"""Each kind of check on panels whose truth is known: without noise the answers are exact to 1e-5."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.estimate.outcomes.admissions import effects
from analysis.estimate.robustness.checks import checked
from analysis.estimates import Estimate, NotEstimated, Row
from analysis.plan.sensitivity import (
    AnyCheck,
    ComparisonCheck,
    CurveCheck,
    DoseCheck,
    EstimatorCheck,
    LeaveOneOutCheck,
    PlaceboDateCheck,
    WindowCheck,
)
from analysis.plan.terms import Period
from analysis.steps import Problem
from tests.pilots_panel import STARTS, pilots_panel


def run(rows: pd.DataFrame, check: AnyCheck) -> list[Row]:
    return checked(rows, "admissions", "my_check", check, 0.95)


def first(rows: list[Row]) -> Estimate:
    assert isinstance(rows[0], Estimate)
    return rows[0]


def exact() -> list[AnyCheck]:
    """Checks that leave a constant effect what it is."""
    return [
        EstimatorCheck(kind="estimator", label="l", estimator="quasi_poisson"),
        WindowCheck(kind="window", label="l", months=Period(first="2007-06", last="2009-02")),
        ComparisonCheck(kind="comparison", label="l", comparison="same_regions"),
        ComparisonCheck(kind="comparison", label="l", comparison="other_regions"),
    ]


@pytest.mark.parametrize("check", exact(), ids=lambda check: getattr(check, "comparison", check.kind))
def test_without_noise_the_effect_survives(check: AnyCheck) -> None:
    made = run(pilots_panel(lambda _: 1.1), check)
    effects = [row for row in made if isinstance(row, Estimate) and row.term == "effect"]
    assert [row.scale for row in effects] == ["ratio", "difference"]
    row = first(made)
    assert row.estimate == pytest.approx(1.1, abs=1e-5)
    assert (row.term, row.specification, row.subgroup) == ("effect", "my_check", "all")
    assert row.design == "difference_in_differences"


def test_without_noise_a_placebo_date_finds_nothing() -> None:
    made = run(pilots_panel(lambda _: 1.3), PlaceboDateCheck(kind="placebo_date", label="l", months_early=6))
    assert first(made).estimate == pytest.approx(1.0, abs=1e-5)


def test_a_placebo_date_finds_what_began_before_the_start() -> None:
    rows = pilots_panel(lambda _: 1.0)
    early = rows["event_time"].between(-6, -1)
    moved = rows.assign(count=rows["count"] * np.where(early, 1.2, 1.0))
    made = run(moved, PlaceboDateCheck(kind="placebo_date", label="l", months_early=6))
    assert first(made).estimate == pytest.approx(1.2, abs=1e-5)


def test_linear_rates_find_rates_that_add_up() -> None:
    rows = pilots_panel(lambda _: 25.0, additive=True)
    ratio, difference = run(rows, EstimatorCheck(kind="estimator", label="l", estimator="linear_rate"))
    assert isinstance(ratio, Estimate)
    assert isinstance(difference, Estimate)
    assert (ratio.estimator, difference.estimate) == ("linear_rate", pytest.approx(25.0, rel=1e-4))
    assert ratio.estimate == pytest.approx(1 + 25 / ratio.expected, rel=1e-4)


def test_each_site_is_left_out_in_turn() -> None:
    rows = pilots_panel(lambda rows: 1.1 + 0.4 * (rows["site_id"] == "S04"))
    made = run(rows, LeaveOneOutCheck(kind="leave_one_out", label="l"))
    ratios = {row.subgroup: row.estimate for row in made if isinstance(row, Estimate) and row.scale == "ratio"}
    assert list(ratios) == [f"without {site}" for site in STARTS]
    assert ratios.pop("without S04") == pytest.approx(1.1, abs=1e-5)
    assert min(ratios.values()) > 1.12


def test_the_only_site_cannot_be_left_out_and_the_row_says_so() -> None:
    rows = pilots_panel()
    (row,) = run(rows[rows["site_id"].isin(["S01", ""])], LeaveOneOutCheck(kind="leave_one_out", label="l"))
    assert isinstance(row, NotEstimated)
    assert (row.outcome, row.specification, row.subgroup) == ("admissions", "my_check", "without S01")
    assert row.why.sentence.startswith("Without S01 no pilot practice")


YEARS = DoseCheck(kind="dose", label="l")


def test_years_since_the_start_are_a_dose() -> None:
    rows = pilots_panel(lambda rows: 0.9 ** ((rows["event_time"] + 0.5) / 12))
    per_year, step = run(rows, YEARS)
    assert isinstance(per_year, Estimate)
    assert isinstance(step, Estimate)
    assert (per_year.term, per_year.scale, per_year.estimate) == ("dose", "ratio", pytest.approx(0.9, abs=1e-5))
    assert (step.term, step.estimate) == ("step", pytest.approx(1, abs=1e-5))


def test_a_pure_step_is_no_dose() -> None:
    per_year, step = run(pilots_panel(lambda _: 0.95), YEARS)
    assert isinstance(per_year, Estimate)
    assert isinstance(step, Estimate)
    assert (per_year.estimate, step.estimate) == (pytest.approx(1, abs=1e-5), pytest.approx(0.95, abs=1e-5))


def test_a_dose_is_that_of_a_poisson_model_with_the_step_in_it() -> None:
    rows = pilots_panel(lambda _: 0.95, noise=3)
    dose = ((rows["event_time"] + 0.5) / 12).where(rows["after"], 0.0)
    groups = pd.get_dummies(rows[["practice_id", "month"]], drop_first=True, dtype=float)
    design = sm.add_constant(groups.assign(after=rows["after"].astype(float), dose=dose))
    other = sm.GLM(rows["count"], design, sm.families.Poisson(), offset=np.log(rows["population"])).fit()
    per_year, step = run(rows, YEARS)
    assert isinstance(per_year, Estimate)
    assert isinstance(step, Estimate)
    assert np.log(per_year.estimate) == pytest.approx(other.params["dose"], abs=1e-6)
    assert np.log(step.estimate) == pytest.approx(other.params["after"], abs=1e-6)


def test_a_step_is_seldom_taken_for_a_dose() -> None:
    # Without the step in the model nearly every world of pure steps shows a clear dose.
    found = [first(run(pilots_panel(lambda _: 0.9, noise=seed), YEARS)) for seed in range(40)]
    clear = sum(not row.ci_low <= 1 <= row.ci_high for row in found)
    assert clear <= 8  # of 40 at 5%; more than eight come in less than one of a thousand such tests


def test_a_column_of_numbers_is_a_dose() -> None:
    money = pilots_panel()["site_id"].map(dict(zip(STARTS, (1, 2, 5, 3, 2, 4), strict=True)))
    rows = pilots_panel(lambda _: 1.05**money).assign(money=money)
    assert first(run(rows, DoseCheck(kind="dose", label="l", dose="money"))).estimate == pytest.approx(1.05, abs=1e-5)


def test_a_dose_that_never_varies_is_refused() -> None:
    with pytest.raises(Problem, match="The dose money is the same wherever the pilots had started"):
        run(pilots_panel().assign(money=2.0), DoseCheck(kind="dose", label="l", dose="money"))


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [("staff", None, "no column of numbers staff"), ("model", None, "no column of numbers model"),
     ("money", float("nan"), "missing for some pilot practice")],
)  # fmt: skip
def test_a_dose_that_is_none_is_refused(column: str, values: Any, told: str) -> None:
    rows = pilots_panel().assign(**{} if values is None else {column: values})
    with pytest.raises(Problem, match=told):
        run(rows, DoseCheck(kind="dose", label="l", dose=column))


def test_what_another_step_makes_is_refused() -> None:
    with pytest.raises(Problem, match="kind curve is made by another step"):
        run(pilots_panel(), CurveCheck(kind="curve", label="l"))


def test_the_primary_model_as_a_check_is_the_primary_estimate() -> None:
    rows = pilots_panel(noise=1)
    check = EstimatorCheck(kind="estimator", label="l", estimator="poisson_fixed_effects")
    primary = effects(rows, "admissions", 0.95)
    assert [first([row]).estimate for row in run(rows, check)] == [row.estimate for row in primary]
