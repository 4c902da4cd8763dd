"""Smoothness: the published example to its digits, the shortest of all intervals, and what must hold of any."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import brentq, minimize

from analysis.estimate.numerics.bounds.honest_did import EventStudy
from analysis.estimate.numerics.bounds.lasso import path
from analysis.estimate.numerics.bounds.smoothness import estimators, folded_quantile, shortest
from tests.medicaid import event_study, r_normal

MEDICAID = event_study(1.0, 0.0)
# HonestDiD's README; moderndid and diff-diff agree with one another on four digits of the same.
PRINTED = {
    0.0: (0.0259, 0.0607), 0.01: (0.0132, 0.0787), 0.02: (0.00286, 0.0907), 0.03: (-0.00714, 0.101),
    0.05: (-0.0271, 0.121),
}  # fmt: skip
ELSEWHERE = {
    0.0: (0.0260, 0.0607), 0.01: (0.0132, 0.0787), 0.02: (0.0028, 0.0907), 0.03: (-0.0072, 0.1007),
    0.05: (-0.0272, 0.1207),
}  # fmt: skip
LAST = {0.00286: 1e-5, -0.00714: 1e-5, 0.101: 1e-3, 0.121: 1e-3}  # the unit of the last printed digit, else 1e-4
Floats = Any


@pytest.fixture(scope="module")
def draws() -> Floats:
    return r_normal(1_000_000)


@pytest.mark.parametrize("m", PRINTED)
def test_digits_that_do_not_hang_on_draws_are_the_published_ones(m: float) -> None:
    assert [round(each, 4) for each in shortest(MEDICAID, m, 0.05).interval] == list(ELSEWHERE[m])


@pytest.mark.parametrize("m", PRINTED)
def test_published_digits_follow_with_the_published_draws(m: float, draws: Floats) -> None:
    """HonestDiD takes the quantile of the folded normal from a million draws with R's generator, seed 0."""
    found = shortest(MEDICAID, m, 0.05)
    ratio = found.half_length / found.std_error
    bias = brentq(lambda each: folded_quantile(each, 0.05) - ratio, 0, ratio) if m else 0.0  # over the standard error
    half = found.std_error * float(np.quantile(np.abs(draws + bias), 0.95))
    for end, printed in zip((found.estimate - half, found.estimate + half), PRINTED[m], strict=True):
        # The lower end without violation is 0.025951, a millionth beyond where 0.0259 would be rounded to.
        assert end == pytest.approx(printed, abs=0.5 * LAST.get(printed, 1e-4) + 1.5e-6)


@pytest.mark.parametrize("bias", [0.0, 0.3, 1.0, 4.0, 40.0])
@pytest.mark.parametrize("alpha", [0.05, 0.1])
def test_the_folded_quantile_is_that_of_scipy(bias: float, alpha: float) -> None:
    assert folded_quantile(bias, alpha) == pytest.approx(stats.foldnorm.isf(alpha, bias), abs=1e-8)


@st.composite
def studies(draw: st.DrawFn) -> EventStudy:
    """Any event study with up to six periods before and four after."""
    before, after = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    root = random.normal(size=(before + after, before + after + 2))
    return EventStudy(random.normal(size=before + after), root @ root.T / 10, before, random.normal(size=after))


@given(studies(), st.floats(0, 2))
def test_no_other_estimator_has_a_shorter_interval(study: EventStudy, m: float) -> None:
    every, best = estimators(study), shortest(study, m, 0.05)

    def half(v: Floats) -> float:
        weights = every.weights(v)
        spread = float(np.sqrt(weights @ study.covariance @ weights))
        return spread * folded_quantile(m * every.worst_bias(v) / spread, 0.05)

    begun = np.zeros(study.before - 1)
    if begun.size:
        searched = minimize(half, begun, method="Powell", options={"xtol": 1e-6, "ftol": 1e-9})
        assert best.half_length <= searched.fun * (1 + 1e-6)
        assert best.half_length == pytest.approx(searched.fun, rel=0.05)
    assert best.half_length <= half(begun) * (1 + 1e-9)


