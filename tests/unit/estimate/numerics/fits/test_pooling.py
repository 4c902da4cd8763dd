"""Random-effects pooling against what R's metafor prints, and what must hold of any pooling."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.estimate.numerics.fits.pooling import leave_one_out, pooled, tau2_interval, typical_variance

Arrays = tuple[np.ndarray, np.ndarray]

# Thirteen trials of BCG against tuberculosis (Colditz et al. 1994): vaccinated with and without, controls with and
# without tuberculosis.
BCG = """
4 119 11 128;6 300 29 274;3 228 11 209;62 13536 248 12619;33 5036 47 5761;180 1361 372 1079;8 2537 10 619;
505 87886 499 87892;29 7470 45 7232;17 1699 65 1600;186 50448 141 27197;5 2493 3 2338;27 16886 29 17825
"""
# Nineteen trials of what teachers expect (Raudenbush 1985): standardised mean differences and their variances.
EXPECT = np.array([
    0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80, 0.54, 0.18, -0.02, 0.23, -0.18, -0.06, 0.30, 0.07,
    -0.07,
])  # fmt: skip
EXPECT_VARIANCES = np.array([
    0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.0630, 0.0912, 0.0497, 0.0835, 0.0841,
    0.0253, 0.0279, 0.0193, 0.0088, 0.0303,
])  # fmt: skip


def trials() -> Arrays:
    cells = np.array([line.split() for line in BCG.replace("\n", "").split(";")], dtype=float)
    a, b, c, d = cells.T
    return np.log(a / (a + b)) - np.log(c / (c + d)), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def test_bcg_by_dersimonian_and_laird() -> None:
    """metafor, method="DL": -0.7141 (0.1787), tau2 0.3088, I2 92.12%."""
    pool = pooled(*trials(), method="dl")
    assert pool.mean == pytest.approx(-0.7141, abs=5e-5)
    assert pool.tau2 == pytest.approx(0.3088, abs=5e-5)
    assert pool.i2 == pytest.approx(0.9212, abs=5e-5)
    assert pool.std_error >= 0.1787


def test_bcg_between_trials() -> None:
    """metafor: tau2 0.3181 by method="PM"; confint, which does not depend on the method: 0.1197 to 1.1115."""
    pool = pooled(*trials())
    assert pool.tau2 == pytest.approx(0.3181, abs=5e-5)
    assert (pool.tau2_low, pool.tau2_high) == pytest.approx((0.1197, 1.1115), abs=5e-5)


def test_prediction_interval_of_four() -> None:
    """metafor, method="PM", test="knha", predict(): mean 0.22957, tau2 0.05930, -0.70650 to 1.16564."""
    pool = pooled(np.array([0.40, -0.20, 0.55, 0.10]), np.array([0.05, 0.06, 0.04, 0.05]))
    assert (pool.mean, pool.tau2) == pytest.approx((0.22957, 0.05930), abs=5e-6)
    assert (pool.prediction_low, pool.prediction_high) == pytest.approx((-0.70650, 1.16564), abs=5e-6)


def test_i_squared_belongs_to_its_tau_squared() -> None:
    """What teachers expect: 66.4% beside the variance of Paule and Mandel, where Q alone would say 49.8%."""
    pool, weights = pooled(EXPECT, EXPECT_VARIANCES), 1 / EXPECT_VARIANCES
    q = weights @ (EXPECT - np.average(EXPECT, weights=weights)) ** 2
    assert q == pytest.approx(35.8295, abs=5e-5)
    assert 1 - 18 / q == pytest.approx(0.498, abs=5e-4)
    assert pool.i2 == pytest.approx(0.664, abs=5e-4)


def test_two_studies_predict_nothing() -> None:
    pool = pooled(np.array([0.1, 0.4]), np.array([0.01, 0.01]))
    assert np.isnan([pool.prediction_low, pool.prediction_high]).all()
    assert np.isfinite([pool.low, pool.high]).all()


def test_studies_that_agree_too_well_have_no_variance_between_them() -> None:
    variances = np.full(8, 0.04)
    pool = pooled(np.full(8, 0.6875), variances)
    assert (pool.tau2, pool.tau2_low, pool.tau2_high, pool.i2, pool.i2_high) == (0, 0, 0, 0, 0)
    assert pool.std_error == pytest.approx((0.04 / 8) ** 0.5)


@st.composite
def studies(draw: st.DrawFn) -> Arrays:
    size = draw(st.integers(2, 8))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return random.normal(0, draw(st.floats(0.01, 0.5)), size), random.uniform(0.001, 0.1, size)


def q_at(effects: np.ndarray, variances: np.ndarray, tau2: float) -> float:
    weights = 1 / (variances + tau2)
    return float(weights @ (effects - np.average(effects, weights=weights)) ** 2)


@given(studies())
def test_variances_between_studies_solve_their_equations(evidence: Arrays) -> None:
    pool, df = pooled(*evidence), len(evidence[0]) - 1
    targets = {pool.tau2: df, pool.tau2_low: stats.chi2.isf(0.025, df), pool.tau2_high: stats.chi2.ppf(0.025, df)}
    for tau2, target in targets.items():
        q = q_at(*evidence, tau2)
        assert q == pytest.approx(target, abs=1e-4) if tau2 > 0 else q <= target + 1e-4
    assert pool.tau2_low <= pool.tau2 + 1e-9
    assert pool.tau2 <= pool.tau2_high + 1e-9
    assert 0 <= pool.i2_low <= pool.i2 + 1e-9
    assert pool.i2 <= pool.i2_high + 1e-9
    assert pool.i2_high < 1


@given(st.integers(2, 6), st.floats(-1, 1), st.integers(0, 2**32 - 1))
def test_equal_studies_give_themselves(size: int, effect: float, seed: int) -> None:
    variances = np.random.default_rng(seed).uniform(0.01, 0.1, size)
    pool = pooled(np.full(size, effect), variances)
    assert (pool.mean, pool.tau2) == pytest.approx((effect, 0))
    assert pool.std_error == pytest.approx((1 / variances).sum() ** -0.5)


@given(studies(), st.permutations(range(8)))
def test_order_does_not_matter(evidence: Arrays, order: list[int]) -> None:
    chosen = [each for each in order if each < len(evidence[0])]
    one, other = pooled(evidence[0][chosen], evidence[1][chosen]), pooled(*evidence)
    assert (one.mean, one.std_error, one.tau2, one.high) == pytest.approx(
        (other.mean, other.std_error, other.tau2, other.high), rel=1e-6, abs=1e-9
    )


@given(studies(), st.floats(-2, 2))
def test_a_shift_moves_mean_and_ends_alone(evidence: Arrays, shift: float) -> None:
    pool, moved = pooled(*evidence), pooled(evidence[0] + shift, evidence[1])
    assert (moved.mean, moved.low, moved.high) == pytest.approx(
        (pool.mean + shift, pool.low + shift, pool.high + shift), abs=1e-5
    )
    assert (moved.tau2, moved.tau2_high, moved.i2) == pytest.approx(
        (pool.tau2, pool.tau2_high, pool.i2), rel=1e-4, abs=1e-6
    )


@given(studies())
def test_one_more_study_may_lie_farther_out_than_the_mean(evidence: Arrays) -> None:
    pool = pooled(*evidence)
    if pool.studies > 2:
        assert pool.prediction_low <= pool.low
        assert pool.high <= pool.prediction_high


@given(studies())
def test_standard_error_is_the_larger_of_hartung_knapp_and_the_usual(evidence: Arrays) -> None:
    effects, variances = evidence
    pool = pooled(effects, variances)
    weights = 1 / (variances + pool.tau2)
    hartung_knapp = weights @ (effects - pool.mean) ** 2 / ((len(effects) - 1) * weights.sum())
    assert pool.std_error == pytest.approx(max(hartung_knapp, 1 / weights.sum()) ** 0.5)


def test_each_study_is_left_out_once() -> None:
    """The tests of metafor: of 3, 2, 5, 4, 6 with equal variances, leave1out() leaves 4.25, 4.5, 3.75, 4, 3.5."""
    without = leave_one_out(np.array([3.0, 2.0, 5.0, 4.0, 6.0]), np.ones(5))
    assert [pool.mean for pool in without] == pytest.approx([4.25, 4.5, 3.75, 4, 3.5])
    assert {pool.studies for pool in without} == {4}


def test_typical_variance_of_equal_studies_is_theirs() -> None:
    assert typical_variance(np.full(5, 0.3)) == pytest.approx(0.3)


def test_wider_confidence_widens_the_variance_between_studies() -> None:
    narrow, wide = tau2_interval(*trials(), 0.8), tau2_interval(*trials(), 0.99)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
