"""Which practices are there in which months: those that open or close are told, and are missing outside their months.

A practice that closes leaves a table of counts in one of two ways: its rows stop, or go on with nothing but zeros, as
they do where counts are made from events and lists. Zeros of a practice that is not there are no counts.

The rule for zeros looks at all measures of a practice together. If its N events had come at one rate, the chance that
all of them lie in the part p of its patient-months up to the last with an event would be p^N; the same holds from the
first with an event on. Where that chance is below a limit, the practice was not there in the other months. It is the
binomial distribution of counts given their sum, so that no rate has to be guessed, and a rare outcome is not taken for
a practice that closed: one event in 48 months comes first with a chance of 1 in 48. Measures overlap and one admission
makes many bed days, so events are counted in units of their dispersion, the variance of the practice's months over
their mean.
"""

from typing import TYPE_CHECKING

from analysis.wording import listed, number_of, plural

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Marks = NDArray[np.bool_]
    Places = NDArray[np.intp]

# ASSUME: fewer months than these do not tell how a practice's own counts vary; the middle one of all practices does.
# Nor do zeros in fewer months of data tell of an opening or a closure.
OWN_DISPERSION = 6
NAMED = 5


def presence(counts: "pd.DataFrame", silent: float) -> "pd.DataFrame":
    """The practices that are not there throughout.

    Parameters
    ----------
    counts : DataFrame
        By practice, month (YYYY-MM) and measure, `count` and `population`; the months of the study only.
    silent : float
        The chance below which months of zeros are not counts.

    Returns
    -------
    DataFrame
        By practice: `first` and `last`, its months; `zeros`, how many of the months outside them have rows that say
        nothing but zero, and `absent`, how many have none.
    """
    import numpy as np

    months = sorted(counts["month"].unique())
    by = counts.groupby(["practice_id", "month"])
    totals = by["count"].sum().unstack("month").reindex(columns=months)
    exposure = by["population"].mean().unstack("month").reindex(columns=months)
    events, there = totals.fillna(0).to_numpy(float), totals.notna().to_numpy()
    weight = np.where(there, exposure.fillna(1).to_numpy(float).clip(min=1e-9), 0.0)
    size = events.sum(axis=1) / dispersion(events, there)
    first, last = _ends(there)
    start, end = _ends(events > 0)
    place, total = np.arange(len(months)), np.maximum(weight.sum(axis=1), 1e-300)
    until = (weight * (place <= end[:, None])).sum(axis=1) / total
    since = (weight * (place >= start[:, None])).sum(axis=1) / total
    some = events.any(axis=1) & (len(months) >= OWN_DISPERSION)
    last = np.where(some & (size * np.log(until) < _log(silent)), end, last)
    first = np.where(some & (size * np.log(since) < _log(silent)), start, first)
    outside: Marks = np.asarray((place < first[:, None]) | (place > last[:, None]))
    names = np.array(months)
    spans = totals.index.to_frame(index=False).assign(
        first=names[first], last=names[last], zeros=(outside & there).sum(axis=1), absent=(outside & ~there).sum(axis=1)
    )
    return spans[spans["zeros"] + spans["absent"] > 0].reset_index(drop=True)


def during(counts: "pd.DataFrame", spans: "pd.DataFrame") -> "pd.DataFrame":
    """The rows of the months in which practices are there, by what :func:`presence` found."""
    ends = counts[["practice_id"]].merge(spans[["practice_id", "first", "last"]], how="left")
    first, last = ends["first"].fillna("0000-00").to_numpy(str), ends["last"].fillna("9999-12").to_numpy(str)
    month = counts["month"].to_numpy(str)
    return counts[(month >= first) & (month <= last)]


def presence_notes(spans: "pd.DataFrame", table: str, months: tuple[str, str]) -> list[str]:
    """What is worth knowing of practices that open or close, and of what becomes of their zeros."""
    notes = []
    for word, column, end in (("stop", "last", months[1]), ("start", "first", months[0])):
        some = spans[spans[column] != end]
        if some.empty:
            continue
        when = "after" if word == "stop" else "in"
        named = [f"{row['practice_id']} {when} {row[column]}" for _, row in some.head(NAMED).iterrows()]
        named += [f"{len(some) - NAMED} more"] * (len(some) > NAMED)
        many = number_of(len(some), "practice")
        notes.append(f"{table}: {many} {plural(len(some), f'{word}s', word)} within the months: {listed(named)}")
    zeros = int(spans["zeros"].sum())
    if notes and zeros:
        notes[-1] += (
            f"; {number_of(zeros, 'practice-month')} of theirs {plural(zeros, 'has', 'have')} no event at all, which "
            "would not come by chance, so they are taken as missing and not as zeros. Nothing has to be mended where "
            "that is so; where they are zeros, set `pilots.limits.silent` to 0 in the study file"
        )
    return notes


def _log(chance: float) -> float:
    import math

    return math.log(chance) if chance > 0 else -math.inf


def _ends(marks: "Marks") -> "tuple[Places, Places]":
    """Where the first and the last mark of each row stand; the whole row where there is none."""
    some = marks.any(axis=1)
    last = marks.shape[1] - 1
    return marks.argmax(axis=1) * some, (last - marks[:, ::-1].argmax(axis=1)) * some + last * ~some


def dispersion(events: "Floats", there: "Marks") -> "Floats":
    """By practice, the variance of its months over their mean, at least that of all practices' middle one and 1."""
    import numpy as np

    start, end = _ends(events > 0)
    place = np.arange(events.shape[1])
    inside = there & (place >= start[:, None]) & (place <= end[:, None])
    months = np.maximum(inside.sum(axis=1), 1)
    mean = (events * inside).sum(axis=1) / months
    variance = (inside * (events - mean[:, None]) ** 2).sum(axis=1) / np.maximum(months - 1, 1)
    own = np.where((months >= OWN_DISPERSION) & (mean > 0), variance / np.where(mean > 0, mean, 1), 1.0)
    reliable = own[(months >= OWN_DISPERSION) & (mean > 0)]
    return np.maximum(own, max(1.0, float(np.median(reliable)) if reliable.size else 1.0))
