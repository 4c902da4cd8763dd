"""Month by month: how ill each registered patient is, how often in contact and with whom, and the admissions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.simulate.continuity.continuity_world import CareWorld
from analysis.simulate.continuity.registered import IMD, People, gps_of
from analysis.simulate.matched_cohort.patient_events import stream
from analysis.simulate.outcomes.lists import Lists

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# ASSUME: nobody is certain to see the own GP, or certain not to.
LOWEST, HIGHEST = 0.02, 0.98


@dataclass(frozen=True)
class Places:
    """What changes in the practices.

    Attributes
    ----------
    since : (practices, months) float
        Months since the start of the pilot; NaN in comparison practices.
    grown : (practices, months) float
        Tenths by which the practice's own list has grown since the first month, without what a merger brought.
    merged : (practices, months) bool
        Whether the practice has taken over the list of another.
    area : (practices,) int
        The pilot site or region.
    gps : (practices,) int
        GPs with a list.
    """

    since: "np.ndarray"
    grown: "np.ndarray"
    merged: "np.ndarray"
    area: "np.ndarray"
    gps: "np.ndarray"

    @property
    def months(self) -> int:
        """The number of months."""
        return int(self.since.shape[1])


@dataclass(frozen=True)
class Chances:
    """The chance of the own GP in a month that is neither good nor bad, (months, persons) each.

    Attributes
    ----------
    actual : float
        As it is.
    no_pilots, no_growth, no_mergers : float
        Had there been no pilots; had no list grown by itself; had no practices merged.
    """

    actual: "np.ndarray"
    no_pilots: "np.ndarray"
    no_growth: "np.ndarray"
    no_mergers: "np.ndarray"


@dataclass(frozen=True)
class Seen:
    """Contacts with a GP, one entry per contact in each array.

    Attributes
    ----------
    month, person : int
        When and who.
    draw : float
        Even random numbers: the contact is with the own GP where it is below the chance.
    busy : float
        What a bad month takes from the chance.
    other : int
        Who it is otherwise, numbered like the GPs and then one more for each practice; -1 where nobody is named.
    extra : bool
        Whether the contact is there because of the pilots.
    """

    month: "np.ndarray"
    person: "np.ndarray"
    draw: "np.ndarray"
    busy: "np.ndarray"
    other: "np.ndarray"
    extra: "np.ndarray"

    def whom(self, people: People, chances: "np.ndarray") -> "np.ndarray":
        """The clinician of each contact, with these chances by month and person."""
        import numpy as np

        own = self.draw < np.clip(chances[self.month, self.person] - self.busy, LOWEST, HIGHEST)
        return np.where(own, people.gp[self.person], self.other)


def places_of(practices: "pd.DataFrame", since: "np.ndarray", lists: Lists) -> Places:
    """What changes in the practices.

    Parameters
    ----------
    practices : DataFrame
        The reference pilots' own.
    since : (practices, months) float
        Months since the start of the pilot; NaN in comparison practices.
    lists : Lists
        Registered patients.
    """
    import numpy as np

    area = practices["site_id"].where(practices["site_id"] != "", practices["region"])
    grown = np.log(lists.own / lists.own[:, :1]) / np.log(1.1)
    return Places(since, grown, lists.gained > 0, np.unique(area, return_inverse=True)[1], gps_of(practices))


def states(care: CareWorld, people: int, months: int, root: int) -> "np.ndarray":
    """The state of each patient, by month and person: mean 0, standard deviation 1."""
    import numpy as np

    random = stream(root, "contacts.states")
    rows = [random.standard_normal(people, np.float32)]
    for _ in range(months - 1):
        shock = random.standard_normal(people, np.float32)
        rows.append(care.memory * rows[-1] + (1 - care.memory**2) ** 0.5 * shock)
    return np.array(rows)


def chances_of(care: CareWorld, people: People, places: Places, root: int) -> Chances:
    """The chance of the own GP, with and without what the pilots, growth and mergers do to it."""
    import numpy as np

    seeing, years = care.seeing, -(-places.months // 12)
    shocks = stream(root, "contacts.shocks").normal(0, seeing.shock, (places.area.max() + 1, years))
    yearly = np.repeat(shocks, 12, axis=1)[:, : places.months][places.area]
    drift = seeing.drift * np.arange(places.months) / 12
    level = _by_person(people, yearly + drift) + (people.expected + people.own).astype(np.float32)
    growth = _by_person(people, seeing.growth * places.grown)
    effect = _by_person(people, places.since >= 0) * pilots_change(care, people).astype(np.float32)
    merger = _by_person(people, seeing.merger * places.merged)
    apart = level + growth + effect
    return Chances(
        actual=apart + merger, no_pilots=level + growth + merger, no_growth=level + effect + merger, no_mergers=apart
    )


def pilots_change(care: CareWorld, people: People) -> "np.ndarray":
    """What the pilots do to the chance of each patient, were the practice in one."""
    return care.seeing.effect + care.seeing.effect_imd * (people.imd - IMD)


def _by_person(people: People, of_practices: "np.ndarray") -> "np.ndarray":
    """What is known by practice and month, by month and person."""
    import numpy as np

    return of_practices.astype(np.float32).T[:, people.practice]


def registered_alive(people: People, months: int) -> "np.ndarray":
    """Whether each patient is registered and alive, by month and person."""
    import numpy as np

    month = np.arange(months)[:, None]
    return np.asarray((month >= people.joined) & (month < people.ended))


def contacts_of(care: CareWorld, people: People, places: Places, state: "np.ndarray", root: int) -> Seen:
    """Draw the contacts with GPs; those that the pilots add have random numbers of their own."""
    import numpy as np

    often = care.contacting
    rate = registered_alive(people, places.months) * np.exp(
        people.log_contacts.astype(np.float32) + often.crisis * state
    )
    more = rate * _by_person(people, places.since >= 0) * (often.effect - 1)
    base, added = _each(rate, stream(root, "contacts.seen")), _each(more, stream(root, "contacts.added"))
    month, person = (np.concatenate(pair) for pair in zip(base, added, strict=True))
    random = stream(root, "contacts.whom")
    return Seen(
        month, person, random.random(len(month)), care.seeing.busy * np.maximum(state[month, person], 0),
        _others(care, people, places, person, random), np.arange(len(month)) >= len(base[0]),
    )  # fmt: skip


def _each(rate: "np.ndarray", random: "np.random.Generator") -> "tuple[np.ndarray, np.ndarray]":
    """The month and the person of every event."""
    import numpy as np

    count = random.poisson(rate)
    month, person = np.nonzero(count)
    times = count[month, person]
    return np.repeat(month, times), np.repeat(person, times)


def _others(
    care: CareWorld, people: People, places: Places, person: "np.ndarray", random: "np.random.Generator"
) -> "np.ndarray":
    """Another clinician of the practice, each as likely: the other GPs with a list, and one GP without."""
    import numpy as np

    practice = people.practice[person]
    gps, first = places.gps[practice], (np.cumsum(places.gps) - places.gps)[practice]
    # Counted on from the own GP, so that the own GP is never met; the last place is the GP without a list.
    place = (people.gp[person] - first + 1 + (random.random(len(person)) * gps).astype(int)) % (gps + 1)
    other = np.where(place == gps, places.gps.sum() + practice, first + place)
    return np.where(random.random(len(person)) < care.contacting.unknown, -1, other)


def admissions_of(
    care: CareWorld, people: People, chances: Chances, state: "np.ndarray", root: int
) -> "dict[str, tuple[np.ndarray, np.ndarray]]":
    """The month and the person of every admission: for conditions that care can prevent (``acsc``), and others."""
    import numpy as np

    ward, here = care.admitting, registered_alive(people, len(state))
    rate = here * np.exp(people.log_admissions.astype(np.float32) + ward.crisis * state - ward.crisis**2 / 2)
    steps = ((np.clip(each, LOWEST, HIGHEST) - care.seeing.mean) / 0.2 for each in (chances.actual, chances.no_mergers))
    now, apart = (rate * np.exp(np.log(ward.effect) * each) for each in steps)
    # What mergers add has random numbers of its own, so that they move nothing in other practices.
    base = np.minimum(now, apart)
    parts = _each(base, stream(root, "contacts.acsc")), _each(now - base, stream(root, "contacts.mergers"))
    month, person = (np.concatenate(pair) for pair in zip(*parts, strict=True))
    return {"acsc": (month, person), "other": _each(rate * ward.other, stream(root, "contacts.other"))}
