"""Registered patients of the reference pilots: practice, personal GP, age, sex, deprivation and conditions."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.simulate.continuity.continuity_world import CareWorld, Registered
from analysis.simulate.matched_cohort.patient_events import stream

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# The patient and the practice of whom rates and chances are told.
AGE, CONDITIONS, IMD, LIST = 72, 2, 24.0, 7000


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
    joined, ended : int
        Months from the first one: in which the patient registers (negative: before it), and from which on there are no
        more contacts.
    died : bool
        Whether the patient dies in the month `ended`.
    age : float
        Years, in the first month.
    imd, conditions, female :
        What is recorded of the patient.
    expected, own : float
        The chance of the own GP: what practice and patient make expect, and what comes on top for practice, list and
        patient by chance.
    log_contacts, log_admissions : float
        Log rates per month.
    """

    practice: "np.ndarray"
    gp: "np.ndarray"
    listed: "np.ndarray"
    joined: "np.ndarray"
    ended: "np.ndarray"
    died: "np.ndarray"
    age: "np.ndarray"
    imd: "np.ndarray"
    conditions: "np.ndarray"
    female: "np.ndarray"
    expected: "np.ndarray"
    own: "np.ndarray"
    log_contacts: "np.ndarray"
    log_admissions: "np.ndarray"

    def __len__(self) -> int:
        """The number of persons."""
        return len(self.practice)


def gps_of(practices: "pd.DataFrame") -> "np.ndarray":
    """The GPs with a list of their own in each practice."""
    import numpy as np

    return np.asarray(np.maximum(1, practices["gp_fte"].round()), int)


def people_of(care: CareWorld, practices: "pd.DataFrame", months: int, root: int) -> People:
    """Draw the registered patients of all practices.

    Parameters
    ----------
    care : CareWorld
        Sizes and rates.
    practices : DataFrame
        The reference pilots' own.
    months : int
        Number of months.
    root : int
        The data set's seed.
    """
    import numpy as np

    settings, random, gps = care.registered, stream(root, "contacts.people"), gps_of(practices)
    home = np.repeat(np.arange(len(practices)), gps * settings.per_gp)
    size = len(home)
    older = random.random(size) < settings.older
    age = np.where(older, random.uniform(60, 84, size), random.uniform(18, 95, size))
    conditions = random.poisson(np.clip(settings.conditions + 0.04 * (age - AGE), 0.1, None)).clip(max=9)
    imd = np.clip(practices["imd"].to_numpy()[home] + random.normal(0, settings.imd_spread, size), 1, 80).round(1)
    gp = (np.cumsum(gps) - gps)[home] + (random.random(size) * gps[home]).astype(int)
    joined, ended, died = _spans(settings, age, conditions, months, random)
    return People(
        home, gp, random.random(size) >= settings.unlisted, joined, ended, died, age, imd, conditions,
        random.random(size) < 0.54, expected_chance(care, practices, home, age, imd, conditions),
        _own(care, gp, home, root), *_rates(care, age, imd, conditions, root),
    )  # fmt: skip


def _spans(
    settings: Registered, age: "np.ndarray", conditions: "np.ndarray", months: int, random: "np.random.Generator"
) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
    """When each patient registers and is gone, and whether by death."""
    import numpy as np

    before = -(random.random(len(age)) * np.minimum(480, 12 * age)).astype(int) - 1
    joined = np.where(random.random(len(age)) < settings.joining, random.integers(1, months, len(age)), before)
    hazard = settings.hazard * np.exp(0.9 * (age - AGE) / 10 + 0.1 * (conditions - CONDITIONS))
    since = np.maximum(joined, 0)
    dies, leaves = (since + random.geometric(np.clip(rate, 1e-9, 0.5), len(age)) for rate in (hazard, settings.leaving))
    return joined, np.minimum(dies, leaves).clip(max=months), (dies <= leaves) & (dies < months)


def expected_chance(
    care: CareWorld, practices: "pd.DataFrame", home: "np.ndarray", age: "np.ndarray", imd: "np.ndarray",
    conditions: "np.ndarray",
) -> "np.ndarray":  # fmt: skip
    """The chance of the own GP that practice and patient make expect."""
    import numpy as np

    seeing, doublings = care.seeing, np.log2(practices["list_size"].to_numpy() / LIST)[home]
    patient = seeing.imd * (imd - IMD) + seeing.age * (age - AGE) / 10 + seeing.conditions * (conditions - CONDITIONS)
    return np.asarray(seeing.mean + seeing.size * doublings + patient)


def _own(care: CareWorld, gp: "np.ndarray", home: "np.ndarray", root: int) -> "np.ndarray":
    """What practice, list and patient add to the chance."""
    import numpy as np

    seeing, random = care.seeing, stream(root, "contacts.chances")
    practice, lists = random.normal(0, seeing.practice, home.max() + 1), random.normal(0, seeing.list, gp.max() + 1)
    return np.asarray(practice[home] + lists[gp] + random.normal(0, seeing.patient, len(home)))


def _rates(
    care: CareWorld, age: "np.ndarray", imd: "np.ndarray", conditions: "np.ndarray", root: int
) -> "tuple[np.ndarray, np.ndarray]":
    """Log rates of contacts and of admissions."""
    import numpy as np

    often, ward, random = care.contacting, care.admitting, stream(root, "contacts.rates")
    tens, ill = (age - AGE) / 10, conditions - CONDITIONS
    contacts = np.log(often.rate) + often.age * tens + often.conditions * ill
    admissions = np.log(ward.rate) + ward.age * tens + ward.conditions * ill + ward.imd * (imd - IMD)
    return (
        contacts + random.normal(0, often.spread, len(age)),
        admissions + random.normal(0, ward.spread, len(age)),
    )


def redrawn(care: CareWorld, people: People, root: int) -> People:
    """The same patients, each with a chance of the own GP that owes nothing to those of the same list or practice."""
    spread = (care.seeing.practice**2 + care.seeing.list**2 + care.seeing.patient**2) ** 0.5
    return replace(people, own=stream(root, "contacts.redrawn").normal(0, spread, len(people)))
