"""What a merger truly does to continuity of care in the reference pilots."""

from typing import TYPE_CHECKING

from analysis.simulate.continuity.contact_lives import Chances, Places, Seen
from analysis.simulate.continuity.patient_windows import NONE, parts_of, windows
from analysis.simulate.continuity.registered import People

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def merger(people: People, places: Places, chances: Chances, seen: Seen) -> dict[str, float]:
    """What merging did to the change of UPC from the first window to the last, in points, under its key in truth.json.

    The mean over comparison practices that merged, each counting the same: the same contacts with the mergers and
    without them. Nothing where there is no such practice, or one window alone.
    """
    import numpy as np

    parts = np.unique(parts_of(places)[0])
    whole, merged = parts[parts > NONE], np.flatnonzero(places.merged.any(axis=1) & np.isnan(places.since[:, 0]))
    if len(whole) < 2:
        return {}
    ends = (int(whole[0]), int(whole[-1]))
    with_them, without = (_change(people, places, seen, each, ends) for each in (chances.actual, chances.no_mergers))
    moved = (with_them - without).reindex(merged).dropna()
    return {} if moved.empty else {"continuity.merger": 100 * float(moved.mean())}


def _change(
    people: People, places: Places, seen: Seen, chances: "np.ndarray", ends: tuple[int, int]
) -> "pd.Series[float]":
    """By practice, its mean index in the last window less that in the first."""
    import pandas as pd

    seen_by = windows(people, seen, seen.whom(people, chances), parts_of(places)[0][seen.month])
    rows = pd.DataFrame({"practice": people.practice[seen_by.person], "part": seen_by.part, "upc": seen_by.upc})
    means = rows.groupby(["practice", "part"])["upc"].mean().unstack().reindex(columns=ends)
    return means[ends[1]] - means[ends[0]]
