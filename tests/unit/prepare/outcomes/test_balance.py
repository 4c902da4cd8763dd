"""The balance table against Austin's formula by hand, and baseline rates."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.prepare.outcomes.balance import CHARACTERISTICS, baseline_rates, compared
from analysis.simulate.outcomes.world import ACTIVITY
from analysis.tables import read_table


def test_standardised_difference_by_hand() -> None:
    # Means 4 and 7, variances 4 and 16: (4 - 7) / sqrt((4 + 16) / 2) = -3 / 3.1623.
    values, pilot = pd.Series([2.0, 4.0, 6.0, 3.0, 7.0, 11.0]), pd.Series([True] * 3 + [False] * 3)
    row = compared(values, pilot)
    assert (row["pilot_mean"], row["comparison_mean"]) == (4, 7)
    assert (row["pilot_sd"], row["comparison_sd"]) == (2, 4)
    assert row["standardised_difference"] == pytest.approx(-0.9487, abs=5e-5)
    assert row["variance_ratio"] == 0.25


def test_missing_values_are_left_out() -> None:
    values, pilot = pd.Series([2.0, 4.0, None, 3.0, 7.0]), pd.Series([True] * 3 + [False] * 2)
    assert compared(values, pilot)["pilot_mean"] == 3


def cells(practice: str, start: int | None, counts: list[int]) -> pd.DataFrame:
    months = [f"2010-{month:02d}" for month in range(1, len(counts) + 1)]
    time = [float("nan") if start is None else month - start for month in range(len(counts))]
    facts = {"practice_id": practice, "month": months, "measure": "emergency", "count": counts, "population": 1000}
    return pd.DataFrame(facts | {"event_time": time}).assign(after=lambda rows: rows["event_time"] >= 0)


def test_rates_are_those_before_the_first_start() -> None:
    rows = pd.concat([cells("A", 2, [4, 6, 90, 90]), cells("B", 3, [1, 3, 5, 90]), cells("C", None, [2, 2, 90, 90])])
    # Per 1,000 a year over two months: 12 times the mean monthly count.
    assert baseline_rates(rows)["emergency"].to_dict() == {"A": 60, "B": 24, "C": 24}


def test_a_site_that_started_before_the_panel_has_no_months_before() -> None:
    rows = pd.concat([cells("A", -3, [90, 90, 90]), cells("B", 2, [1, 3, 90]), cells("C", None, [2, 2, 90])])
    assert "A" not in baseline_rates(rows).dropna().index


def test_the_table_of_the_small_world(prepared: Path) -> None:
    rows, lineage = read_table(prepared / "balance.parquet")
    assert set(CHARACTERISTICS.values()) < set(rows["characteristic"])
    assert len(rows) == len(CHARACTERISTICS) + len(ACTIVITY)
    assert lineage.simulated
    patients = rows[rows["characteristic"] == "Patients per full-time GP"].iloc[0]
    # The simulation draws them from a normal distribution with mean 1,800.
    assert 1600 < patients["pilot_mean"] < 2000
