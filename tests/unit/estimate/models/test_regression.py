"""Regressions against values worked out by hand and against statsmodels with its convention converted."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.estimate.models.group_means import equal_groups, indicators
from analysis.estimate.models.regression import least_squares, poisson, quasi_poisson
from analysis.steps import Problem


@pytest.fixture
def sample() -> pd.DataFrame:
    random = np.random.default_rng(3)
    rows = pd.DataFrame({"x": random.normal(size=90), "cluster": [f"C{number % 9}" for number in range(90)]})
    shared = random.normal(size=9)[np.arange(90) % 9]
    rows["y"] = 2 + 3 * rows["x"] + shared + random.normal(size=90)
    rows["weight"] = random.uniform(1, 5, 90)
    rows["count"] = random.poisson(np.exp(1 + 0.3 * rows["x"] + 0.2 * shared)).astype(float)
    return rows.assign(constant=1.0, base=10.0)


def test_two_clusters_by_hand() -> None:
    # Means 1 and 5 in the clusters, 3 together: the scores of the clusters are -4 and +4, each of two rows.
    outcome, cluster = pd.Series([0.0, 2.0, 4.0, 6.0]), pd.Series(["A", "A", "B", "B"])
    fit = least_squares(outcome, pd.DataFrame({"constant": np.ones(4)}), cluster)
    mean, std_error = fit.combined({"constant": 1.0})
    assert mean == pytest.approx(3.0)
    # (16 + 16) / 16 is 2, times 2 / (2 - 1).
    assert std_error == pytest.approx(2.0)
    row = fit.row({"constant": 1.0}, 0.95, "level", outcome="o", population="p", design="d", estimator="e", term="t")
    # Student's t with one degree of freedom: 12.706.
    assert (row.ci_low, row.ci_high) == pytest.approx((3 - 2 * 12.706, 3 + 2 * 12.706), abs=1e-3)


def test_clustered_least_squares_is_that_of_statsmodels_with_our_convention(sample: pd.DataFrame) -> None:
    fit = least_squares(sample["y"], sample[["constant", "x"]], sample["cluster"], sample["weight"])
    codes = pd.factorize(sample["cluster"])[0]
    model = sm.WLS(sample["y"], sample[["constant", "x"]], weights=sample["weight"])
    theirs = model.fit(cov_type="cluster", cov_kwds={"groups": codes})
    # Theirs is G/(G-1) (N-1)/(N-K), ours G/(G-1) alone.
    ours = theirs.bse["x"] * (88 / 89) ** 0.5
    assert fit.combined({"x": 1.0}) == pytest.approx((theirs.params["x"], ours), rel=1e-9)
    assert fit.clusters == 9


def test_clustered_poisson_is_that_of_statsmodels_with_our_convention(sample: pd.DataFrame) -> None:
    fit = poisson(sample["count"], sample["base"], sample[["constant", "x"]], sample["cluster"])
    codes = pd.factorize(sample["cluster"])[0]
    model = sm.GLM(sample["count"], sample[["constant", "x"]], family=sm.families.Poisson(), exposure=sample["base"])
    theirs = model.fit(cov_type="cluster", cov_kwds={"groups": codes})
    ours = theirs.bse["x"] * (88 / 89) ** 0.5
    assert fit.combined({"x": 1.0}) == pytest.approx((theirs.params["x"], ours), rel=1e-6)


def test_rates_of_two_groups_by_hand() -> None:
    # 30 events in 100 and 60 in 100: the ratio is 2, the first rate 300 per 1,000.
    rows = pd.DataFrame({"count": [10.0, 20.0, 20.0, 40.0], "base": [50.0] * 4, "group": [0.0, 0.0, 1.0, 1.0]})
    design = rows[["group"]].assign(constant=1.0)
    labels = {"outcome": "o", "population": "p", "design": "d", "estimator": "e", "term": "t"}
    fit = poisson(rows["count"], rows["base"], design, pd.Series(["A", "B", "A", "B"]))
    assert fit.row({"group": 1.0}, 0.95, "ratio", **labels).estimate == pytest.approx(2.0)
    assert fit.row({"constant": 1.0}, 0.95, "level", **labels).estimate == pytest.approx(300.0)
    # Pearson: each of the first two is 5 off 15, each of the others 10 off 30; two degrees of freedom.
    scattered, dispersion = quasi_poisson(rows["count"], rows["base"], design)
    assert dispersion == pytest.approx((2 * 25 / 15 + 2 * 100 / 30) / 2)
    # The variance of a log ratio of two counts is 1/30 + 1/60, times the dispersion.
    assert scattered.combined({"group": 1.0})[1] == pytest.approx((dispersion * (1 / 30 + 1 / 60)) ** 0.5)


def test_a_row_counted_twice_weighs_like_two(sample: pd.DataFrame) -> None:
    design = sample[["constant", "x"]]
    double = least_squares(sample["y"], design, sample["cluster"], sample["weight"] * 2)
    single = least_squares(sample["y"], design, sample["cluster"], sample["weight"])
    assert double.combined({"x": 1.0}) == pytest.approx(single.combined({"x": 1.0}))
    twice = pd.concat([sample, sample], ignore_index=True)
    repeated = least_squares(twice["y"], twice[["constant", "x"]], twice["cluster"], twice["weight"])
    assert repeated.combined({"x": 1.0}) == pytest.approx(single.combined({"x": 1.0}))


def test_a_group_within_one_cluster_has_no_interval() -> None:
    outcome, group = pd.Series([1.0, 3.0, 2.0, 5.0, 4.0]), pd.Series([1, 1, 2, 2, 2])
    fit = least_squares(outcome, indicators(group), pd.Series(["A", "A", "A", "B", "C"]))
    labels = {"outcome": "o", "population": "p", "design": "d", "estimator": "e", "term": "t"}
    alone, spread = (fit.row({group: 1.0}, 0.95, "level", **labels) for group in ("1", "2"))
    assert alone.estimate == pytest.approx(2.0)
    assert np.isnan([alone.std_error, alone.ci_low, alone.ci_high]).all()
    assert spread.ci_low < spread.estimate == pytest.approx(11 / 3)


def test_terms_that_say_the_same_are_refused(sample: pd.DataFrame) -> None:
    design = sample[["constant", "x"]].assign(again=2 * sample["x"])
    with pytest.raises(Problem, match="constant, x, again cannot be told from one another"):
        least_squares(sample["y"], design, sample["cluster"])


def test_equal_groups_follow_the_values_and_not_the_rows() -> None:
    values = pd.Series([5.0, 1.0, 4.0, 2.0, 3.0, 3.0, 8.0, 7.0], index=list("abcdefgh"))
    groups = equal_groups(values, 4)
    assert groups.value_counts().to_dict() == {1: 2, 2: 2, 3: 2, 4: 2}
    assert groups["e"] == groups["f"]
    assert equal_groups(values[::-1], 4).sort_index().equals(groups.sort_index())
