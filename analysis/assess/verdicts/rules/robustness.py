"""Rules for what a finding stands on: other choices, designs, sites, the months before, and matched patients."""

from collections.abc import Iterable, Sequence
from math import isnan

from analysis.answers import UNKNOWN
from analysis.assess.verdicts.rules.changes import LEVEL, Interval, chance, direction

# ASSUME: from this chance to notice a trend on, that a test noticed none says something (Roth 2022, AER: Insights
# 4:305-322, finds usual tests to have far less).
STRONG = 0.8
# Beyond this many times the largest movement before the start, or this slope, a violation means nothing any more.
WITHOUT_END = 100.0
KEPT = ("survives", "stays_unclear")
# Where a standardised difference counts as small (Austin 2009, Stat Med 28:3083), and a ratio of variances as near one.
SMALL = 0.1
NEAR = 2.0


def survives(primary: Interval, other: Interval) -> str:
    """What becomes of the primary finding, the first interval, under another choice, the second."""
    ours, theirs = direction(*primary), direction(*other)
    if UNKNOWN in (ours, theirs):
        return UNKNOWN
    if ours == "unclear":
        return "stays_unclear" if theirs == "unclear" else "appears"
    return "fades" if theirs == "unclear" else "survives" if ours == theirs else "turns"


def all_checks(fates: Iterable[str]) -> str:
    """How many other choices leave the finding as it is; those of which nobody can tell do not count."""
    judged = [fate for fate in fates if fate != UNKNOWN]
    kept = sum(fate in KEPT for fate in judged)
    if not judged:
        return UNKNOWN
    return "all_leave" if kept == len(judged) else "some_leave" if kept else "none_leaves"


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
    tests = [value for value in p_values if not isnan(value)]
    if len(tests) < 2:
        return UNKNOWN
    return "agree" if len({chance(value) for value in tests}) == 1 else "differ"


def pre_trend(p_values: Iterable[float]) -> str:
    """Whether any test of the months before the start speaks against parallel trends."""
    tests = [value for value in p_values if not isnan(value)]
    return "speaks" if any(value < LEVEL for value in tests) else "silent" if tests else UNKNOWN


def power(chance: float) -> str:
    """Whether a test that noticed nothing had a chance to notice that is worth a word."""
    return UNKNOWN if isnan(chance) else "strong" if chance >= STRONG else "weak"


def drift(size: float) -> str:
    """What becomes of a finding as the two groups drift, by the multiple of the largest movement before that undoes it.

    Of less than one the finding is undone by no more than was already seen.
    """
    fate = bend(size)
    return "fragile" if fate == "survives" and size < 1 else fate


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


def choices(finding: str, below: float, above: float) -> str:
    """In how many combinations of the declared choices the finding is clear.

    Parameters
    ----------
    finding : str
        The direction of the finding.
    below, above : float
        The shares of combinations with a clear fall and with a clear rise.
    """
    if isnan(below) or isnan(above) or finding == UNKNOWN:
        return UNKNOWN
    if finding == "unclear":
        return "none" if below + above == 0 else "hangs"
    same, opposite = (above, below) if finding == "rose" else (below, above)
    return "every" if same == 1 else "hangs" if same < 0.5 or opposite > 0 else "most"


def balance(differences: Iterable[float]) -> str:
    """Whether every standardised difference is small."""
    return "alike" if all(abs(each) < SMALL for each in differences) else "apart"


def variances(ratios: Iterable[float]) -> str:
    """Whether every ratio of variances is near one."""
    return "alike" if all(1 / NEAR <= each <= NEAR for each in ratios) else "apart"
