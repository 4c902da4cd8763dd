"""Two-way fixed effects against fixest, their decomposition against bacondecomp, and where they mislead."""

from functools import partial

import numpy as np
import pytest

from analysis.estimate.designs.cohorts import with_comparison
from analysis.estimate.designs.group_time import callaway_santanna, imputation, sun_abraham
from analysis.estimate.designs.two_way import goodman_bacon, two_way_fixed_effects
from tests.cohort_data import castle, made, minimum_wages


def test_two_way_fixed_effects_as_fixest_has_them() -> None:
    effect = two_way_fixed_effects(minimum_wages())["effect", 0]
    assert effect.difference == pytest.approx(-0.036549, abs=5e-7)
    # fixest also takes 5 years and the treatment off the degrees of freedom.
    assert effect.std_error * (2499 / (2500 - 6)) ** 0.5 == pytest.approx(0.013265, abs=5e-7)


def test_decomposition_of_castle_laws_as_bacondecomp_has_it() -> None:
    cells = castle()
    found = goodman_bacon(cells)
    published = {
        "earlier_vs_later": (0.05976, -0.00554),
        "later_vs_earlier": (0.03190, 0.07032),
        "treated_vs_never": (0.90834, 0.08796),
    }
    assert set(found) == set(published)
    for kind, pair in published.items():
        assert found[kind] == pytest.approx(pair, abs=5e-6)
    assert two_way_fixed_effects(cells)["effect", 0].difference == pytest.approx(0.08181, abs=5e-6)


def test_the_parts_make_the_whole() -> None:
    cells = made((0, 3, 5), lambda cohort, since: cohort + since, noise=4.0)
    found = goodman_bacon(cells)
    assert sum(weight for weight, _ in found.values()) == pytest.approx(1)
    whole = sum(weight * difference for weight, difference in found.values())
    assert whole == pytest.approx(two_way_fixed_effects(cells)["effect", 0].difference, abs=1e-8)


def test_one_common_start_is_one_comparison_and_the_plain_difference_in_differences() -> None:
    cells = made((0, 4), lambda cohort, since: 5.0, noise=4.0)
    found = goodman_bacon(cells)
    assert list(found) == ["treated_vs_never"]
    assert found["treated_vs_never"][0] == pytest.approx(1)
    keys = [cells["cohort"] > 0, cells["period"] >= 4]
    mean = cells.groupby(keys)[["rate", "weight"]].apply(lambda each: np.average(each["rate"], weights=each["weight"]))
    plain = (mean[True, True] - mean[True, False]) - (mean[False, True] - mean[False, False])
    for effect in (two_way_fixed_effects(cells), imputation(cells)):
        assert effect["effect", 0].difference == pytest.approx(plain, abs=1e-8)


def test_growing_effects_without_anyone_untreated_mislead() -> None:
    # Each period adds 1 to the effect of those who have started, so no true effect is below 1.
    cells = made((3, 7), lambda cohort, since: 1.0 + since, periods=12)
    assert goodman_bacon(cells)["later_vs_earlier"][0] > 0.3
    assert two_way_fixed_effects(cells)["effect", 0].difference < 1
    # Until the others start they tell what would have been: effects of 1, 2, 3 and 4.
    for estimator in (partial(callaway_santanna, control="not_yet_treated"), sun_abraham, imputation):
        assert estimator(with_comparison(cells))["effect", 0].difference == pytest.approx(2.5, abs=1e-6)
