"""Rules for simulated worlds whose truth is known: did intervals and tests keep what they promise."""

from math import isnan

from analysis.answers import UNKNOWN
from analysis.assess.calibration.narrow import MARGIN

# A share of worlds with its interval.
Share = tuple[float, float, float]


def held(share: Share, confidence: float) -> str:
    """Whether intervals held the truth as often as their confidence promises, give or take ``MARGIN``."""
    return _promised(share, confidence - MARGIN, confidence + MARGIN, ("too_narrow", "too_wide"))


def alarms(share: Share, confidence: float) -> str:
    """Whether tests saw something where there is nothing as often as they promise, give or take ``MARGIN``."""
    low, high = confidence - MARGIN, confidence + MARGIN
    return _promised(share, 1 - high, 1 - low, ("too_seldom", "too_often"))


def _promised(share: Share, least: float, most: float, faults: tuple[str, str]) -> str:
    """Whether a share lies within two lines; surely outside where its whole interval is, perhaps where it is itself."""
    value, low, high = share
    below, above = faults
    if isnan(value):
        return UNKNOWN
    if high < least or low > most:
        return below if high < least else above
    return f"perhaps_{below}" if value < least else f"perhaps_{above}" if value > most else "as_promised"
