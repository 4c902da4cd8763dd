"""Rules for one change: whether its interval leaves out no change, a margin, or another value."""

from math import isnan

from analysis.answers import UNKNOWN

Interval = tuple[float, float]
# ASSUME: the line for tests of assumptions, whatever the confidence of intervals.
LEVEL = 0.05


def direction(low: float, high: float) -> str:
    """Whether an interval, in a unit in which 0 is no change, leaves out no change, and on which side."""
    if isnan(low) or isnan(high):
        return UNKNOWN
    return "rose" if low > 0 else "fell" if high < 0 else "unclear"


def gains(interval: Interval, good: str) -> Interval:
    """The interval of the gain: positive is better, whatever direction is good."""
    low, high = interval
    return (low, high) if good == "up" else (-high, -low)


def better(interval: Interval, good: str, margin: float) -> str:
    """Whether a change for the better of at least the margin is shown, ruled out or open, by the whole interval."""
    return beyond(*gains(interval, good), margin)


def worse(interval: Interval, good: str, margin: float) -> str:
    """The same for the worse."""
    low, high = gains(interval, good)
    return beyond(-high, -low, margin)


def beyond(low: float, high: float, margin: float) -> str:
    """Whether an interval lies at or beyond the margin as a whole, short of it as a whole, or neither."""
    if isnan(low) or isnan(high):
        return UNKNOWN
    return "shown" if low >= margin else "ruled_out" if high < margin else "open"


def chance(p_value: float) -> str:
    """Whether something is more than chance alone would make, by a p-value."""
    return UNKNOWN if isnan(p_value) else "more" if p_value < LEVEL else "possible"


def holds(interval: Interval, value: float) -> str:
    """Whether an interval holds a value; one at an end is held."""
    low, high = interval
    if isnan(low) or isnan(high) or isnan(value):
        return UNKNOWN
    return "holds" if low <= value <= high else "leaves_out"


def straight(p_value: float, confidence: float) -> str:
    """Whether a curve says more than a straight line."""
    # In binary 1 − 0.95 is a little more than 0.05.
    return UNKNOWN if isnan(p_value) else "bends" if p_value < round(1 - confidence, 12) else "unclear"


def gap(before: tuple[Interval, float], change: tuple[Interval, float]) -> str:
    """What a change made of a gap, each with its interval and estimate; unknown where one of them is not clear."""
    clear = [direction(*span) in ("fell", "rose") for span, _ in (before, change)]
    if not all(clear):
        return UNKNOWN
    if before[1] * change[1] > 0:
        return "widened"
    return "narrowed" if abs(change[1]) < abs(before[1]) else "turned_round"
