"""Krippendorff's alpha against the example of its author, and what must hold of any codes."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from analysis.estimate.numerics.errors.agreement import alpha, alpha_interval

# Four observers of twelve units, with codes missing (Krippendorff 2011, section C).
CODES = np.array([
    [float(code) if code != "." else np.nan for code in row.split()]
    for row in (
        "1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 .",
    )
])  # fmt: skip
LEVELS = ("nominal", "ordinal", "interval")


@pytest.mark.parametrize(("level", "printed"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_example_of_its_author(level: str, printed: float) -> None:
    assert alpha(CODES, level) == pytest.approx(printed, abs=5e-4)  # type: ignore[arg-type]


coded = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=30)


@given(coded)
def test_two_coders_who_agree_everywhere(pairs: list[tuple[int, int]]) -> None:
    codes = np.array([[one, one] for one, _ in pairs], dtype=float).T
    assume(len(np.unique(codes)) > 1)
    assert [alpha(codes, level) for level in LEVELS] == pytest.approx([1, 1, 1])  # type: ignore[arg-type]


@given(coded)
def test_nominal_alpha_is_fleiss_kappa_but_for_the_size(pairs: list[tuple[int, int]]) -> None:
    """With n codes in all, 1 - alpha is (1 - kappa)(n - 1)/n (Krippendorff 2004, section 11.3)."""
    codes = np.array(pairs, dtype=float).T
    assume(len(np.unique(codes)) > 1)
    kappa = fleiss_kappa(aggregate_raters(codes.T.astype(int))[0])
    assert 1 - alpha(codes, "nominal") == pytest.approx((1 - kappa) * (codes.size - 1) / codes.size)


@given(coded, st.permutations(range(4)))
def test_nominal_codes_may_bear_any_names(pairs: list[tuple[int, int]], names: list[int]) -> None:
    codes = np.array(pairs, dtype=float).T
    named = np.array(names, dtype=float)[codes.astype(int)]
    assert alpha(named, "nominal") == pytest.approx(alpha(codes, "nominal"), nan_ok=True)


@given(coded)
def test_units_of_one_coder_do_not_count(pairs: list[tuple[int, int]]) -> None:
    codes = np.array(pairs, dtype=float).T
    alone = np.column_stack([codes, [3.0, np.nan], [np.nan, np.nan]])
    assert alpha(alone) == pytest.approx(alpha(codes), nan_ok=True)


def test_no_two_codes_differ() -> None:
    assert np.isnan(alpha(np.ones((2, 5))))
    assert np.isnan(alpha(np.full((2, 5), np.nan)))


def test_interval_of_many_units_is_narrower() -> None:
    random = np.random.default_rng(1)
    few = alpha_interval(CODES, random, draws=500, confidence=0.95)
    many = alpha_interval(np.tile(CODES, 8), random, draws=500, confidence=0.95)
    assert few[0] < many[0] < alpha(CODES) < many[1] < few[1]
