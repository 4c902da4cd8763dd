"""The breakdown value, and event studies that say nothing about trends."""

import numpy as np
import pytest

from analysis.estimate.numerics.bounds.honest_did import CAP, EventStudy, breakdown
from analysis.estimate.numerics.bounds.relative_magnitudes import robust_interval
from analysis.steps import Problem
from tests.medicaid import event_study


def test_the_published_finding_breaks_just_below_two() -> None:
    """HonestDiD's README: significant at Mbar = 1.5, not at 2, "the breakdown value is about 2"."""
    medicaid = event_study(1.0, 0.0)
    largest = breakdown(lambda mbar: robust_interval(medicaid, mbar, 0.05))
    assert 1.5 < largest < 2
    assert robust_interval(medicaid, largest, 0.05)[0] > 0
    assert robust_interval(medicaid, largest * 1.0002, 0.05)[0] <= 0


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("width", [0.001, 0.3, 7.0])
def test_bisection_finds_where_an_interval_reaches_zero(width: float, sign: int) -> None:
    low, high = sorted((sign * 1.0, sign * 2.0))
    found = breakdown(lambda size: (low - size / width, high + size / width))
    assert found == pytest.approx(width, rel=2e-4)


def test_a_finding_that_holds_zero_anyway_breaks_at_nothing() -> None:
    assert breakdown(lambda size: (-1 - size, 1 + size)) == 0


def test_a_finding_that_nothing_breaks_stops_at_the_cap() -> None:
    assert breakdown(lambda size: (1.0, 2.0)) == CAP


@pytest.mark.parametrize(("before", "after", "words"), [(0, 2, "one period before"), (2, 0, "no whole period after")])
def test_a_side_without_periods_is_refused(before: int, after: int, words: str) -> None:
    size = before + after
    with pytest.raises(Problem, match=words) as problem:
        EventStudy(np.ones(size), np.eye(size), before, np.full(after, 1.0))
    assert "bin_months" in problem.value.mend


def test_fewer_clusters_than_the_method_needs_are_refused() -> None:
    """The covariance of five coefficients from three clusters has rank two."""
    scores = np.random.default_rng(1).normal(size=(3, 5))
    covariance = np.cov(scores.T)
    with pytest.raises(Problem, match="too few clusters to tell the effect from 4 periods"):
        EventStudy(np.ones(5), covariance, 3, np.full(2, 0.5))
    assert EventStudy(np.ones(5), covariance, 1, np.full(4, 0.25)).before == 1
