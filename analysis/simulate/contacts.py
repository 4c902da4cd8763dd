"""Contacts with general practice in the reference pilots: tables of contacts, registrations and admissions."""

from typing import TYPE_CHECKING

from analysis.simulate.contact_lives import (
    Chances,
    Places,
    Seen,
    admissions_of,
    chances_of,
    contacts_of,
    states,
)
from analysis.simulate.continuity_world import CareWorld
from analysis.simulate.patient_events import stream
from analysis.simulate.registered import People, clinician_ids, gps_of, patient_ids, people_of, registrations

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

ACSC, OTHER = ("J440", "I500", "J459", "E116"), ("S720", "I639", "K922", "A419")
MODES, SHARES = ("face_to_face", "telephone", "home", "online"), (0.82, 0.14, 0.03, 0.01)


def continuity(
    care: CareWorld, practices: "pd.DataFrame", since: "np.ndarray", population: "np.ndarray", *, first: str, root: int
) -> "dict[str, pd.DataFrame]":
    """The tables contacts, registrations and spells.

    Parameters
    ----------
    care : CareWorld
        Sizes, rates and effects.
    practices : DataFrame
        The reference pilots' own.
    since : (practices, months) float
        Months since the start of the pilot; NaN in comparison practices.
    population : (practices, months) int
        Registered patients.
    first : str
        First month, YYYY-MM.
    root : int
        The data set's seed; every table draws from streams of its own.
    """
    months, places = since.shape[1], places_of(practices, since, population)
    people = people_of(care, practices, first, months, root)
    state = states(care, len(people), months, root)
    chances = chances_of(care, people, places, root)
    seen = contacts_of(care, people, places, state, root)
    return {
        "contacts": _contacts(care, people, places, chances, seen, practices, first, root),
        "registrations": registrations(people, practices, first, root),
        "spells": _spells(care, people, chances, state, practices, first, root),
    }


def places_of(practices: "pd.DataFrame", since: "np.ndarray", population: "np.ndarray") -> Places:
    """What changes in the practices, by practice and month."""
    import numpy as np

    own = practices["site_id"].where(practices["site_id"] != "", practices["region"])
    grown = np.log(population / population[:, :1]) / np.log(1.1)
    return Places(since, grown, np.unique(own, return_inverse=True)[1], gps_of(practices))


def _contacts(
    care: CareWorld, people: People, places: Places, chances: Chances, seen: Seen, practices: "pd.DataFrame",
    first: str, root: int,
) -> "pd.DataFrame":  # fmt: skip
    import numpy as np
    import pandas as pd

    random, doctors = stream(root, "contacts.days"), clinician_ids("C", int(places.gps.sum()) + len(practices))
    whom = np.where(seen.own(chances.told), people.gp[seen.person], seen.other)
    copies = [random.random(len(whom)) < share for share in (care.contacting.nurse, care.contacting.office)]
    each = np.concatenate([np.arange(len(whom)), *(np.flatnonzero(copy) for copy in copies)])
    kind = np.repeat([0, 1, 2], [len(whom), *(copy.sum() for copy in copies)])
    person, month = seen.person[each], seen.month[each]
    nurses = clinician_ids("N", len(practices))
    clinician = np.where(kind == 1, nurses[people.practice[person]], np.append(doctors, "unknown")[whom[each]])
    mode = np.searchsorted(np.cumsum(SHARES)[:-1], random.random(len(each)))
    return (
        pd.DataFrame(
            {
                "patient_id": patient_ids(people, root)[person],
                "practice_id": practices["practice_id"].to_numpy()[people.practice[person]],
                "date": _dates(month, first, random),
                "clinician_id": clinician,
                "role": np.array(["gp", "nurse", "gp"], dtype=object)[kind],
                "mode": np.where(kind == 2, "administration", np.array(MODES, dtype=object)[mode]),
            }
        )
        .drop_duplicates()
        .sort_values(["date", "patient_id", "clinician_id", "role", "mode"], ignore_index=True)
    )


def _dates(month: "np.ndarray", first: str, random: "np.random.Generator") -> "np.ndarray":
    """A day of each month, YYYY-MM-DD; the last days of a month have none."""
    import numpy as np
    import pandas as pd

    calendar = pd.period_range(first, periods=int(month.max(initial=0)) + 1, freq="M").astype(str)
    days = np.array([f"{each}-{day:02d}" for each in calendar for day in range(1, 29)], dtype=object)
    return np.asarray(days[28 * month + (random.random(len(month)) * 28).astype(int)])


def _spells(
    care: CareWorld, people: People, chances: Chances, state: "np.ndarray", practices: "pd.DataFrame", first: str,
    root: int,
) -> "pd.DataFrame":  # fmt: skip
    import numpy as np
    import pandas as pd

    random, parts = stream(root, "contacts.spells"), []
    for codes, (month, person) in zip(
        (ACSC, OTHER), admissions_of(care, people, chances, state, root).values(), strict=True
    ):
        admitted = pd.to_datetime(pd.Series(_dates(month, first, random)))
        nights = pd.to_timedelta(random.geometric(1 / 7, len(month)) - 1, unit="D")
        parts.append(
            pd.DataFrame(
                {
                    "patient_id": patient_ids(people, root)[person],
                    "practice_id": practices["practice_id"].to_numpy()[people.practice[person]],
                    "admitted": admitted.dt.strftime("%Y-%m-%d"),
                    "discharged": (admitted + nights).dt.strftime("%Y-%m-%d"),
                    "method": "emergency",
                    "diagnosis_1": np.array(codes, dtype=object)[random.integers(0, len(codes), len(month))],
                }
            )
        )
    return pd.concat(parts).sort_values(["admitted", "patient_id", "diagnosis_1"], ignore_index=True)
