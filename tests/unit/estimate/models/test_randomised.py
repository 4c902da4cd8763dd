"""Few clusters: from three treated and six others on clustered errors stand, below that randomisation or nothing."""

from collections.abc import Callable
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from analysis.estimate.continuity.continuity import continuity
from analysis.estimate.continuity.continuity import primary_share as primary_share
from analysis.estimate.outcomes.admissions import admissions, primary_count
from analysis.estimates import Estimate
from analysis.tables import Lineage, Source, read_table, write_table

LINEAGE = Lineage((Source("d", "0" * 64, "observed"),))
BEFORE, MONTHS = 12, 24


def panel(treated: int, comparison: int, *, effect: float = 1.0, seed: int = 0) -> pd.DataFrame:
    """Two practices in each cluster; rates of clusters move apart by themselves after month 12."""
    random, clusters = np.random.default_rng(seed), treated + comparison
    unit, month = (each.ravel() for each in np.indices((2 * clusters, MONTHS)))
    cluster, after = unit // 2, month >= BEFORE
    pilot, drift = cluster < treated, random.normal(0, 0.1, clusters)
    rate = 0.01 * np.exp(drift[cluster] * after) * np.where(pilot & after, effect, 1.0)
    names = np.where(pilot, "site ", "region ").astype(object) + cluster.astype(str)
    return pd.DataFrame(
        {
            "practice_id": [f"P{each:02}" for each in unit],
            "month": [f"{2007 + each // 12}-{each % 12 + 1:02}" for each in month],
            "cluster_id": names, "pilot": pilot, "after": pilot & after, "measure": "m", "population": 5000.0,
            "count": random.poisson(5000 * rate), "event_time": np.where(pilot, month - BEFORE, np.nan),
        }
    )  # fmt: skip


def shares(treated: int, comparison: int, seed: int = 0) -> pd.DataFrame:
    """One practice in each cluster, two waves, equal responses: a mean of differences, by hand."""
    random, clusters = np.random.default_rng(seed), treated + comparison
    unit, wave = (each.ravel() for each in np.indices((clusters, 2)))
    pilot = unit < treated
    value = 0.6 + random.normal(0, 0.03, unit.size) - 0.1 * (pilot & (wave == 1))
    names = np.where(pilot, "site ", "region ").astype(object) + unit.astype(str)
    return pd.DataFrame(
        {
            "practice_id": [f"P{each:02}" for each in unit], "wave": np.where(wave == 1, "2010", "2008"), "item": "i",
            "cluster_id": names, "pilot": pilot, "after": pilot & (wave == 1), "value": value, "responses": 100,
        }
    )  # fmt: skip


def counted(treated: int, comparison: int) -> Estimate:
    return primary_count(panel(treated, comparison), "o", 0.95)[0]


def surveyed(treated: int, comparison: int) -> Estimate:
    return primary_share(shares(treated, comparison), "o", 0.95)


BOTH = pytest.mark.parametrize("made", [counted, surveyed])


@BOTH
@pytest.mark.parametrize(("treated", "comparison"), [(3, 6), (3, 30), (10, 6)])
def test_three_and_six_clusters_keep_their_clustered_errors(
    made: Callable[[int, int], Estimate], treated: int, comparison: int
) -> None:
    row = made(treated, comparison)
    assert (row.treated_clusters, row.comparison_clusters) == (treated, comparison)
    assert row.std_error > 0
    assert row.ci_low < row.estimate < row.ci_high


@BOTH
@pytest.mark.parametrize(("treated", "comparison"), [(1, 30), (2, 10), (2, 30), (5, 5), (10, 5)])
def test_with_fewer_the_interval_is_that_of_randomisation(
    made: Callable[[int, int], Estimate], treated: int, comparison: int
) -> None:
    row = made(treated, comparison)
    assert np.isnan(row.std_error)
    assert row.ci_low < row.estimate < row.ci_high
    assert 0 < row.p_value <= 1


@BOTH
@pytest.mark.parametrize(("treated", "comparison"), [(1, 18), (1, 1), (16, 1), (2, 4)])
def test_where_assignments_are_too_few_nothing_is_told(
    made: Callable[[int, int], Estimate], treated: int, comparison: int
) -> None:
    assert comb(treated + comparison, treated) < 20
    row = made(treated, comparison)
    assert np.isfinite(row.estimate)
    assert np.isnan([row.std_error, row.ci_low, row.ci_high, row.p_value]).all()


def test_twenty_assignments_are_enough_for_95_per_cent() -> None:
    assert comb(20, 1) == 20
    assert round(20 * counted(1, 19).p_value, 9).is_integer()


def test_the_p_value_of_a_share_is_that_of_all_assignments_by_least_squares() -> None:
    """One practice in a cluster and two waves: the changes, regressed on who was treated, in each of 66 assignments."""
    rows = shares(2, 10)
    wide = rows.pivot(index="practice_id", columns="wave", values="value")
    change, sizes = (wide["2010"] - wide["2008"]).to_numpy(), []
    for first in range(12):
        for second in range(first):
            treated = np.isin(np.arange(12), (first, second)).astype(float)
            # Clusters of one row: the sandwich is White's, and no factor changes the order of assignments.
            fitted = OLS(change, np.column_stack([np.ones(12), treated])).fit(cov_type="HC0")
            sizes.append(((first, second), abs(fitted.tvalues[1])))
    own = next(size for who, size in sizes if set(who) == {0, 1})
    expected = np.mean([size >= own * (1 - 1e-9) for _, size in sizes])
    assert len(sizes) == comb(12, 2) == 66
    assert primary_share(rows, "o", 0.95).p_value == pytest.approx(expected)


def test_the_ends_are_where_the_test_begins_to_reject() -> None:
    rows = panel(2, 20, effect=1.3, seed=3)
    row = primary_count(rows, "o", 0.95)[0]
    for end, outwards in ((row.ci_low, -1), (row.ci_high, 1)):
        for move, rejected in ((outwards * 0.01, True), (-outwards * 0.01, False)):
            value = end * np.exp(move)
            freed = rows.assign(count=np.where(rows["after"], rows["count"] / value, rows["count"]))
            assert (primary_count(freed, "o", 0.95)[0].p_value <= 0.05) == rejected


def test_no_effect_is_rejected_no_more_often_than_promised() -> None:
    """One treated cluster of 24: the clustered interval leaves the truth out far too often, this one does not."""
    found = [primary_count(panel(1, 23, seed=seed), "o", 0.9)[0] for seed in range(40)]
    missed = sum(not row.ci_low <= 1 <= row.ci_high for row in found)
    assert missed <= 9  # the chance of more, at 10 % each, is 0.5 %
    assert sum(row.p_value <= 0.1 for row in found) == missed


@pytest.mark.parametrize("treated", [1, 2])
def test_the_table_holds_no_clustered_error(treated: int, tmp_path: Path) -> None:
    write_table(tmp_path / "panel.parquet", panel(treated, 30), LINEAGE)
    write_table(tmp_path / "survey.parquet", shares(treated, 30), LINEAGE)
    admissions(panel=tmp_path / "panel.parquet", name="o", measure="m", confidence=0.95, out=tmp_path / "a")
    continuity(survey=tmp_path / "survey.parquet", name="s", item="i", confidence=0.95, out=tmp_path / "c")
    for name in ("a", "c"):
        rows = read_table(tmp_path / name)[0]
        assert rows["std_error"].isna().all()
        assert rows["ci_low"].notna().all()
