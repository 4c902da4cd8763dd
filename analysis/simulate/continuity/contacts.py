"""Contacts with general practice in the reference pilots, what goes with them, and the truth about them."""

from typing import TYPE_CHECKING

from analysis.simulate.continuity import contact_tables
from analysis.simulate.continuity.contact_blemishes import blemished
from analysis.simulate.continuity.contact_lives import admissions_of, chances_of, contacts_of, places_of, states
from analysis.simulate.continuity.contact_truth import Truth, truths
from analysis.simulate.continuity.continuity_world import CareWorld
from analysis.simulate.continuity.registered import people_of
from analysis.simulate.outcomes.lists import Lists

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def continuity(
    care: CareWorld, practices: "pd.DataFrame", since: "np.ndarray", lists: Lists, *, first: str, root: int
) -> "tuple[dict[str, pd.DataFrame], Truth]":
    """The tables contacts, registrations and spells, and the truth.

    Parameters
    ----------
    care : CareWorld
        Sizes, rates and effects.
    practices : DataFrame
        The reference pilots' own.
    since : (practices, months) float
        Months since the start of the pilot; NaN in comparison practices.
    lists : Lists
        Registered patients.
    first : str
        First month, YYYY-MM.
    root : int
        The data set's seed; every table draws from streams of its own.
    """
    places = places_of(practices, since, lists)
    people = people_of(care, practices, places.months, root)
    state = states(care, len(people), places.months, root)
    chances = chances_of(care, people, places, root)
    seen = contacts_of(care, people, places, state, root)
    contacts, registrations = blemished(
        care.blemishes,
        contact_tables.contacts(care, people, seen, seen.whom(people, chances.actual), practices, first, root),
        contact_tables.registrations(people, practices, first, places.months, root),
        practices, first=first, months=places.months, root=root,
    )  # fmt: skip
    admissions = admissions_of(care, people, chances, state, root)
    spells = contact_tables.spells(people, admissions, practices, first, root)
    tables = {"contacts": contacts, "registrations": registrations, "spells": spells}
    return tables, truths(care, people, places, chances, seen, practices, root)