@given(studies(), st.floats(0.01, 2), st.integers(0, 2**32))
def test_the_worst_bias_bounds_that_of_every_smooth_trend(study: EventStudy, m: float, seed: int) -> None:
    """Any trend whose slope changes by at most M biases an estimator by no more than it says; one trend by as much."""
    every, random = estimators(study), np.random.default_rng(seed)
    v = random.normal(size=study.before - 1)
    weights, after = every.weights(v), len(study.weights)
    # Columns: what a kink at each period, and a straight slope, add to the trend; it is zero at the reference.
    time = np.concatenate([np.arange(-study.before, 0), np.arange(1, after + 1)])
    kinks = [np.clip(np.sign(at) * (time - at), 0, None) for at in range(-study.before + 1, after) if at]
    kinks += [np.clip(time, 0, None)]
    assert weights @ time == pytest.approx(0, abs=1e-9)
    for _ in range(5):
        changes = random.uniform(-m, m, len(kinks))
        assert abs(weights @ (changes @ kinks)) <= m * every.worst_bias(v) + 1e-9
    assert m * sum(abs(weights @ kink) for kink in kinks) == pytest.approx(m * every.worst_bias(v))


@given(studies(), st.floats(0, 1), st.floats(0.01, 1))
def test_more_violation_gives_a_longer_interval(study: EventStudy, m: float, more: float) -> None:
    assert shortest(study, m + more, 0.05).half_length > shortest(study, m, 0.05).half_length


@given(studies(), st.floats(0, 2), st.floats(0.01, 100))
def test_the_unit_of_the_outcome_does_not_matter(study: EventStudy, m: float, factor: float) -> None:
    scaled = EventStudy(factor * study.coefficients, factor**2 * study.covariance, study.before, study.weights)
    ends = tuple(factor * each for each in shortest(study, m, 0.05).interval)
    assert shortest(scaled, factor * m, 0.05).interval == pytest.approx(ends, rel=1e-4, abs=1e-4 * factor)


@given(studies(), st.floats(-3, 3))
def test_a_straight_trend_changes_nothing(study: EventStudy, slope: float) -> None:
    time = np.concatenate([np.arange(-study.before, 0), np.arange(1, len(study.weights) + 1)])
    tilted = EventStudy(study.coefficients + slope * time, study.covariance, study.before, study.weights)
    assert shortest(tilted, 0.1, 0.05).interval == pytest.approx(shortest(study, 0.1, 0.05).interval, abs=1e-6)


def test_without_violation_it_is_the_least_squares_extrapolation() -> None:
    """M = 0 says that the trend is straight: generalised least squares of a slope and one effect per later period."""
    before, after = MEDICAID.before, len(MEDICAID.weights)
    time = np.concatenate([np.arange(-before, 0), np.arange(1, after + 1)])
    design = np.column_stack([time, np.vstack([np.zeros((before, after)), np.eye(after)])])
    inverse = np.linalg.inv(MEDICAID.covariance)
    fitted = np.linalg.solve(design.T @ inverse @ design, design.T @ inverse @ MEDICAID.coefficients)
    found = shortest(MEDICAID, 0.0, 0.05)
    assert found.estimate == pytest.approx(fitted[1], rel=1e-7)
    spread = np.linalg.inv(design.T @ inverse @ design)[1, 1] ** 0.5
    assert (found.std_error, found.half_length) == pytest.approx((spread, stats.norm.isf(0.025) * spread), rel=1e-7)


@given(st.integers(1, 6), st.booleans(), st.integers(0, 2**32))
def test_the_path_meets_the_conditions_of_a_minimum(size: int, ties: bool, seed: int) -> None:
    """Between knots, the gradient of what moves equals the penalty and no other exceeds it; whole numbers give ties."""
    random = np.random.default_rng(seed)
    root, linear = random.normal(size=(size, size + 2)), random.normal(size=size)
    if ties:
        root, linear = np.hstack([np.eye(size), root.round()]), linear.round()
    knots = path(root @ root.T, linear)
    for first, last in pairwise(knots):
        middle = (first + last) / 2
        gradient = linear - root @ root.T @ middle
        assert np.sign(gradient[middle != 0]).tolist() == np.sign(middle[middle != 0]).tolist()
        assert np.abs(gradient[middle != 0]) == pytest.approx(np.abs(gradient).max(), rel=1e-6)
    assert root @ root.T @ knots[-1] == pytest.approx(linear, abs=1e-7)
