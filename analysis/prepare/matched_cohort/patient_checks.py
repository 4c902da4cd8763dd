"""Checks of the table of patients beside the practices and the plan: who is a case, who a candidate, and when."""

from typing import TYPE_CHECKING

from analysis.plan.terms import Period
from analysis.prepare.contract.absurd import patient_absurd
from analysis.prepare.contract.checks import unknown_practices
from analysis.prepare.contract.faults import Fault, shown
from analysis.prepare.contract.raw_files import Raw

if TYPE_CHECKING:
    import pandas as pd


def patient_faults(patients: Raw, practices: Raw, months: Period) -> list[Fault]:
    """What is wrong with the table of patients.

    Parameters
    ----------
    patients, practices : Raw
        The two tables.
    months : Period
        The months of the study; the intervention begins within them.
    """
    return [
        *unknown_practices(patients, practices),
        *_empty_groups(patients),
        *_index_months(patients, months),
        *_deaths(patients),
        *_places(patients, practices),
        *patient_absurd(patients),
    ]


def _empty_groups(patients: Raw) -> list[Fault]:
    treated = patients.frame["treated"] == 1
    groups = {
        "case": (treated, "add the patients of the intervention, with `treated` 1"),
        "candidate": (~treated, "add patients of comparison practices, with `treated` 0"),
    }
    return [
        patients.fault("values", "treated", (), f"there is no {name}", "cases and candidates", mend)
        for name, (members, mend) in groups.items()
        if not members.any()
    ]


def _index_months(patients: Raw, months: Period) -> list[Fault]:
    frame = patients.frame
    treated, index = frame["treated"] == 1, frame["index_month"]
    outside = treated & (index != "") & ~index.between(months.first, months.last)
    cases = [
        (treated & (index == ""), "a case has no index month", "a month", "give the first month of the intervention"),
        (
            ~treated & (index != ""), "a candidate has an index month", "an empty cell",
            "leave it empty: the month comes from the case that the candidate is matched to",
        ),
        (
            outside, f"the intervention begins in {shown(index[outside].min())}",
            f"a month from {months.first} to {months.last}", "correct the month, or `pilots.months` in the study file",
        ),
    ]  # fmt: skip
    return [_fault(patients, "months", "index_month", *each) for each in cases if each[0].any()]


def _deaths(patients: Raw) -> list[Fault]:
    frame = patients.frame
    early = (frame["death_month"] != "") & (frame["index_month"] > frame["death_month"])
    expected = "an index_month not after the death_month"
    mend = "correct the months, or leave out patients who died before the intervention"
    found = "a patient died before the intervention began"
    return [_fault(patients, "months", "index_month, death_month", early, found, expected, mend)] if early.any() else []


def _places(patients: Raw, practices: Raw) -> list[Fault]:
    """A control of the same practice could have had part of the intervention."""
    frame, site = patients.frame, practices.frame.drop_duplicates("practice_id").set_index("practice_id")["site_id"]
    home = frame["practice_id"].map(site)
    cases = [
        ((frame["treated"] == 1) & (home == ""), "a case is registered with a comparison practice"),
        ((frame["treated"] == 0) & home.fillna("").ne(""), "a candidate is registered with a pilot practice"),
    ]
    expected = "cases of pilot practices, candidates of others"
    mend = "correct practice_id or treated, or leave the patient out"
    return [
        _fault(patients, "references", "practice_id", wrong, found, expected, mend)
        for wrong, found in cases
        if wrong.any()
    ]


def _fault(
    patients: Raw, check: str, column: str, wrong: "pd.Series[bool]", found: str, expected: str, mend: str
) -> Fault:
    return patients.fault(check, column, patients.frame.index[wrong], found, expected, mend)
