"""What the pilots truly do to the gaps in continuity between patients of the reference pilots."""

from typing import TYPE_CHECKING

from analysis.simulate.continuity.patient_windows import PatientWindows, slope, standing
from analysis.simulate.continuity.registered import People

if TYPE_CHECKING:
    import numpy as np


def gap_changes(
    people: People, whole: PatientWindows, with_them: PatientWindows, without_them: PatientWindows
) -> dict[str, float]:
    """The change of the slope index of UPC with the pilots, in points, from the lowest patients to the highest.

    Only that of deprivation is planted as such. The others follow from what an index is: the same fall of the chance
    of the own GP shows the more in it, the more contacts a patient has and the higher the chance was, and both rise
    with age and with conditions.

    Parameters
    ----------
    people : People
        Who they are.
    whole : Windows
        Those of all practices: the patients among whom each has a place, once for every window.
    with_them, without_them : Windows
        Those of pilot practices after the start, as they are, and had there been no pilots.
    """
    changes = {}
    for name in ("imd", "age", "conditions"):
        among = _fact(people, whole, name)
        slopes = [slope(each.upc, standing(_fact(people, each, name), among)) for each in (with_them, without_them)]
        changes[f"continuity.{name}_change"] = 100 * (slopes[0] - slopes[1])
    return changes


def _fact(people: People, of: PatientWindows, name: str) -> "np.ndarray":
    """What ranks patients, as it is recorded; whole years of age grow by one from window to window."""
    import numpy as np

    if name == "age":
        return np.asarray(np.floor(people.age)[of.person] + of.part)
    return np.asarray(getattr(people, name)[of.person])
