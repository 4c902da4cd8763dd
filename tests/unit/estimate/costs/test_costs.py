"""Costs: linear in prices, nothing for no effect, and the uncertainty of both effects and prices."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimate.costs.costs import costs, draws, price, priced_rows
from analysis.estimate.costs.joint import Effects, joint_effects
from analysis.estimate.outcomes.admissions import effects as primary
from analysis.estimate.outcomes.admissions import measure_rows
from analysis.estimates import NET_COST
from analysis.plan.designs import Costs
from analysis.prepare.contract.raw import read_raw
from analysis.prepare.costs.unit_costs import unit_costs
from analysis.steps import Problem
from analysis.tables import read_table
from tests.reasons import sentences

PRICES = pd.DataFrame(
    {
        "activity": ["stay", "visit", "visit", "call"],
        "value_gbp": [1500.0, 100.0, 110.0, 30.0],
        "high_gbp": [np.nan, np.nan, np.nan, 40.0],
        "price_year": ["2016/17", "2016/17", "2013/14", "2016/17"],
    }
)


def plan(**other: object) -> Costs:
    values = {"dataset": "unit-costs", "price_year": "2016/17", "activities": {"stays": "stay", "visits": "visit"}}
    return Costs.model_validate(values | other)


def joint(
    ratios: tuple[float, float] = (1.02, 0.95), errors: tuple[float, float] = (0.01, 0.01), correlation: float = 0.3
) -> Effects:
    spread = np.array([[1, correlation], [correlation, 1]]) * np.outer(errors, errors)
    return Effects(np.log(ratios), spread, np.array([80.0, 1000.0]), np.array([90.0, 900.0]), 40, 1000, 100)


def test_each_change_at_its_price_and_their_sum() -> None:
    """By hand: 2 per cent of the 90 stays expected at 1,500 pounds, and -5 per cent of the 900 visits at 100."""
    rows = {row.outcome: row for row in priced_rows(joint(), PRICES, plan(), 0.95, "primary")}
    assert rows["stays"].estimate == pytest.approx(2700)
    assert rows["visits"].estimate == pytest.approx(-4500)
    assert rows[NET_COST].estimate == pytest.approx(-1800)
    assert rows[NET_COST].baseline == pytest.approx(80 * 1500 + 1000 * 100)
    assert {row.scale for row in rows.values()} == {"pounds"}
    assert {row.horizon for row in rows.values()} == {"2016/17"}


@given(st.floats(0.1, 10))
def test_costs_are_linear_in_prices(factor: float) -> None:
    one = priced_rows(joint(), PRICES, plan(), 0.95, "primary")
    dearer = priced_rows(joint(), PRICES.assign(value_gbp=factor * PRICES["value_gbp"]), plan(), 0.95, "primary")
    uplifted = priced_rows(joint(), PRICES, plan(uplift=factor), 0.95, "primary")
    for key in ("estimate", "ci_low", "ci_high", "std_error", "baseline"):
        wanted = [factor * getattr(row, key) for row in one]
        assert [getattr(row, key) for row in dearer] == pytest.approx(wanted)
        assert [getattr(row, key) for row in uplifted] == pytest.approx(wanted)


def test_no_effect_costs_nothing() -> None:
    for row in priced_rows(joint((1.0, 1.0)), PRICES, plan(), 0.95, "primary"):
        assert row.estimate == 0
        assert row.ci_low < 0 < row.ci_high
        assert row.p_value > 0.9
    sample = draws(joint((1.0, 1.0)), np.array([1500.0, 100.0]), plan())
    # The mean of 10,000 draws, within four of its own standard errors.
    assert np.abs(sample.mean(0)).max() < 4 * sample.std(0).max() / 100


def test_known_effects_at_known_prices_are_certain() -> None:
    rows = priced_rows(joint(errors=(0.0, 0.0)), PRICES, plan(variation=0), 0.95, "primary")
    assert [row.std_error for row in rows] == pytest.approx([0, 0, 0], abs=1e-9)


def test_prices_alone_vary_as_the_plan_says() -> None:
    rows = priced_rows(joint(errors=(0.0, 0.0)), PRICES, plan(variation=0.2, draws=100_000), 0.95, "primary")
    assert [row.std_error for row in rows[:2]] == pytest.approx([0.2 * 2700, 0.2 * 4500], rel=0.02)
    assert rows[2].std_error == pytest.approx(0.2 * np.hypot(2700, 4500), rel=0.02)


def test_outcomes_that_move_together_make_the_sum_less_certain() -> None:
    """By hand, prices known: the variance of a sum, with t errors of 39 degrees of freedom."""
    for correlation in (-0.5, 0.0, 0.5):
        found = priced_rows(joint(correlation=correlation), PRICES, plan(variation=0, draws=100_000), 0.95, "primary")
        parts = np.array([90 * 1.02 * 1500 * 0.01, 900 * 0.95 * 100 * 0.01])
        variance = parts @ np.array([[1, correlation], [correlation, 1]]) @ parts * 39 / 37
        assert found[2].std_error == pytest.approx(variance**0.5, rel=0.02)


@pytest.mark.parametrize(
    ("activity", "year", "words"),
    [
        ("visit", "2010/11", "no visit at prices of 2010/11; it has 2013/14, 2016/17"),
        ("operation", "2016/17", "it has no such activity"),
        ("call", "2016/17", "as a range"),
    ],
)
def test_prices_that_are_not_there(activity: str, year: str, words: str) -> None:
    with pytest.raises(Problem, match=words):
        price(PRICES, activity, year)


def test_an_alternative_is_about_what_is_costed() -> None:
    with pytest.raises(ValueError, match="`alternatives` names `nights`"):
        plan(alternatives={"other": {"nights": "night"}})


def test_published_prices_keep_their_contract(prepared: Path, raw: Path, root: Path, tmp_path: Path) -> None:
    """The only complete set that could be verified: reference costs of 2016/17."""
    made = tmp_path / "prices.parquet"
    unit_costs(
        table=root / "data/raw/published/unit_costs.csv", receipt=raw / "published-evidence.json", out=made
    )  # fmt: skip
    table, _ = read_table(made)
    known = {"day_case": 738, "elective_inpatient": 3684, "non_elective_inpatient": 1590, "excess_bed_day": 313,
             "outpatient_attendance": 120, "ae_attendance": 148}  # fmt: skip
    assert {name: price(table, name, "2016/17") for name in known} == known


def test_a_remembered_price_is_refused(root: Path, tmp_path: Path) -> None:
    from analysis.prepare.contract.contract import UnitCosts

    text = (root / "data/raw/published/unit_costs.csv").read_text(encoding="utf-8")
    (tmp_path / "unit_costs.csv").write_text(text.replace(",F,", ",M,", 1), encoding="utf-8")
    with pytest.raises(Problem, match="certainty"):
        read_raw(tmp_path / "unit_costs.csv", UnitCosts)


def test_effects_are_those_of_the_primary_model(prepared: Path) -> None:
    panel, _ = read_table(prepared / "panel.parquet")
    found = joint_effects(panel, ["emergency", "elective"])
    for place, measure in enumerate(("emergency", "elective")):
        row = primary(measure_rows(panel, measure), measure, 0.95)[0]
        assert np.exp(found.log_ratios[place]) == pytest.approx(row.estimate, rel=1e-8)
        assert found.baselines[place] == pytest.approx(row.baseline)
        assert found.expected[place] == pytest.approx(row.expected)
        # Leaving out clusters gives a wider error than the sandwich, but none of another size.
        assert row.std_error < found.covariance[place, place] ** 0.5 < 2.5 * row.std_error
    one, _ = np.linalg.eigh(found.covariance)
    assert one.min() > 0


def test_one_site_is_too_few(prepared: Path) -> None:
    panel, _ = read_table(prepared / "panel.parquet")
    with pytest.raises(Problem, match="one site only"):
        joint_effects(panel[~panel["pilot"] | (panel["site_id"] == "S01")], ["emergency"])


@pytest.mark.parametrize(("year", "made"), [("2016/17", 3), ("2009/10", 0)])
def test_the_step_writes_rows_or_says_why_not(
    prepared: Path, raw: Path, root: Path, tmp_path: Path, year: str, made: int
) -> None:
    prices = tmp_path / "prices.parquet"
    unit_costs(
        table=root / "data/raw/published/unit_costs.csv", receipt=raw / "published-evidence.json", out=prices
    )  # fmt: skip
    activities = {"emergency_admissions": "non_elective_inpatient", "elective_admissions": "elective_inpatient"}
    costs(
        panel=prepared / "panel.parquet", unit_costs=prices, confidence=0.95, out=tmp_path / "rows.parquet",
        outcomes={"emergency_admissions": "emergency", "elective_admissions": "elective"},
        costs=plan(activities=activities, price_year=year, alternatives={"days": {"elective_admissions": "day_case"}}),
    )  # fmt: skip
    rows, lineage = read_table(tmp_path / "rows.parquet")
    assert {source.kind for source in lineage.sources} == {"simulated", "published"}
    known = rows[rows["reason"].isna()]
    assert list(known["specification"]) == ["primary"] * made + ["days"] * made
    if made:
        whole = known.set_index(["specification", "outcome"])["estimate"]
        ratio = whole["days", "elective_admissions"] / whole["primary", "elective_admissions"]
        assert ratio == pytest.approx(738 / 3684)
    else:
        assert sentences(rows).str.contains("2009/10").all()
