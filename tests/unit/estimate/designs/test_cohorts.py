"""The panel by period and cohort: who belongs to which cohort, and who is left out."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.designs.cohorts import balanced, by_period, groups, leads, with_comparison
from analysis.steps import Problem
from tests.cohort_data import made, practice_months


def test_months_add_up_and_rates_are_per_thousand_and_year() -> None:
    rows = practice_months()
    cohorts = by_period(rows, 3)
    cells = cohorts.cells
    assert cells["count"].sum() == rows["count"].sum()
    assert cells["population"].sum() == rows["population"].sum()
    one = cells.iloc[0]
    assert one["rate"] == pytest.approx(1000 * one["count"] / (one["population"] / 12))
    assert [cohorts.month(period) for period in (1, 2, 5, 10)] == ["2007-01", "2007-04", "2008-01", "2009-04"]


@pytest.mark.parametrize("start", ["2008-04", "2008-05", "2008-06"])
def test_the_period_that_holds_the_start_is_the_first_treated_one(start: str) -> None:
    cohorts = by_period(practice_months((start, None)), 3)
    assert [cohorts.month(cohort) for cohort in cohorts.cells["cohort"].unique() if cohort] == ["2008-04"]


def test_who_starts_in_the_first_period_is_left_out_and_who_starts_after_the_last_compares() -> None:
    rows = practice_months(("2007-02", "2008-04", "2009-06", None))
    cells = by_period(rows[rows["month"] <= "2009-03"], 3).cells
    cohorts = {start: set(cells.loc[cells["unit"].str.contains(start), "cohort"]) for start in ("2007", "2008", "2009")}
    assert cohorts == {"2007": set(), "2008": {6}, "2009": {0}}
    assert set(cells.loc[cells["unit"].str.contains("None"), "cohort"]) == {0}


def test_balanced_keeps_who_is_there_throughout_with_one_weight() -> None:
    rows = practice_months()
    rows = rows[~((rows["practice_id"] == rows["practice_id"].iloc[0]) & (rows["month"] < "2008-01"))]
    cells = balanced(by_period(rows, 3).cells)
    assert cells["unit"].nunique() == rows["practice_id"].nunique() - 1
    assert (cells.groupby("unit")["weight"].nunique() == 1).all()
    assert cells["weight"].mean() == pytest.approx(1)


def test_without_never_starters_the_last_cohort_compares_until_it_starts() -> None:
    cells = with_comparison(made((3, 5, 7), lambda cohort, since: 0.0))
    assert cells["period"].max() == 6
    assert set(cells["cohort"]) == {0, 3, 5}
    assert with_comparison(cells) is cells


def test_groups_share_the_treated_cells_out() -> None:
    cells = made((0, 3, 5), lambda cohort, since: 0.0)
    treated = (cells["cohort"] > 0) & (cells["period"] >= cells["cohort"])
    found = list(groups(cells))
    for term in ("effect", "cohort", "calendar", "period"):
        each = np.stack([group.rows for group in found if group.term == term])
        assert (each.sum(axis=0) == treated).all()
    assert {group.horizon for group in leads(cells)} == {-4, -3, -2}


def problem(rows: pd.DataFrame, match: str, **options: tuple[str, ...]) -> None:
    with pytest.raises(Problem, match=match):
        by_period(rows, 3, **options)


def test_bad_panels_are_told_in_a_sentence() -> None:
    rows = practice_months()
    problem(rows.assign(population=np.nan), "populations are missing")
    problem(rows.assign(population=0.0), "populations are missing")
    problem(rows.assign(cluster_id="one"), "one cluster")
    problem(rows.assign(count=6, population=1000.0), "same everywhere")
    problem(rows.assign(imd=np.nan), "a number for imd", characteristics=("imd",))
    problem(rows, "a number for wealth", characteristics=("wealth",))
    problem(rows[rows["month"] >= "2008-10"], "both before and after")


def test_nobody_to_compare_with_is_a_problem() -> None:
    with pytest.raises(Problem, match="nobody to compare with"):
        with_comparison(made((3,), lambda cohort, since: 0.0))
    cells = made((0, 3), lambda cohort, since: 0.0)
    with pytest.raises(Problem, match="observed in every period"):
        balanced(cells[(cells["cohort"] == 0) | (cells["period"] > 1)])
