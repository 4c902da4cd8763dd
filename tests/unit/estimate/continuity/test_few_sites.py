"""A study of two sites: beside the primary estimates, no design tells an interval between clusters."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.continuity.composition import Subject
from analysis.estimate.continuity.continuity_events import monthly_event_study
from analysis.estimate.designs.interrupted import interrupted_rows as interrupted
from analysis.estimate.designs.staggered import staggered_rows as staggered
from analysis.estimate.designs.synthetic_control import synthetic_rows as synthetic
from analysis.estimate.matched_cohort.matched_cohort import from_matches
from analysis.estimate.matched_cohort.matching import match, score
from analysis.estimate.outcomes.event_study import periods
from analysis.estimates import Estimate, Row, settled
from analysis.plan.designs import MatchedCohort, Staggered
from tests.cohort_data import practice_months
from tests.unit.estimate.designs.test_synthetic_control import made
from tests.unit.estimate.matched_cohort.test_matched_cohort import OUTCOMES, persons
from tests.unit.estimate.models.test_randomised import panel


def told(rows: Iterable[Row], **where: object) -> list[Estimate]:
    """What the table of estimates holds of these rows."""
    kept = [settled(row) for row in rows if isinstance(row, Estimate)]
    return [row for row in kept if all(getattr(row, name) == value for name, value in where.items())]


def silent(rows: list[Estimate]) -> bool:
    """Whether there are rows, and none holds an error, an interval or a test."""
    numbers = [(row.std_error, row.ci_low, row.ci_high, row.p_value) for row in rows]
    return bool(rows) and bool(np.isnan(numbers).all())


@pytest.mark.parametrize(("sites", "known"), [(1, False), (2, False), (3, True)])
def test_the_cohort_by_site_tells_an_interval_from_three_sites_on(sites: int, known: bool) -> None:
    cohort = persons(np.random.default_rng(1), 4000, effect=1.5)
    case = cohort["role"] == "case"
    cohort.loc[case, "site_id"] = [f"S{place % sites}" for place in range(case.sum())]
    rows = from_matches(match(score(cohort), MatchedCohort()), OUTCOMES, 6, 0.95)
    by_site = told(rows, horizon="site_clusters")
    assert [row.treated_clusters for row in by_site] == [sites] * len(OUTCOMES)
    assert all(row.std_error > 0 for row in by_site) if known else silent(by_site)
    # Patients are many whatever the number of sites.
    assert all(row.std_error > 0 for row in told(rows, term="effect", scale="ratio"))


@pytest.mark.parametrize(("sites", "known"), [(2, False), (3, True)])
def test_starts_of_so_few_sites_have_no_interval_though_all_starts_together_have_one(sites: int, known: bool) -> None:
    starts = Staggered(estimators=("imputation", "etwfe_poisson"))
    frame = practice_months(per_start=sites)
    extra = practice_months((None,), per_start=6).assign(
        cluster_id=lambda rows: "more " + rows["cluster_id"], practice_id=lambda rows: "more " + rows["practice_id"]
    )
    rows = staggered(pd.concat([frame, extra], ignore_index=True), "o", "emergency", starts, 0.95)
    assert all(row.std_error > 0 for row in told(rows, term="effect"))
    cohorts = told(rows, term="cohort")
    assert {row.treated_clusters for row in cohorts} == {sites}
    assert all(row.std_error > 0 for row in cohorts) if known else silent(cohorts)
    # The first period after the start has all sites, the last those of the first start.
    last = max(int(row.horizon) for row in told(rows, term="period"))
    for period, reached in ((0, 3 * sites), (last, sites)):
        each = told(rows, term="period", horizon=str(period))
        assert {row.treated_clusters for row in each} == {reached}
        assert silent(each) == (reached < 3)


def two_early() -> pd.DataFrame:
    """Five sites, of which two started half a year before the others."""
    rows = panel(5, 30)
    rows["event_time"] += np.where(rows["cluster_id"].isin(["site 0", "site 1"]), 6, 0)
    return rows.assign(after=rows["event_time"] >= 0)


def test_a_period_that_two_sites_reach_has_no_interval() -> None:
    rows = told(periods(two_early(), "o", 3, 0.95), term="period")
    assert {row.horizon: row.treated_clusters for row in rows} == {
        **dict.fromkeys(("-4", "-3"), 3), "-2": 5, "0": 5, "1": 5, "2": 5, "3": 5, "4": 2, "5": 2,
    }  # fmt: skip
    assert silent([row for row in rows if row.treated_clusters == 2])
    assert all(row.std_error > 0 for row in rows if row.treated_clusters > 2)


def test_the_same_holds_of_shares_of_contacts() -> None:
    months = two_early()
    usual = months["count"] * np.random.default_rng(1).uniform(0.4, 0.6, len(months))
    months = months.assign(with_usual=usual, of_known=months["count"], wave=months["month"])
    rows = told(monthly_event_study(months, 3, Subject("c", "upc", "patients", 0.95)), term="period")
    assert {row.horizon for row in rows if row.treated_clusters == 2} == {"4", "5"}
    assert silent([row for row in rows if row.treated_clusters == 2])
    assert all(row.std_error > 0 for row in rows if row.treated_clusters > 2)


def test_the_mean_over_two_sites_against_their_own_past_has_no_interval() -> None:
    rows = made(regions=6, months=36)
    rows["count"] = np.random.default_rng(2).poisson(rows["count"] / 20)
    for number, known in ((2, False), (3, True)):
        third = rows[rows["site_id"] == "S2"].assign(practice_id="PX", site_id="S3", cluster_id="site S3")
        third["count"] = np.random.default_rng(3).poisson(third["count"])
        frame = pd.concat([rows, *[third] * (number - 2)], ignore_index=True)
        together = told(interrupted(frame, "o", 1, 0.95), subgroup="all")
        assert {row.treated_clusters for row in together} == {number}
        assert all(row.std_error > 0 for row in together) if known else silent(together)


@pytest.mark.parametrize(("regions", "known"), [(3, False), (5, False), (6, True)])
def test_a_synthetic_control_of_so_few_areas_has_no_interval(regions: int, known: bool) -> None:
    for row in told(synthetic(made(regions=regions, mixture=False), "o", "synthetic_did", 3, 0.95), term="effect"):
        assert row.comparison_clusters == regions
        assert (row.ci_low < row.estimate) if known else silent([row])
