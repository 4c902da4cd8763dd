"""The power of the pre-trend test."""

import numpy as np
import pytest

from analysis.estimate.numerics.errors.intervals import hotelling_test
from analysis.estimate.outcomes.pre_trend import latest_before, power, trend_of_the_effect


@pytest.mark.parametrize("level", [0.05, 0.1])
def test_without_a_trend_the_power_is_the_level(level: float) -> None:
    assert power(np.zeros(3), np.eye(3), 20, level) == pytest.approx(level)


def test_with_one_period_and_many_clusters_it_is_that_of_the_normal_test() -> None:
    """The textbook: a true value of 2.8 standard errors is found with 80 % at 5 %."""
    assert power(np.array([2.8]), np.eye(1), 1e6) == pytest.approx(0.80, abs=0.001)


def test_it_is_how_often_the_test_rejects() -> None:
    random, clusters, trend = np.random.default_rng(1), 16, np.array([-0.9, -0.6, -0.3])
    covariance = 0.05 * (np.eye(3) + 1)
    rejected = 0
    for _ in range(2000):
        each = random.multivariate_normal(trend, covariance * clusters, clusters)
        mean, estimated = each.mean(axis=0), np.cov(each.T) / clusters
        rejected += hotelling_test(mean, estimated, clusters - 1)[1] < 0.05
    assert power(trend, covariance, clusters - 1) == pytest.approx(rejected / 2000, abs=4 * (0.25 / 2000) ** 0.5)


def test_a_line_with_the_slope_gives_the_effect() -> None:
    """Two years before and one after in months: means 18 months apart, so 18 times the monthly slope."""
    time = np.arange(-24, 12).astype(float)
    after = (time >= 0).astype(float)
    slope = trend_of_the_effect(0.09, time, after, 3)
    line = slope / 3 * time
    assert line[after == 1].mean() - line[after == 0].mean() == pytest.approx(0.09)
    assert slope == pytest.approx(0.015)


def test_the_latest_periods_are_tested_one_for_each_three_sites() -> None:
    terms = [-5, -4, -3, -2, 0, 1]
    assert [terms[place] for place in latest_before(terms, -1, 16)] == [-5, -4, -3, -2]
    assert [terms[place] for place in latest_before(terms, -1, 8)] == [-3, -2]
    assert [terms[place] for place in latest_before(terms, -1, 2)] == [-2]
    assert latest_before([0, 1], -1, 16) == []
