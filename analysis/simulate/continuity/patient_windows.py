"""The windows of registered patients in the reference pilots, and the slope of continuity over patients."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.simulate.continuity.contact_lives import Places, Seen
from analysis.simulate.continuity.registered import People

if TYPE_CHECKING:
    import numpy as np

# NONE is the number of no window.
FEWEST, WINDOW, NONE = 2, 12, -100


@dataclass(frozen=True)
class PatientWindows:
    """Patients' windows with two contacts or more, one entry each.

    Attributes
    ----------
    person, part : int
        Who, and the number of the window (0 begins with the first pilot's start).
    upc : float
        The share of contacts with the clinician seen most often.
    """

    person: "np.ndarray"
    part: "np.ndarray"
    upc: "np.ndarray"

    def where(self, chosen: "np.ndarray") -> "PatientWindows":
        """The windows that are chosen, by one truth value for each."""
        return PatientWindows(self.person[chosen], self.part[chosen], self.upc[chosen])


def windows(people: People, seen: Seen, whom: "np.ndarray", part: "np.ndarray") -> PatientWindows:
    """The Usual Provider of Care index of every patient and window.

    Parameters
    ----------
    people : People
        Who they are.
    seen : Seen
        Their contacts.
    whom : (contacts,) int
        The clinician; -1 for one that does not count.
    part : (contacts,) int
        The window; NONE for none.
    """
    import numpy as np

    kept = (whom >= 0) & (part > NONE)
    clinicians = int(whom.max()) + 1
    owner = seen.person[kept] * 200 + part[kept] + 100
    pairs, times = np.unique(owner * clinicians + whom[kept], return_counts=True)
    owners, first = np.unique(pairs // clinicians, return_index=True)
    most, all_of_them = np.maximum.reduceat(times, first), np.add.reduceat(times, first)
    enough = all_of_them >= FEWEST
    return PatientWindows(owners[enough] // 200, owners[enough] % 200 - 100, (most / all_of_them)[enough])


def parts_of(places: Places) -> "tuple[np.ndarray, int]":
    """The window of each month (-100 for none), and the month in which the first pilot starts."""
    import numpy as np

    start = int(-np.nanmax(places.since[:, 0]))
    part = (np.arange(places.months) - start) // WINDOW
    whole = (start + part * WINDOW >= 0) & (start + (part + 1) * WINDOW <= places.months)
    return np.where(whole, part, NONE), start


def since_start(people: People, places: Places, person: "np.ndarray", part: "np.ndarray") -> "np.ndarray":
    """By person and window, the months from the start of the own pilot to the window's first; NaN without a pilot."""
    import numpy as np

    start = parts_of(places)[1]
    return np.asarray(places.since[people.practice[person], start + part * WINDOW])


def slope(outcome: "np.ndarray", *columns: "np.ndarray", weight: "np.ndarray | float" = 1.0) -> float:
    """The (weighted) least-squares slope on the first column, the others held constant."""
    import numpy as np

    root = np.sqrt(weight) * np.ones(len(outcome))
    design = np.column_stack([*columns, np.ones(len(outcome))]) * root[:, None]
    return float(np.linalg.lstsq(design, outcome * root, rcond=None)[0][0])


def standing(values: "np.ndarray", among: "np.ndarray") -> "np.ndarray":
    """The place of each value in a population, from 0 to 1; equal values stand in the middle of their joint range."""
    import numpy as np

    ordered = np.sort(among)
    below, up_to = (np.searchsorted(ordered, values, side) for side in ("left", "right"))
    return np.asarray((below + up_to) / (2 * len(ordered)))
