"""What is wrong with the records of contacts in the reference pilots, so that checks of quality have work to do.

Only comparison practices record wrongly, so that the pilots' true effects stay what they are.
"""

from typing import TYPE_CHECKING

from analysis.simulate.continuity.contact_tables import in_order
from analysis.simulate.matched_cohort.patient_events import stream

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.simulate.continuity.continuity_world import Blemishes

WAYS = ("one_id", "locums", "telephone", "lender", "borrower", "lost_year")
# ASSUME: such practices name nobody for four contacts in ten.
LOCUMS = 0.4
DAYS = 200


def blemished(
    blemishes: "Blemishes", contacts: "pd.DataFrame", registrations: "pd.DataFrame", practices: "pd.DataFrame",
    *, first: str, months: int, root: int,
) -> "tuple[pd.DataFrame, pd.DataFrame]":  # fmt: skip
    """The tables of contacts and registrations with what is wrong in them.

    Parameters
    ----------
    blemishes : Blemishes
        What goes wrong.
    contacts, registrations, practices : DataFrame
        The tables without fault.
    first : str
        First month, YYYY-MM.
    months : int
        Number of months.
    root : int
        The data set's seed.
    """
    import pandas as pd

    random = stream(root, "contacts.blemishes")
    odd = chosen(practices, random) if blemishes.practices else {}
    lent = _lent(registrations, odd)
    contacts = _in_practices(contacts, odd, lent, first, random)
    strays = [
        _misdated(contacts, registrations, "died", blemishes.after_death, first, months, random),
        _misdated(contacts, registrations, "registered", blemishes.before_registration, first, months, random),
        contacts.sample(min(blemishes.repeated, len(contacts)), random_state=random),
    ]
    own = registrations["practice_id"] == odd.get("borrower")
    gps = registrations["gp_id"].where(~own, registrations["gp_id"].replace(lent))
    return in_order(pd.concat([contacts, *strays])), registrations.assign(gp_id=gps)


def chosen(practices: "pd.DataFrame", random: "np.random.Generator") -> dict[str, str]:
    """By way to record wrongly, the comparison practice that does, with two GPs or more."""
    able = practices.loc[(practices["site_id"] == "") & (practices["gp_fte"] >= 2), "practice_id"].to_numpy()
    return dict(zip(WAYS, random.permutation(able).tolist(), strict=False))


def _lent(registrations: "pd.DataFrame", odd: dict[str, str]) -> dict[str, str]:
    """By GP of the borrowing practice, the id of a GP of the other one; two at most."""
    if "borrower" not in odd:
        return {}
    ids = [
        sorted(set(registrations.loc[registrations["practice_id"] == odd[way], "gp_id"]) - {""})[:2]
        for way in ("borrower", "lender")
    ]
    return dict(zip(*ids, strict=False))


def _in_practices(
    contacts: "pd.DataFrame", odd: dict[str, str], lent: dict[str, str], first: str, random: "np.random.Generator"
) -> "pd.DataFrame":
    if not odd:
        return contacts
    way = contacts["practice_id"].map({practice: way for way, practice in odd.items()})
    doctor, clinician, mode = contacts["role"] == "gp", contacts["clinician_id"], contacts["mode"]
    one = clinician[doctor & (way == "one_id")].min()
    nobody = doctor & (way == "locums") & (random.random(len(way)) < LOCUMS)
    clinician = clinician.mask(doctor & (way == "one_id"), one).mask(nobody, "unknown")
    borrowed = clinician.mask(way == "borrower", clinician.where(way == "borrower").replace(lent))
    spoken = mode.mask((way == "telephone") & (mode != "administration"), "telephone")
    year = f"{int(first[:4]) + 1}{first[4:]}", f"{int(first[:4]) + 2}{first[4:]}"
    lost = (way == "lost_year") & (contacts["date"] >= year[0]) & (contacts["date"] < year[1])
    return contacts.assign(clinician_id=borrowed, mode=spoken)[~lost].drop_duplicates()


def _misdated(
    contacts: "pd.DataFrame", registrations: "pd.DataFrame", column: str, size: int, first: str, months: int,
    random: "np.random.Generator",
) -> "pd.DataFrame":  # fmt: skip
    """Contacts of some patients once more, on a day after death or before registration, within the months."""
    import numpy as np
    import pandas as pd

    day = pd.to_datetime(registrations.set_index("patient_id")[column].replace("", None))
    start, steps = np.datetime64(first, "M"), random.integers(1, DAYS, len(day))
    moved = day + pd.to_timedelta(steps if column == "died" else -steps, unit="D")
    within = moved[(moved >= start) & (moved < start + months)].dt.strftime("%Y-%m-%d")
    usable = contacts[contacts["patient_id"].isin(within.index)].drop_duplicates("patient_id")
    some = usable.sample(min(size, len(usable)), random_state=random)
    return some.assign(date=some["patient_id"].map(within))
