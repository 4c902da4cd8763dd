"""Which rows a check looks at."""

import pandas as pd
import pytest

from analysis.estimate.models.samples import placebo, washed_out, with_comparison_group, within, without
from analysis.plan.terms import Period
from analysis.steps import Problem
from tests.pilots_panel import STARTS, pilots_panel

ROWS = pilots_panel()


def regions(rows: pd.DataFrame, pilot: bool) -> set[str]:
    return set(rows.loc[rows["pilot"] == pilot, "region"])


def test_same_and_other_regions_share_out_the_comparison_practices() -> None:
    same, other = with_comparison_group(ROWS, "same_regions"), with_comparison_group(ROWS, "other_regions")
    assert with_comparison_group(ROWS, "all").equals(ROWS)
    assert regions(same, pilot=False) == regions(ROWS, pilot=True)
    assert regions(other, pilot=False) == {"R7", "R8"}
    assert same["pilot"].sum() == other["pilot"].sum() == ROWS["pilot"].sum()
    assert (~same["pilot"]).sum() + (~other["pilot"]).sum() == (~ROWS["pilot"]).sum()


def test_no_comparison_practice_left_is_refused() -> None:
    everywhere = ROWS[ROWS["region"] < "R7"]
    with pytest.raises(Problem, match="no comparison practice"):
        with_comparison_group(everywhere, "other_regions")


def test_a_window_keeps_its_months() -> None:
    rows = within(ROWS, Period(first="2007-06", last="2008-12"))
    assert (rows["month"].min(), rows["month"].max()) == ("2007-06", "2008-12")


def test_a_window_before_every_start_is_refused() -> None:
    with pytest.raises(Problem, match="From 2007-01 to 2007-06 no pilot practice has months both before and after"):
        within(ROWS, Period(first="2007-01", last="2007-06"))


def test_washout_leaves_out_the_first_months_of_each_site() -> None:
    rows = washed_out(ROWS, 3)
    assert len(ROWS) - len(rows) == 3 * ROWS.loc[ROWS["pilot"], "practice_id"].nunique()
    assert not rows["event_time"].isin([0, 1, 2]).any()
    assert rows["event_time"].isin([-1, 3]).any()


def test_a_placebo_ends_before_each_real_start() -> None:
    rows = placebo(ROWS, 5)
    pilots = rows[rows["pilot"]]
    assert (pilots.groupby("site_id")["month"].nunique() == pd.Series(STARTS)).all()
    assert (pilots["after"] == pilots["event_time"].between(-5, -1)).all()
    assert not rows.loc[~rows["pilot"], "after"].any()
    assert rows.loc[~rows["pilot"], "month"].max() == pilots["month"].max()


def test_a_placebo_before_the_data_is_refused() -> None:
    with pytest.raises(Problem, match="With a start 24 months early no pilot"):
        placebo(ROWS, 24)


def test_one_site_is_left_out() -> None:
    assert set(without(ROWS, "S03")["site_id"]) == set(ROWS["site_id"]) - {"S03"}
