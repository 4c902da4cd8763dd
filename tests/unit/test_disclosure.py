"""Counts of people as they may be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import MARK, protected

COUNTS = st.integers(0, 10**7)


def number(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0"),
        (1, "*"),
        (7, "*"),
        (8, "10"),
        (10, "10"),
        (12, "10"),
        (13, "15"),
        (1_234, "1,235"),
        (1_000_002, "1,000,000"),
    ],
)
def test_examples_by_hand(count: int, shown: str) -> None:
    assert protected(count) == shown


@given(st.integers(1, 7))
def test_small_counts_are_never_shown(count: int) -> None:
    assert protected(count) == MARK


@given(COUNTS.filter(lambda count: count > 7))
def test_others_are_the_nearest_multiple_of_five(count: int) -> None:
    shown = number(protected(count))
    assert shown % 5 == 0
    assert abs(shown - count) <= 2


@given(COUNTS, COUNTS)
def test_more_people_are_never_shown_as_fewer(first: int, second: int) -> None:
    low, high = sorted((first, second))
    if low > 7:
        assert number(protected(low)) <= number(protected(high))


@given(COUNTS.filter(lambda count: count == 0 or count > 7))
def test_protecting_twice_changes_nothing(count: int) -> None:
    assert protected(number(protected(count))) == protected(count)


@given(st.integers(2, 30), st.sampled_from([5, 10]), COUNTS)
def test_other_rules_of_a_data_owner(hidden: int, base: int, count: int) -> None:
    shown = protected(count, suppress_max=hidden, base=base)
    assert (shown == MARK) == (0 < count <= hidden)
    if shown != MARK:
        assert number(shown) % base == 0


@given(st.integers(max_value=-1))
def test_negative_counts_are_an_error(count: int) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        protected(count)
