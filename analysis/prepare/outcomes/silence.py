"""Months without any event in the middle of a practice's own, which the rule of openings and closures does not see.

They stay counts, since nobody knows whether rows were lost or nothing happened; but where chance alone would hardly
make them, they are asked about. The rule is that of :mod:`analysis.prepare.outcomes.presence`: if a practice's N
events had come at one rate, none would lie in months with a part p of its patient-months with the chance (1 - p)^N, N
counted in units of the dispersion of its other months. As a run may begin in any month, that chance is multiplied by
their number.
"""

from typing import TYPE_CHECKING, NamedTuple

from analysis.prepare.outcomes.presence import NAMED, OWN_DISPERSION, dispersion
from analysis.wording import listed, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from analysis.prepare.outcomes.presence import Floats, Marks

# A single month is asked about as a count that stands out.
FEWEST = 2


class Silence(NamedTuple):
    """Months of one practice in which no measure has an event, first and last among them."""

    practice_id: str
    first: str
    last: str
    months: int


def silences(counts: "pd.DataFrame", silent: float) -> list[Silence]:
    """The runs of months between a practice's events in which it has none, and that chance would hardly make.

    Parameters
    ----------
    counts : DataFrame
        By practice, month (YYYY-MM) and measure, `count` and `population`, of the months in which practices are there.
    silent : float
        The chance below which a run is told; 0 tells of none.
    """
    import numpy as np

    months = sorted(counts["month"].unique())
    if not silent or len(months) < OWN_DISPERSION:
        return []
    by = counts.groupby(["practice_id", "month"])
    totals = by["count"].sum().unstack("month").reindex(columns=months)
    people = by["population"].mean().unstack("month").reindex(columns=months)
    events, there = totals.fillna(0).to_numpy(float), totals.notna().to_numpy()
    weight = np.where(there, people.fillna(1).to_numpy(float).clip(min=1e-9), 0.0)
    runs = [(unit, *run) for unit in range(len(events)) for run in _runs(events[unit], there[unit])]
    quiet = np.zeros_like(there)
    for unit, first, last in runs:
        quiet[unit, first : last + 1] = True
    size = events.sum(axis=1) / dispersion(events, there & ~quiet)
    most = np.log(silent) - np.log(len(months))
    shares = [weight[unit, first : last + 1].sum() / weight[unit].sum() for unit, first, last in runs]
    return [
        Silence(str(totals.index[unit]), months[first], months[last], last - first + 1)
        for (unit, first, last), share in zip(runs, shares, strict=True)
        if size[unit] * np.log1p(-share) < most
    ]


def silence_notes(stretches: list[Silence], table: str) -> list[str]:
    """The same in a sentence, where there are any; the longest runs are named."""
    if not stretches:
        return []
    longest = sorted(stretches, key=lambda each: -each.months)
    named = [f"{each.practice_id} from {each.first} to {each.last}" for each in longest[:NAMED]]
    named += [f"{len(stretches) - NAMED} more"] * (len(stretches) > NAMED)
    runs = number_of(len(stretches), "run of months", "runs of months")
    return [
        f"{table}: {runs} without any event between months with events, which would not come by chance: "
        f"{listed(named)}; they are taken as zeros. Were records lost, leave those practices out, or add the records"
    ]


def _runs(events: "Floats", there: "Marks") -> "Iterator[tuple[int, int]]":
    """Where runs of months with rows and without events begin and end, between a practice's events."""
    from itertools import pairwise

    import numpy as np

    present = np.flatnonzero(there)
    some = np.flatnonzero(events[present] > 0)
    for left, right in pairwise(some):
        if right - left > FEWEST:
            yield int(present[left + 1]), int(present[right - 1])
