"""E-value and bias factor against what was published, and their inverses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimate.numerics.bounds.bias import bias_factor, e_value, nearest_one, tipping_strength


def test_the_published_example() -> None:
    """VanderWeele & Ding 2017: breast-feeding and respiratory death, 3.9 (1.8 to 8.7): E-values 7.26 and 3.0."""
    assert round(e_value(3.9), 2) == 7.26
    assert round(e_value(nearest_one(1.8, 8.7)), 1) == 3.0


def test_a_ratio_below_one_has_the_value_of_its_inverse() -> None:
    assert e_value(1 / 3.9) == pytest.approx(e_value(3.9))


@pytest.mark.parametrize(
    ("low", "high", "nearest"), [(0.9, 1.2, 1.0), (1.1, 1.2, 1.1), (0.7, 0.8, 0.8), (1.0, 1.2, 1.0)]
)
def test_the_end_of_the_interval_nearest_to_one(low: float, high: float, nearest: float) -> None:
    assert nearest_one(low, high) == nearest


def test_an_interval_that_holds_one_needs_no_confounder() -> None:
    assert e_value(1.0) == 1.0


@given(st.floats(1, 20), st.floats(1, 20))
def test_no_confounder_of_a_binary_kind_bends_more_than_the_e_value_says(first: float, second: float) -> None:
    """Ding & VanderWeele's bound: associations of both sides below the E-value cannot explain the ratio."""
    bound = first * second / (first + second - 1)
    assert e_value(bound) <= max(first, second) * (1 + 1e-9)
    # A binary confounder whose prevalences are as far apart as `first` stays within the bound.
    elsewhere = 0.5 / first
    assert bias_factor(elsewhere * first, elsewhere, second) <= bound * (1 + 1e-9)


shares = st.floats(0, 1)


@given(st.floats(0.3, 3), shares, shares)
def test_a_confounder_of_the_tipping_strength_gives_the_ratio(
    ratio: float, prevalence: float, elsewhere: float
) -> None:
    strength = tipping_strength(ratio, prevalence, elsewhere)
    if strength is not None and strength < 1e6:
        assert bias_factor(prevalence, elsewhere, strength) == pytest.approx(ratio, rel=1e-6)


@given(st.floats(1.01, 3), shares, shares)
def test_where_no_strength_would_do_even_the_strongest_does_not(
    ratio: float, prevalence: float, elsewhere: float
) -> None:
    if tipping_strength(ratio, prevalence, elsewhere) is None:
        assert bias_factor(prevalence, elsewhere, 1e9) <= ratio * (1 + 1e-6)


def test_an_even_confounder_does_nothing() -> None:
    assert bias_factor(0.3, 0.3, 5) == 1
    assert tipping_strength(1.1, 0.3, 0.3) is None
