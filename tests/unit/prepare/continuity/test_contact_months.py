"""Contacts by month: the usual clinician is told from the months before, as a plain count would tell it."""

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.months import month_number
from analysis.plan.terms import Period
from analysis.prepare.contacts.contact_codes import Codes, month_of_day
from analysis.prepare.contacts.contact_windows import Windows
from analysis.prepare.contacts.judged import Judged
from analysis.prepare.continuity.contact_months import add, empty_counts, panel

MONTHS = Period(first="2008-12", last="2010-03")
WINDOWS = Windows({-1: "2009-01", 0: "2009-05", 1: "2009-09"}, 4)
CONTACTS = st.tuples(
    st.integers(0, 3), st.integers(0, 2), st.integers(0, 480), st.integers(0, 4), st.sampled_from([True, False, None])
)


def counted(contacts: list[tuple[Any, ...]]) -> "np.typing.NDArray[np.int64]":
    """What the step counts of contacts: patient, practice, day of the study, clinician, with the registered GP."""
    codes, counts = Codes.of(3, 5, 1, MONTHS, WINDOWS), empty_counts(3, MONTHS)
    own = {None: 0, False: 1, True: 2}
    rows = sorted(
        (patient, practice << codes.practice | day << codes.day | clinician << codes.clinician | own[registered])
        for patient, practice, day, clinician, registered in contacts
    )
    patients, numbers = np.array([each for each, _ in rows], np.int32), np.array([code for _, code in rows])
    add(Judged(4, patients, numbers, np.empty(0, np.int16)), codes, WINDOWS.months, counts)
    return counts


@settings(max_examples=60, deadline=None)
@given(st.lists(CONTACTS, min_size=1, max_size=40, unique_by=lambda each: each[:4]))
def test_counts_are_those_of_a_plain_count(contacts: list[tuple[Any, ...]]) -> None:
    month_of = month_of_day(MONTHS)
    expected = empty_counts(3, MONTHS)
    for patient, practice, day, clinician, own in contacts:
        month = month_of[day]
        if not 1 <= month <= 12:
            continue
        before = [
            each for each in contacts if each[:2] == (patient, practice) and month - 4 <= month_of[each[2]] < month
        ]
        seen = Counter(each[3] for each in before)
        latest = {one: max(each[2] for each in before if each[3] == one) for one in seen}
        usual = max(seen, key=lambda one: (seen[one], latest[one], -one), default=None)
        told = [1, usual == clinician, usual is not None, own is True, own is not None]
        expected[practice, month] += np.array(told, dtype=np.int64)
    assert (counted(contacts) == expected).all()


def test_the_panel_says_which_month_and_how_long_after_the_start() -> None:
    counts = empty_counts(2, MONTHS)
    counts[0, 5], counts[1, 1] = (4, 2, 3, 1, 2), (7, 0, 0, 0, 0)
    groups = pd.DataFrame({
        "practice_id": ["P1", "P2"], "site_id": ["S1", ""], "cluster_id": ["site S1", "region R1"],
        "pilot": [True, False], "start": pd.array([month_number("2009-05"), None], dtype="Int64"),
    })  # fmt: skip
    rows = panel(counts, groups, MONTHS)
    assert rows[["practice_id", "month", "contacts", "with_usual", "of_known"]].to_numpy().tolist() == [
        ["P1", "2009-05", 4, 2, 3], ["P2", "2009-01", 7, 0, 0],
    ]  # fmt: skip
    assert rows["after"].tolist() == [True, False]
    assert rows["event_time"].iloc[0] == 0
    assert np.isnan(rows["event_time"].iloc[1])
