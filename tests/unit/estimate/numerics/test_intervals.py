"""Intervals and tests against printed tables of t and F."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.estimate.numerics.errors.intervals import hotelling_test, interval, t_test


@pytest.mark.parametrize(
    ("df", "confidence", "quantile"),
    [(15, 0.95, 2.131), (10, 0.95, 2.228), (30, 0.95, 2.042), (1, 0.95, 12.706), (20, 0.90, 1.725), (5, 0.99, 4.032)],
)
def test_interval_uses_t(df: int, confidence: float, quantile: float) -> None:
    low, high = interval(3.0, 2.0, df, confidence)
    assert (3.0 - low) / 2.0 == pytest.approx(quantile, abs=5e-4)
    assert high - 3.0 == pytest.approx(3.0 - low)


@pytest.mark.parametrize(("statistic", "df", "p_value"), [(2.131, 15, 0.05), (4.032, 5, 0.01), (1.725, 20, 0.10)])
def test_t_test_has_two_sides(statistic: float, df: int, p_value: float) -> None:
    for sign in (1, -1):
        assert t_test(sign * statistic * 0.4, 0.4, df) == pytest.approx(p_value, abs=1e-4)


@pytest.mark.parametrize(("terms", "df", "critical"), [(3, 10, 3.71), (2, 20, 3.49), (5, 15, 2.90), (1, 30, 4.17)])
def test_joint_test_uses_f(terms: int, df: int, critical: float) -> None:
    """Textbook: T squared of k estimates with n - 1 degrees of freedom is (n - 1) k / (n - k) times F(k, n - k)."""
    whole = df + terms - 1
    statistic, p_value = hotelling_test(np.full(terms, (critical * whole / df) ** 0.5), np.eye(terms), whole)
    assert statistic == pytest.approx(critical)
    assert p_value == pytest.approx(0.05, abs=3e-4)


@given(st.floats(-3, 3), st.floats(0.1, 2), st.integers(1, 60))
def test_one_term_is_the_t_test(estimate: float, std_error: float, df: int) -> None:
    statistic, p_value = hotelling_test(np.array([estimate]), np.array([[std_error**2]]), df)
    assert statistic == pytest.approx((estimate / std_error) ** 2)
    assert p_value == pytest.approx(t_test(estimate, std_error, df))


@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_joint_test_does_not_depend_on_the_reference(seed: int, terms: int) -> None:
    random = np.random.default_rng(seed)
    estimates, root, change = random.normal(size=terms), random.normal(size=(terms, 9)), np.tri(terms)
    covariance = root @ root.T
    moved = hotelling_test(change @ estimates, change @ covariance @ change.T, 12)
    assert moved == pytest.approx(hotelling_test(estimates, covariance, 12))


@given(st.floats(-3, 3), st.floats(0.1, 2), st.integers(2, 60), st.floats(0.8, 0.99))
def test_interval_and_test_agree(estimate: float, std_error: float, df: int, confidence: float) -> None:
    low, high = interval(estimate, std_error, df, confidence)
    p_value = t_test(estimate, std_error, df)
    if abs(p_value - (1 - confidence)) > 1e-9:
        assert (low > 0 or high < 0) == (p_value < 1 - confidence)


@pytest.mark.parametrize(("terms", "df"), [(1, 9), (2, 12), (3, 20)])
def test_hotelling_is_the_exact_test_of_normal_means(terms: int, df: int) -> None:
    # Textbook: n T^2 (n - k) / (k (n - 1)) is F with k and n - k degrees of freedom; df is n - 1.
    sample = np.random.default_rng(terms).normal(0.3, 1, (df + 1, terms))
    statistic, p_value = hotelling_test(sample.mean(0), np.cov(sample.T).reshape(terms, terms) / (df + 1), df)
    if terms == 1:
        assert p_value == pytest.approx(stats.ttest_1samp(sample[:, 0], 0).pvalue)
    squared = (df + 1) * sample.mean(0) @ np.linalg.solve(np.cov(sample.T).reshape(terms, terms), sample.mean(0))
    assert statistic == pytest.approx(squared * (df + 1 - terms) / (terms * df))
    assert p_value == pytest.approx(stats.f.sf(statistic, terms, df + 1 - terms))
