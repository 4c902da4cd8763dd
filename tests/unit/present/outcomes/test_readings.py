"""What results mean: every branch, and that no sentence says more than its interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.present.outcomes import readings
from analysis.wording import Change, Direction


def told(low: float, high: float) -> Change:
    return Change((low + high) / 2, low, high, "%")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-9, -3, "support the promise"),
        (1, 4, "contradict the promise"),
        (-1, 4, "a fall that would matter is ruled out, and a rise is not"),
        (-5, 4, "leave the promise open"),
        (-5, -1, "neither shown nor ruled out"),
    ],
)
def test_emergency(low: float, high: float, words: str) -> None:
    assert words in readings.emergency(told(low, high), 3)


@given(st.floats(-20, 20), st.floats(-20, 20))
def test_emergency_says_no_more_than_the_interval(first: float, second: float) -> None:
    low, high = sorted((first, second))
    words = readings.emergency(told(low, high), 3)
    assert ("results support" in words) == (high <= -3)
    assert ("went up" in words) == (low > 0)
    assert ("a fall that would matter is ruled out" in words) == (low > -3 and not high <= -3)


def test_a_small_clear_fall_rules_out_a_rise() -> None:
    assert "and a rise is not" not in readings.emergency(told(-2, -1), 3)


FELL, ROSE, FLAT = told(-5, -1), told(1, 5), told(-3, 3)


@pytest.mark.parametrize(
    ("elective", "outpatient", "words"),
    [
        (FELL, FELL, "Elective admissions and outpatient attendances both fell."),
        (FELL, FLAT, "only elective admissions clearly fell"),
        (FLAT, FELL, "only outpatient attendances clearly fell"),
        (FLAT, FLAT, "did not clearly change"),
        (FELL, ROSE, "Outpatient attendances rose"),
        (ROSE, ROSE, "Elective admissions and outpatient attendances rose"),
    ],
)
def test_planned(elective: Change, outpatient: Change, words: str) -> None:
    assert words in readings.planned({"elective admissions": elective, "outpatient attendances": outpatient})


def test_no_planned_outcome_is_no_error() -> None:
    assert isinstance(readings.planned({}), str)


@pytest.mark.parametrize("number", [1, 3])
def test_both_are_two(number: int) -> None:
    assert "both" not in readings.planned({f"outcome {each}": FELL for each in range(number)})


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-10, -4, "Patients lost something"),
        (-2, 4, "large enough to matter is ruled out"),
        (1, 4, "large enough to matter is ruled out"),
        (-5, 4, "Continuity may have suffered"),
        (-5, -1, "neither shown nor ruled out"),
    ],
)
def test_continuity(low: float, high: float, words: str) -> None:
    assert words in readings.continuity(told(low, high), 3)


@pytest.mark.parametrize(
    ("emergency", "continuity", "words"),
    [
        (FLAT, FELL, "paid in continuity without a clear gain"),
        (ROSE, FELL, "paid in continuity without a clear gain"),
        (FELL, FELL, "a trade to be weighed"),
        (FELL, FLAT, "gained in emergency admissions without a clear loss"),
        (FLAT, FLAT, "neither a gain in emergency admissions nor a loss"),
        (ROSE, ROSE, "neither a gain in emergency admissions nor a loss"),
    ],
)
def test_together(emergency: Change, continuity: Change, words: str) -> None:
    assert words in readings.together(emergency, continuity)


@pytest.mark.parametrize(
    ("interval", "good", "better", "worse"),
    [
        ((3.0, 9.0), "up", "shown", "ruled out"),
        ((3.0, 9.0), "down", "ruled out", "shown"),
        ((-2.9, 2.9), "up", "ruled out", "ruled out"),
        ((-9.0, 9.0), "down", "neither shown nor ruled out", "neither shown nor ruled out"),
    ],
)
def test_a_change_that_matters_is_shown_ruled_out_or_neither(
    interval: tuple[float, float], good: Direction, better: str, worse: str
) -> None:
    told = readings.matters(Change(sum(interval) / 2, *interval, "%"), good, 3)
    assert f"for the better of that size is {better}, one for the worse is {worse}." in told
