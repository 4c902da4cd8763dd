"""Rules for what results say together: two outcomes, the five tests, published studies, prices, claims."""

from collections.abc import Sequence
from math import isnan

from analysis.answers import UNKNOWN

# ASSUME: from this share of variation beyond chance on, published estimates are taken to differ.
VARIED = 0.5
# Of fewer studies that share is hardly known (von Hippel 2015, BMC Med Res Methodol 15:35).
ENOUGH_STUDIES = 10
TOGETHER = {
    ("yes", "yes"): "trade", ("yes", "no"): "gained", ("yes", "open"): "gained_loss_open",
    ("no", "yes"): "paid", ("no", "no"): "neither", ("no", "open"): "undecided",
    ("open", "yes"): "paid_gain_open", ("open", "no"): "undecided", ("open", "open"): "undecided",
}  # fmt: skip


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


def _moved(direction: str, matters: str, clear: str) -> str:
    """Whether something moved: one that matters must not be ruled out, or it is told in two ways."""
    return "no" if matters == "ruled_out" else "yes" if direction == clear else "open"


def indicator(rule: str, better: str, worse: str) -> str:
    """The state of an indicator: `improves` asks for a gain that matters, `no_worse` that no loss that matters be."""
    change, met, failed = (better, "shown", "ruled_out") if rule == "improves" else (worse, "ruled_out", "shown")
    return {met: "met", failed: "not_met"}.get(change, "uncertain")


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


def claim(direction: str, claimed: str) -> str:
    """The answer to a question beside the direction that somebody claimed, ``up`` or ``down``."""
    if direction in ("unclear", UNKNOWN):
        return UNKNOWN if direction == UNKNOWN else "open"
    return "agrees" if (direction == "rose") == (claimed == "up") else "opposes"


def prices(directions: Sequence[str]) -> str:
    """Whether the net cost is clearly less, or more, by its directions at each of the plan's prices."""
    for direction, verdict in (("fell", "less"), ("rose", "more")):
        if directions and all(each == direction for each in directions):
            return verdict
    if all(each == UNKNOWN for each in directions):
        return UNKNOWN
    return "hangs" if {"fell", "rose"} & set(directions) else "unclear"


def pattern(fewer: tuple[float, str], more: tuple[float, str]) -> str:
    """Whether there is less of the first and more of the second, by the estimate and the direction of each."""
    if not fewer[0] < 0 < more[0]:
        return "absent"
    return "shown" if (fewer[1], more[1]) == ("fell", "rose") else "open"
