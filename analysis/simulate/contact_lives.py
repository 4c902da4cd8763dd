"""Month by month: how ill each registered patient is, how often in contact and with whom, and the admissions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.simulate.continuity_world import CareWorld
from analysis.simulate.patient_events import stream
from analysis.simulate.registered import IMD, People

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Places:
    """What changes in the practices, by practice and month.

    Attributes
    ----------
    since : (practices, months) float
        Months since the start of the pilot; NaN in comparison practices.
    grown : (practices, months) float
        Tenths by which the list has grown since the first month.
    area : (practices,) int
        The pilot site or region.
    gps : (practices,) int
        GPs with a list.
    """

    since: "np.ndarray"
    grown: "np.ndarray"
    area: "np.ndarray"
    gps: "np.ndarray"


@dataclass(frozen=True)
class Chances:
    """The chance of the own GP by month and person, in a month that is neither good nor bad.

    Attributes
    ----------
    told : (months, persons) float
        As it is.
    no_pilots, no_growth : (months, persons) float
        Had there been no pilots; had no list grown.
    """

    told: "np.ndarray"
    no_pilots: "np.ndarray"
    no_growth: "np.ndarray"


@dataclass(frozen=True)
class Seen:
    """Contacts with a GP, one entry per contact in each array.

    Attributes
    ----------
    month, person : int
        When and who.
    draw : float
        Even random numbers; the contact is with the own GP where it is below the chance.
    busy : float
        What the month takes from the chance.
    other : int
        Who it is otherwise, numbered like the GPs; -1 where nobody is named.
    extra : bool
        Whether the contact is there because of the pilots.
    """

    month: "np.ndarray"
    person: "np.ndarray"
    draw: "np.ndarray"
    busy: "np.ndarray"
    other: "np.ndarray"
    extra: "np.ndarray"

    def own(self, chances: "np.ndarray") -> "np.ndarray":
        """Whether each contact is with the own GP, with these chances by month and person."""
        import numpy as np

        return np.asarray(self.draw < np.clip(chances[self.month, self.person] - self.busy, 0.02, 0.98))


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
    """The chance of the own GP with and without what the pilots and growth do to it."""
    import numpy as np

    seeing, months = care.seeing, places.since.shape[1]
    shocks = stream(root, "contacts.shocks").normal(0, seeing.shock, (places.area.max() + 1, -(-months // 12)))
    yearly = np.repeat(shocks, 12, axis=1)[places.area, :months] + seeing.drift * np.arange(months) / 12
    level = (yearly.T[:, people.practice] + people.usual).astype(np.float32)
    growth = (seeing.growth * places.grown).T.astype(np.float32)[:, people.practice]
    after = (places.since >= 0).T[:, people.practice]
    effect = (after * (seeing.effect + seeing.effect_imd * (people.imd - IMD))).astype(np.float32)
    return Chances(told=level + growth + effect, no_pilots=level + growth, no_growth=level + effect)


def present(people: People, months: int) -> "np.ndarray":
    """Whether each patient is registered and alive, by month and person."""
    import numpy as np

    month = np.arange(months)[:, None]
    return np.asarray((month >= people.joined) & (month < people.ended))


def contacts_of(care: CareWorld, people: People, places: Places, state: "np.ndarray", root: int) -> Seen:
    """Draw the contacts with GPs; those that the pilots add have random numbers of their own."""
    import numpy as np

    often = care.contacting
    rate = present(people, len(state)) * np.exp(people.log_contacts.astype(np.float32) + often.crisis * state)
    after = (places.since >= 0).T[:, people.practice]
    base = _spread(rate, stream(root, "contacts.seen"))
    more = _spread(rate * after * (often.effect - 1), stream(root, "contacts.extra"))
    month, person = (np.concatenate(pair) for pair in zip(base, more, strict=True))
    random = stream(root, "contacts.whom")
    return Seen(
        month, person, random.random(len(month)), care.seeing.busy * np.maximum(state[month, person], 0),
        _others(care, people, places, person, random), np.arange(len(month)) >= len(base[0]),
    )  # fmt: skip


def _spread(rate: "np.ndarray", random: "np.random.Generator") -> "tuple[np.ndarray, np.ndarray]":
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

    gps = places.gps[people.practice[person]]
    first = (np.cumsum(places.gps) - places.gps)[people.practice[person]]
    own = people.gp[person] - first
    step = (random.random(len(person)) * gps).astype(int)
    # Counted on from the own GP, so that the own GP is never met; the last place is the GP without a list.
    place = (own + 1 + step) % (gps + 1)
    floating = places.gps.sum() + people.practice[person]
    other = np.where(place == gps, floating, first + place)
    return np.where(random.random(len(person)) < care.contacting.unknown, -1, other)


def admissions_of(
    care: CareWorld, people: People, chances: Chances, state: "np.ndarray", root: int
) -> "dict[str, tuple[np.ndarray, np.ndarray]]":
    """The month and the person of every admission, of the conditions that care can prevent (acsc) and of others."""
    import numpy as np

    ward, here = care.admitting, present(people, len(state))
    rate = here * np.exp(people.log_admissions.astype(np.float32) + ward.crisis * state - ward.crisis**2 / 2)
    cared = np.exp(np.log(ward.effect) / 0.2 * (np.clip(chances.told, 0.02, 0.98) - care.seeing.mean))
    return {
        "acsc": _spread(rate * cared, stream(root, "contacts.acsc")),
        "other": _spread(rate * ward.other, stream(root, "contacts.other")),
    }
