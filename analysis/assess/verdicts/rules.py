"""The rules by which results are judged: pure functions of numbers, each the only place of its comparison.

Equality is decided here, once: an interval that touches no change does not leave it out, and a change of just the
smallest size that matters does matter. Where an end of an interval is missing, nothing is known.
"""

from collections.abc import Iterable, Sequence
from math import isnan

from analysis.verdicts import UNKNOWN

# ASSUME: the line for tests of assumptions, whatever the confidence of intervals.
LEVEL = 0.05
# ASSUME: from this chance to notice a trend on, that a test noticed none says something (Roth 2022, AER: Insights
# 4:305-322, finds usual tests to have far less).
STRONG = 0.8
# Beyond this many times the largest movement before the start, or this slope, a violation means nothing any more.
WITHOUT_END = 100.0
# ASSUME: from this share of variation beyond chance on, published estimates are taken to differ.
VARIED = 0.5
# Of fewer studies that share is hardly known (von Hippel 2015, BMC Med Res Methodol 15:35).
ENOUGH_STUDIES = 10
# Where a standardised difference counts as small (Austin 2009, Stat Med 28:3083), and a ratio of variances as near one.
SMALL = 0.1
NEAR = 2.0
Interval = tuple[float, float]


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


def survives(primary: Interval, other: Interval) -> str:
    """What becomes of the primary finding, the first interval, under another choice, the second."""
    ours, theirs = direction(*primary), direction(*other)
    if UNKNOWN in (ours, theirs):
        return UNKNOWN
    if ours == "unclear":
        return "stays_unclear" if theirs == "unclear" else "appears"
    return "fades" if theirs == "unclear" else "survives" if ours == theirs else "turns"


def holds(interval: Interval, value: float) -> str:
    """Whether an interval holds a value; one at an end is held."""
    low, high = interval
    if isnan(low) or isnan(high) or isnan(value):
        return UNKNOWN
    return "holds" if low <= value <= high else "leaves_out"


KEPT = ("survives", "stays_unclear")


def all_checks(fates: Iterable[str]) -> str:
    """How many other choices leave the finding as it is; those of which nobody can tell do not count."""
    known = [fate for fate in fates if fate != UNKNOWN]
    kept = sum(fate in KEPT for fate in known)
    if not known:
        return UNKNOWN
    return "all_leave" if kept == len(known) else "some_leave" if kept else "none_leaves"


def one_site(fates: Sequence[str]) -> str:
    """Whether any one site decides what becomes of the finding; one that does settles it, whatever the others."""
    if any(fate not in (*KEPT, UNKNOWN) for fate in fates):
        return "decides"
    return "none_decides" if fates and UNKNOWN not in fates else UNKNOWN


def designs(fates: Iterable[str]) -> str:
    """How many other designs say what the primary one says."""
    return {"all_leave": "agree", "some_leave": "some_agree", "none_leaves": "none_agrees"}.get(
        all_checks(fates), UNKNOWN
    )


def methods(p_values: Sequence[float]) -> str:
    """Whether all ways to tell uncertainty, of two or more, agree that there is a finding, or that there is none."""
    known = [value for value in p_values if not isnan(value)]
    if len(known) < 2:
        return UNKNOWN
    return "agree" if len({chance(value) for value in known}) == 1 else "differ"


def pre_trend(p_values: Iterable[float]) -> str:
    """Whether any test of the months before the start speaks against parallel trends."""
    known = [value for value in p_values if not isnan(value)]
    return "speaks" if any(value < LEVEL for value in known) else "silent" if known else UNKNOWN


def power(chance: float) -> str:
    """Whether a test that noticed nothing had a chance to notice that is worth a word."""
    return UNKNOWN if isnan(chance) else "strong" if chance >= STRONG else "weak"


def drift(size: float) -> str:
    """What becomes of a finding as the two groups drift, by the multiple of the largest movement before that undoes it.

    Of less than one the finding is undone by no more than was already seen.
    """
    told = bend(size)
    return "fragile" if told == "survives" and size < 1 else told


def bend(size: float) -> str:
    """The same by the largest change of a drift's slope that the finding survives."""
    if isnan(size):
        return UNKNOWN
    return "survives_any" if size >= WITHOUT_END else "breaks" if size <= 0 else "survives"


def dose(primary: Interval, slope: Interval) -> str:
    """Whether more exposure went with more of the change, or of any where none is clear, or with less."""
    ours, theirs = direction(*primary), direction(*slope)
    if theirs in (UNKNOWN, "unclear"):
        return theirs
    return "more" if ours in (theirs, "unclear", UNKNOWN) else "less"


def groups(p_value: float) -> str:
    """Whether groups differ, by the p-value of the interaction."""
    return {"more": "differ", "possible": "unclear"}.get(chance(p_value), UNKNOWN)


