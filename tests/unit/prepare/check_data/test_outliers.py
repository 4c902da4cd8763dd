"""The rule by which a value stands out, against other software and by hand."""

import numpy as np
import pytest
from statsmodels.robust.scale import mad

from analysis.prepare.check_data.outliers import cell_scores, expected, limit, month_scores, scores, standing_out

RANDOM = np.random.default_rng(3)


def test_scores_are_those_of_statsmodels() -> None:
    values = RANDOM.normal(5, 2, 101)
    assert scores(values) == pytest.approx((values - np.median(values)) / mad(values), rel=1e-4)


def test_a_published_example() -> None:
    # Seo (2006), A review and comparison of methods for detecting outliers in univariate data sets, after Iglewicz and
    # Hoaglin: the median is 4 and the median absolute deviation 0.3, so that 14 scores 0.6745 x 10 / 0.3 = 22.48.
    values = np.array([3.2, 3.4, 3.7, 3.7, 3.8, 3.9, 4, 4, 4.1, 4.2, 4.7, 4.8, 14, 15])
    assert scores(values)[-2:] == pytest.approx([22.48, 24.73], abs=0.01)
    assert list(values[standing_out(values, 1.75)]) == [14, 15]


def test_the_limit_is_about_the_largest_of_normal_values() -> None:
    largest = [np.abs(RANDOM.normal(size=1000)).max() for _ in range(200)]
    assert limit(1000, 1) == pytest.approx(np.mean(largest), rel=0.15)
    assert limit(1000, 1.75) > max(largest)


def test_values_that_do_not_differ_do_not_stand_out_and_one_that_does() -> None:
    assert not standing_out(np.full(20, 3.0), 1.75).any()
    assert list(np.flatnonzero(standing_out(np.r_[np.full(20, 3.0), 4.0], 1.75))) == [20]
    assert not standing_out(np.array([np.nan, np.nan]), 1.75).any()


def test_counts_are_expected_from_the_practice_and_the_month() -> None:
    population = np.full((4, 6), 1000.0)
    rates, months = np.array([[10.0], [20], [30], [40]]), np.array([[1.0, 1, 1, 2, 1, 1]])
    counts = rates * months
    counts[2, 4] = np.nan
    wanted, factor = expected(counts, population)
    assert factor == pytest.approx(months.ravel())
    assert wanted == pytest.approx(rates * months)
    assert cell_scores(counts, wanted) == pytest.approx(np.zeros((4, 6)))


def test_chance_alone_gives_scores_of_about_one() -> None:
    wanted = np.exp(RANDOM.normal(3.5, 0.6, (40, 1))) * np.ones((1, 48))
    found = cell_scores(RANDOM.poisson(wanted).astype(float), wanted)
    assert found.std() == pytest.approx(1, abs=0.1)
    assert np.abs(found).max() < limit(found.size, 1.75)


def test_a_month_that_stays_at_a_new_level_is_told_by_no_month() -> None:
    lasting = np.r_[np.ones(18), np.full(18, 0.6)]
    single = np.r_[np.ones(18), 0.3, np.ones(17)]
    assert (np.abs(month_scores(lasting)) > limit(36, 1.75)).sum() <= 2
    assert int(np.abs(month_scores(single)).argmax()) == 18
