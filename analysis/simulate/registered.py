"""Registered patients of the reference pilots: practice, personal GP, age, sex, deprivation and conditions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.simulate.continuity_world import CareWorld
from analysis.simulate.patient_events import stream

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# Imd of the mean practice and age at which rates and chances are told.
IMD, AGE, LIST = 24.0, 72, 7000


@dataclass(frozen=True)
class People:
    """Registered patients, one entry per person in each array.

    Attributes
    ----------
    practice : int
        Row of the practice.
    gp : int
        The personal GP, numbered over all practices.
    listed : bool
        Whether the GP is recorded.
    born, joined, ended : int
        Year of birth; months from the first one in which the patient registers (negative: before it), and from
        which on there are no more contacts.
    died : bool
        Whether the patient dies then; others leave the practice, or stay to the end.
    age : float
        In the first month.
    imd, conditions, female :
        Of the patient.
    usual : float
        The chance of the own GP, without what changes from month to month.
    log_contacts, log_admissions : float
        Log rates per month.
    """

    practice: "np.ndarray"
    gp: "np.ndarray"
    listed: "np.ndarray"
    born: "np.ndarray"
    joined: "np.ndarray"
    ended: "np.ndarray"
    died: "np.ndarray"
    age: "np.ndarray"
    imd: "np.ndarray"
    conditions: "np.ndarray"
    female: "np.ndarray"
    usual: "np.ndarray"
    log_contacts: "np.ndarray"
    log_admissions: "np.ndarray"

    def __len__(self) -> int:
        """The number of persons."""
        return len(self.practice)


def gps_of(practices: "pd.DataFrame") -> "np.ndarray":
    """The GPs with a list of their own in each practice."""
    import numpy as np

    return np.asarray(np.maximum(1, practices["gp_fte"].round()), int)


def people_of(care: CareWorld, practices: "pd.DataFrame", first: str, months: int, root: int) -> People:
    """Draw the registered patients of all practices."""
    import numpy as np

    asked, random = care.registered, stream(root, "contacts.people")
    gps = gps_of(practices)
    home = np.repeat(np.arange(len(practices)), gps * asked.per_gp)
    size = len(home)
    gp = (np.cumsum(gps) - gps)[home] + (random.random(size) * gps[home]).astype(int)
    young = random.random(size) >= asked.older
    age = np.where(young, random.uniform(18, 95, size), random.uniform(60, 84, size))
    born = np.maximum(int(first[:4]) - age.astype(int), asked.first_born)
    conditions = random.poisson(np.clip(asked.conditions + 0.04 * (age - AGE), 0.1, None))
    imd = np.clip(practices["imd"].to_numpy()[home] + random.normal(0, asked.imd_spread, size), 1, 80).round(1)
    joined = np.where(
        random.random(size) < asked.joining, random.integers(1, months, size), -random.integers(1, 480, size)
    )
    hazard = asked.hazard * np.exp(0.9 * (age - AGE) / 10 + 0.1 * (conditions - 2))
    dies, leaves = (
        np.maximum(joined, 0) + random.geometric(rate, size)
        for rate in (np.minimum(hazard, 0.5), max(asked.leaving, 1e-9))
    )
    return People(
        practice=home, gp=gp, listed=random.random(size) >= asked.unlisted, born=born, joined=joined,
        ended=np.minimum(np.minimum(dies, leaves), months), died=(dies <= leaves) & (dies < months), age=age, imd=imd,
        conditions=np.minimum(conditions, 9), female=random.random(size) < 0.54,
        **_levels(care, practices, home, gp, age, imd, np.minimum(conditions, 9), root),
    )  # fmt: skip


def _levels(
    care: CareWorld, practices: "pd.DataFrame", home: "np.ndarray", gp: "np.ndarray", age: "np.ndarray",
    imd: "np.ndarray", conditions: "np.ndarray", root: int,
) -> "dict[str, np.ndarray]":  # fmt: skip
    """The chance of the own GP, and the log rates, of each patient."""
    import numpy as np

    seeing, random, size = care.seeing, stream(root, "contacts.levels"), len(home)
    tens, ill, poor = (age - AGE) / 10, conditions - 2, imd - IMD
    doublings = np.log2(practices["list_size"].to_numpy() / LIST)[home]
    effects = (
        random.normal(0, seeing.practice, len(practices))[home]
        + random.normal(0, seeing.list, gp.max() + 1)[gp]
        + random.normal(0, seeing.patient, size)
    )
    fixed = seeing.mean + seeing.size * doublings + seeing.imd * poor + seeing.age * tens + seeing.conditions * ill
    often, ward = care.contacting, care.admitting
    contacts = np.log(often.rate) + often.age * tens + often.conditions * ill
    admissions = np.log(ward.rate) + ward.age * tens + ward.conditions * ill + ward.imd * poor
    return {
        "usual": fixed + effects,
        "log_contacts": contacts + random.normal(0, often.spread, size),
        "log_admissions": admissions + random.normal(0, ward.spread, size),
    }


def registrations(people: People, practices: "pd.DataFrame", first: str, root: int) -> "pd.DataFrame":
    """The table of registrations."""
    import numpy as np
    import pandas as pd

    random, month = stream(root, "contacts.registrations"), pd.Period(first, freq="M").ordinal
    start = _days(month + people.joined)
    ended = np.where(people.ended < _last(people), people.ended, 0)
    close = _days(month + ended) + random.integers(0, 28, len(people))
    closed = people.ended < _last(people)
    day = pd.Series(close).dt.strftime("%Y-%m-%d")
    return pd.DataFrame(
        {
            "patient_id": patient_ids(people, root),
            "practice_id": practices["practice_id"].to_numpy()[people.practice],
            "registered": pd.Series(start).dt.strftime("%Y-%m-%d"),
            "left": day.where(closed & ~people.died, ""),
            "died": day.where(closed & people.died, ""),
            "gp_id": np.where(people.listed, clinician_ids("C", people.gp.max() + 1)[people.gp], ""),
            "birth_year": people.born,
            "sex": np.where(people.female, "female", "male"),
            "imd": people.imd,
            "conditions": people.conditions,
        }
    )


def _last(people: People) -> int:
    return int(people.ended.max())


def _days(months: "np.ndarray") -> "np.ndarray":
    """The first day of each month, counted from January 1970."""
    return months.astype("datetime64[M]").astype("datetime64[D]")


def patient_ids(people: People, root: int) -> "np.ndarray":
    """A pseudonym for each person, which says nothing of the practice."""
    import numpy as np

    number = stream(root, "contacts.pseudonyms").permutation(len(people)) + 1
    return np.array([f"G{each:06d}" for each in range(len(people) + 1)], dtype=object)[number]


def clinician_ids(letter: str, size: int) -> "np.ndarray":
    """Pseudonyms of clinicians."""
    import numpy as np

    return np.array([f"{letter}{each:05d}" for each in range(1, size + 1)], dtype=object)
