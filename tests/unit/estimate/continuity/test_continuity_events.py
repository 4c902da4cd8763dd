"""Continuity month by month: what is planted is found, in the right period."""

import pandas as pd
import pytest

from analysis.estimate.continuity.composition import Subject
from analysis.estimate.continuity.continuity_events import effects_by_month, monthly_event_study
from analysis.estimates import Estimate, NotEstimated
from tests.unit.estimate.contacts_world import months

UPC = Subject("usual_provider", "upc", "patients", 0.95)


def periods(rows: pd.DataFrame, bin_months: int = 3) -> dict[int, Estimate]:
    made = monthly_event_study(rows, bin_months, UPC)
    return {int(row.horizon): row for row in made if isinstance(row, Estimate) and row.term == "period"}


def test_a_step_is_found_in_the_periods_after_it() -> None:
    found = periods(months(effect=-0.04))
    assert set(found) == set(range(-8, 6)) - {-1}
    for period, row in found.items():
        assert row.estimate == pytest.approx(-4 if period >= 0 else 0, abs=0.01), period
        assert (row.specification, row.scale) == ("usual_by_month", "points")


def test_a_step_is_the_effect_of_all_months() -> None:
    row, missing = effects_by_month(months(effect=-0.04), UPC)
    assert isinstance(row, Estimate)
    assert row.estimate == pytest.approx(-4, abs=0.01)
    assert row.specification == "usual_by_month"
    assert isinstance(missing, NotEstimated)
    assert missing.specification == "registered_by_month"
    assert "not known in any month" in missing.why.sentence


def test_the_registered_doctor_is_left_out_where_nobody_asks() -> None:
    (row,) = effects_by_month(months(effect=-0.04), UPC, registered=False)
    assert isinstance(row, Estimate)
    assert row.specification == "usual_by_month"


def test_the_share_with_the_registered_doctor_is_of_those_who_have_one() -> None:
    rows = months(effect=-0.04)
    rows["of_listed"] = rows["of_known"]
    rows["with_registered"] = rows["with_usual"] / 2
    _, row = effects_by_month(rows, UPC)
    assert isinstance(row, Estimate)
    assert row.estimate == pytest.approx(-2, abs=0.01)


def test_months_without_a_usual_clinician_are_left_out() -> None:
    rows = months(effect=-0.04)
    early = rows["month"] < "2008-04"
    bare = rows.assign(of_known=rows["of_known"].where(~early, 0), with_usual=rows["with_usual"].where(~early, 0))
    row, _ = effects_by_month(bare, UPC)
    assert isinstance(row, Estimate)
    assert row.n_obs == (~early).sum()
    assert row.estimate == pytest.approx(-4, abs=0.01)


def joint(rows: pd.DataFrame) -> Estimate | NotEstimated:
    return monthly_event_study(rows, 3, UPC)[-1]


def test_a_trend_before_the_start_is_seen() -> None:
    still, moving = joint(months(noise=0.02)), joint(months(noise=0.02, ramp=0.01))
    assert isinstance(still, Estimate)
    assert isinstance(moving, Estimate)
    assert (still.term, still.scale, still.specification) == ("pre_trend", "statistic", "usual_by_month")
    assert moving.p_value < 0.05 < still.p_value


def test_one_site_has_no_joint_test() -> None:
    rows = months(noise=0.02)
    rows = rows[~rows["pilot"] | (rows["cluster_id"] == "site 0")]
    made = joint(rows)
    assert isinstance(made, NotEstimated)
    assert "one cluster" in made.why.sentence
    assert made.design == "event_study"


def test_without_contacts_in_any_month_nothing_is_followed() -> None:
    (row,) = monthly_event_study(months().assign(of_known=0), 3, UPC)
    assert isinstance(row, NotEstimated)
