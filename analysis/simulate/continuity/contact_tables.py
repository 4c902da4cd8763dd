"""The tables of contacts, registrations and spells of the registered patients of the reference pilots."""

from typing import TYPE_CHECKING

from analysis.simulate.continuity.continuity_world import CareWorld
from analysis.simulate.continuity.registered import People
from analysis.simulate.matched_cohort.patient_events import stream

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.simulate.continuity.contact_lives import Seen

CODES = {"acsc": ("J440", "I500", "J459", "E116"), "other": ("S720", "I639", "K922", "A419")}
# ASSUME: four contacts in five are face to face.
MODES = {"face_to_face": 0.82, "telephone": 0.14, "home": 0.03, "online": 0.01}
STAY = 6.0


def contacts(
    care: CareWorld, people: People, seen: "Seen", whom: "np.ndarray", practices: "pd.DataFrame", first: str, root: int
) -> "pd.DataFrame":
    """The table of contacts: with GPs, with nurses, and entries of administration."""
    import numpy as np
    import pandas as pd

    random, often = stream(root, "contacts.table"), care.contacting
    beside = [np.flatnonzero(random.random(len(whom)) < share) for share in (often.nurse, often.office)]
    kind = np.repeat([0, 1, 2], [len(whom), *map(len, beside)])
    each = np.concatenate([np.arange(len(whom)), *beside])
    person, practice = seen.person[each], people.practice[seen.person[each]]
    doctors = np.append(clinician_ids("C", people.gp.max() + 1 + len(practices)), "unknown")
    modes = random.choice(np.array([*MODES], dtype=object), len(each), p=[*MODES.values()])
    table = pd.DataFrame(
        {
            "patient_id": patient_ids(people, root)[person],
            "practice_id": practices["practice_id"].to_numpy()[practice],
            "date": _dates(seen.month[each], first, random),
            "clinician_id": np.where(kind == 1, clinician_ids("N", len(practices))[practice], doctors[whom[each]]),
            "role": np.array(["gp", "nurse", "gp"], dtype=object)[kind],
            "mode": np.where(kind == 2, "administration", modes),
        }
    )
    return in_order(table.drop_duplicates())


def in_order(table: "pd.DataFrame") -> "pd.DataFrame":
    """Contacts as they came."""
    return table.sort_values(["date", "patient_id", "clinician_id", "role", "mode"], ignore_index=True)


def registrations(people: People, practices: "pd.DataFrame", first: str, months: int, root: int) -> "pd.DataFrame":
    """The table of registrations."""
    import numpy as np
    import pandas as pd

    start = np.datetime64(first, "M")
    day = stream(root, "contacts.registrations").integers(0, 28, len(people))
    last = ((start + people.ended).astype("datetime64[D]") + day).astype(str)
    gone = people.ended < months
    return pd.DataFrame(
        {
            "patient_id": patient_ids(people, root),
            "practice_id": practices["practice_id"].to_numpy()[people.practice],
            "registered": (start + people.joined).astype("datetime64[D]").astype(str),
            "left": np.where(gone & ~people.died, last, ""),
            "died": np.where(gone & people.died, last, ""),
            "gp_id": np.where(people.listed, clinician_ids("C", people.gp.max() + 1)[people.gp], ""),
            "birth_year": int(first[:4]) - people.age.astype(int),
            "sex": np.where(people.female, "female", "male"),
            "imd": people.imd,
            "conditions": people.conditions,
        }
    )


def spells(
    people: People, admissions: "dict[str, tuple[np.ndarray, np.ndarray]]", practices: "pd.DataFrame", first: str,
    root: int,
) -> "pd.DataFrame":  # fmt: skip
    """The table of spells, all of them emergencies."""
    import numpy as np
    import pandas as pd

    random, parts = stream(root, "contacts.spells"), []
    for kind, (month, person) in admissions.items():
        admitted = _dates(month, first, random)
        nights = random.geometric(1 / (1 + STAY), len(month)) - 1
        columns = {
            "patient_id": patient_ids(people, root)[person],
            "practice_id": practices["practice_id"].to_numpy()[people.practice[person]],
            "admitted": admitted,
            "discharged": (admitted.astype("datetime64[D]") + nights).astype(str),
            "method": "emergency",
            "diagnosis_1": np.array(CODES[kind], dtype=object)[random.integers(0, len(CODES[kind]), len(month))],
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts).sort_values(["admitted", "patient_id", "diagnosis_1"], ignore_index=True)


def _dates(month: "np.ndarray", first: str, random: "np.random.Generator") -> "np.ndarray":
    """A day of each month, YYYY-MM-DD; the last days of long months have no events."""
    import numpy as np
    import pandas as pd

    calendar = pd.period_range(first, periods=int(month.max(initial=0)) + 1, freq="M").astype(str)
    days = np.array([f"{each}-{day:02d}" for each in calendar for day in range(1, 29)], dtype=object)
    return np.asarray(days[28 * month + (random.random(len(month)) * 28).astype(int)])


def patient_ids(people: People, root: int) -> "np.ndarray":
    """A pseudonym for each person, which says nothing of the practice."""
    import numpy as np

    number = stream(root, "contacts.pseudonyms").permutation(len(people)) + 1
    return np.array([f"G{each:06d}" for each in number], dtype=object)


def clinician_ids(letter: str, size: int) -> "np.ndarray":
    """Pseudonyms of clinicians."""
    import numpy as np

    return np.array([f"{letter}{each:05d}" for each in range(1, size + 1)], dtype=object)
