"""Disclosure control: which counts of persons and which statistics on them may be told, and how exactly.

One object, :class:`Policy`, holds the rule; the step :mod:`analysis.assess.disclosure.disclose` applies it to
everything that a paper is made from, so that no figure, table or sentence ever sees an exact number of protected
persons.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

SUPPRESS_MAX = 7
ROUND_BASE = 5
MARK = "*"
HIDDEN = float("nan")


def rounded(count: float, suppress_max: int = SUPPRESS_MAX, base: int = ROUND_BASE) -> int | None:
    """A count of people as a number that may be shown; None where it is hidden. See :func:`protected`."""
    if math.isnan(count):
        return None
    if count < 0:
        raise ValueError(f"a count of people cannot be {count}")
    if 0 < count <= suppress_max:
        return None
    return base * ((2 * int(count) + base) // (2 * base))


def protected(count: float, suppress_max: int = SUPPRESS_MAX, base: int = ROUND_BASE) -> str:
    """A count of people as it may be shown.

    Parameters
    ----------
    count : int
        The exact count, or one that was hidden already (missing); negative counts are an error.
    suppress_max : int
        Counts from 1 up to this one are hidden.
    base : int
        All others are rounded to the nearest multiple of this.

    Returns
    -------
    str
        ``0`` for none, ``*`` for a hidden count, else the rounded count with commas. OpenSAFELY's output rules, too,
        redact statistics on 7 people or fewer and round other counts to the nearest 5.
    """
    shown = rounded(count, suppress_max, base)
    return MARK if shown is None else f"{shown:,}"


@dataclass(frozen=True)
class Policy:
    """What may be told of protected persons.

    Attributes
    ----------
    hidden : int
        Counts from 1 up to this one are hidden.
    base : int
        All others are rounded to the nearest multiple of this.
    fewest : int
        Persons that must stand behind any other statistic.
    digits : int
        Significant digits of a statistic that is no fraction of a count.
    """

    hidden: int = SUPPRESS_MAX
    base: int = ROUND_BASE
    fewest: int = 10
    digits: int = 4

    def count(self, count: float) -> float:
        """A count as it may be told; missing where it is hidden."""
        shown = rounded(count, self.hidden, self.base)
        return HIDDEN if shown is None else shown

    def small(self, count: float) -> bool:
        """Whether a count is one of those that are hidden, or was hidden already."""
        return math.isnan(count) or 0 < round(count, 6) <= self.hidden

    def parts(self, counts: Mapping[str, float]) -> tuple[dict[str, float], float]:
        """Counts that make up a total, and the total.

        The total is the sum of what is shown. Else the one hidden count of a column could be had by subtraction.
        """
        shown = {name: self.count(count) for name, count in counts.items()}
        return shown, sum(count for count in shown.values() if not math.isnan(count))

    def step(self, value: float, events: float) -> float:
        """How finely a value that stands on a count may be told: one step is the base's worth of events, or more.

        Steps are 1, 2 or 5 times a power of ten, so that the step itself does not tell the count.
        """
        least = abs(value) * self.base / events
        power = 10.0 ** math.floor(math.log10(least))
        return next(times * power for times in (1, 2, 5, 10) if times * power >= least * (1 - 1e-12))

    def level(self, value: float, events: float) -> float:
        """A mean, rate or share that stands on a number of events or persons, as it may be told.

        Parameters
        ----------
        value : float
            The value; it is `events` over something.
        events : float
            The count in its numerator. Where that is hidden the value is, too.

        Returns
        -------
        float
            A multiple of :meth:`step`, so that no other count can be told from it than a window of `base` of them;
            missing where it is hidden.
        """
        if math.isnan(value) or self.small(events):
            return HIDDEN
        if value == 0 or events == 0:
            return 0.0
        return self.to_step(value, self.step(value, events))

    def share(self, part: float, whole: float) -> float:
        """A share of persons from its two exact counts, as it may be told; neither part may be a hidden count."""
        if whole < self.fewest or self.small(part) or self.small(whole - part):
            return HIDDEN
        return self.to_step(part / whole, self.step(1.0, whole))

    @staticmethod
    def to_step(value: float, step: float) -> float:
        """The nearest multiple of a step, without the noise of binary fractions."""
        return float(f"{round(value / step) * step:.12g}")

    def statistic(self, value: float) -> float:
        """A statistic that is no fraction of a count, to its significant digits."""
        return value if math.isnan(value) or math.isinf(value) else float(f"{value:.{self.digits}g}")


POLICY = Policy()
