"""Numbers as text: signs, zero, lists, p-values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.wording import (
    Change,
    change,
    counted,
    fixed,
    listed,
    number_of,
    p_value,
    percentage,
    plural,
    sentence,
    signed,
)

SIZES = st.floats(-99, 999, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4.04, "+4.0%"),
        (-4.06, "−4.1%"),
        (0, "0.0%"),
        (-0.04, "0.0%"),
        (0.049, "0.0%"),
        (-0.051, "−0.1%"),
        (100, "+100.0%"),
    ],
)
def test_signs(value: float, text: str) -> None:
    assert signed(value, "%") == text


def test_small_numbers_may_have_more_decimals() -> None:
    assert [signed(value, decimals=2) for value in (0.06, -0.055, 0.004)] == ["+0.06", "−0.06", "0.00"]


@given(SIZES)
def test_a_sign_tells_the_direction_and_is_no_hyphen(value: float) -> None:
    text = signed(value)
    assert "-" not in text
    assert abs(float(text.replace("−", "-")) - value) <= 0.05 + 1e-9
    assert text[0] in ("+" if value > 0 else "−", "0")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0004, "p < 0.001"), (0.00099, "p < 0.001"), (0.001, "p = 0.001"), (0.0379, "p = 0.038"),
        (0.0994, "p = 0.099"), (0.1, "p = 0.10"), (0.1879, "p = 0.19"), (1.0, "p = 1.00"),
    ],
)  # fmt: skip
def test_p_values_as_journals_print_them(value: float, text: str) -> None:
    assert p_value(value) == text


def test_ratios_are_told_in_per_cent() -> None:
    told = change("ratio", 0.96, 0.943, 0.983)
    assert (told.signed(), told.interval()) == ("−4.0%", "−5.7% to −1.7%")


def test_points_are_told_as_they_are() -> None:
    told = change("points", 7.27, 4.37, 10.16)
    assert (told.signed(), told.interval()) == ("+7.3 points", "+4.4 to +10.2 points")


@pytest.mark.parametrize(
    ("parts", "text"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)  # fmt: skip
def test_lists(parts: list[str], text: str) -> None:
    assert listed(parts) == text


def test_counts_and_capitals() -> None:
    assert counted(20304.0) == "20,304"
    assert sentence("aN interval") == "AN interval"
    assert sentence("") == ""


NAN = float("nan")


def test_what_is_missing_is_a_dash_and_never_nan() -> None:
    assert (signed(NAN, "%"), fixed(NAN, 2), counted(NAN), p_value(NAN)) == ("–", "–", "–", "p not known")
    assert (percentage(NAN, 5), percentage(0, 0), fixed(float("inf"), 1)) == ("–", "–", "–")
    assert (signed(float("inf"), "%"), signed(-float("inf"))) == ("+∞%", "−∞")


def test_a_change_without_an_interval_has_none() -> None:
    told = Change(-4.0, NAN, NAN, "%")
    assert (told.known, told.interval()) == (False, "no interval")


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 practices"), (1, "1 practice"), (2, "2 practices"), (1200, "1,200 practices"), (NAN, "– practices")],
)
def test_one_thing_is_singular(count: float, text: str) -> None:
    assert number_of(count, "practice") == text
    assert plural(count, "body", "bodies") == ("body" if count == 1 else "bodies")