def choices(found: str, below: float, above: float) -> str:
    """In how many combinations of the declared choices the finding is clear.

    Parameters
    ----------
    found : str
        The direction of the finding.
    below, above : float
        The shares of combinations with a clear fall and with a clear rise.
    """
    if isnan(below) or isnan(above) or found == UNKNOWN:
        return UNKNOWN
    if found == "unclear":
        return "none" if below + above == 0 else "hangs"
    same, opposite = (above, below) if found == "rose" else (below, above)
    return "every" if same == 1 else "hangs" if same < 0.5 or opposite > 0 else "most"


def together(gain: tuple[str, str], loss: tuple[str, str]) -> str:
    """Two outcomes side by side: what was gained in the first, and what was paid in the second.

    Parameters
    ----------
    gain : tuple of str
        Of the first outcome its direction, ``gained`` where that is a clear gain, and whether a gain that matters is
        shown, ruled out or open.
    loss : tuple of str
        The same of the second, ``lost`` where it clearly lost, and of a loss that matters.
    """
    if UNKNOWN in (*gain, *loss):
        return UNKNOWN
    gained, paid = (_moved(*each, clear) for each, clear in ((gain, "gained"), (loss, "lost")))
    return TOGETHER[gained, paid]


def _moved(found: str, matters: str, clear: str) -> str:
    """Whether something moved: one that matters must not be ruled out, or it is told in two ways."""
    return "no" if matters == "ruled_out" else "yes" if found == clear else "open"


TOGETHER = {
    ("yes", "yes"): "trade", ("yes", "no"): "gained", ("yes", "open"): "gained_loss_open",
    ("no", "yes"): "paid", ("no", "no"): "neither", ("no", "open"): "undecided",
    ("open", "yes"): "paid_gain_open", ("open", "no"): "undecided", ("open", "open"): "undecided",
}  # fmt: skip


def indicator(rule: str, better: str, worse: str) -> str:
    """The state of an indicator: `improves` asks for a gain that matters, `no_worse` that no loss that matters be."""
    asked, met, failed = (better, "shown", "ruled_out") if rule == "improves" else (worse, "ruled_out", "shown")
    return {met: "met", failed: "not_met"}.get(asked, "uncertain")


def reading(states: Sequence[str]) -> str:
    """The state of a test from its indicators': any uncertainty shows, and nothing is averaged."""
    assessable = [state for state in states if state != "not_assessable"]
    if not assessable:
        return "not_assessable"
    if "uncertain" in assessable:
        return "uncertain"
    if len(set(assessable)) > 1 or len(assessable) < len(states):
        return "partly_met" if "met" in assessable else "not_met"
    return assessable[0]


def spread(share: float, studies: int) -> str:
    """Whether published estimates vary by more than chance would make them."""
    return UNKNOWN if studies < ENOUGH_STUDIES or isnan(share) else "differ" if share >= VARIED else "alike"


def claim(found: str, claimed: str) -> str:
    """The answer to a question beside the direction that somebody claimed, ``up`` or ``down``."""
    if found in ("unclear", UNKNOWN):
        return UNKNOWN if found == UNKNOWN else "open"
    return "agrees" if (found == "rose") == (claimed == "up") else "opposes"


def straight(p_value: float, confidence: float) -> str:
    """Whether a curve says more than a straight line."""
    # In binary 1 − 0.95 is a little more than 0.05.
    return UNKNOWN if isnan(p_value) else "bends" if p_value < round(1 - confidence, 12) else "unclear"


def prices(found: Sequence[str]) -> str:
    """Whether the net cost is clearly less, or more, by its directions at each of the plan's prices."""
    for direction, verdict in (("fell", "less"), ("rose", "more")):
        if found and all(each == direction for each in found):
            return verdict
    if all(each == UNKNOWN for each in found):
        return UNKNOWN
    return "hangs" if {"fell", "rose"} & set(found) else "unclear"


def pattern(fewer: tuple[float, str], more: tuple[float, str]) -> str:
    """Whether there is less of the first and more of the second, by the estimate and the direction of each."""
    if not fewer[0] < 0 < more[0]:
        return "absent"
    return "shown" if (fewer[1], more[1]) == ("fell", "rose") else "open"


def balance(differences: Iterable[float]) -> str:
    """Whether every standardised difference is small."""
    return "alike" if all(abs(each) < SMALL for each in differences) else "apart"


def variances(ratios: Iterable[float]) -> str:
    """Whether every ratio of variances is near one."""
    return "alike" if all(1 / NEAR <= each <= NEAR for each in ratios) else "apart"


def gap(before: tuple[Interval, float], change: tuple[Interval, float]) -> str:
    """What a change made of a gap, each with its interval and estimate; unknown where one of them is not clear."""
    known = [direction(*told) in ("fell", "rose") for told, _ in (before, change)]
    if not all(known):
        return UNKNOWN
    if before[1] * change[1] > 0:
        return "widened"
    return "narrowed" if abs(change[1]) < abs(before[1]) else "turned_round"
