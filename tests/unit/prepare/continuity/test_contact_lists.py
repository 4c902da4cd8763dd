"""Contacts by clinician and window, and who has a list, as a plain count would tell them."""

from collections import Counter
from typing import Any

import duckdb
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.plan.terms import Period
from analysis.prepare.contacts.contact_codes import OUTSIDE, Codes
from analysis.prepare.contacts.contact_windows import Windows
from analysis.prepare.contacts.judged import Judged
from analysis.prepare.contacts.registration_spans import Spans
from analysis.prepare.continuity.contact_lists import empty_counts, tables

MONTHS = Period(first="2008-12", last="2010-03")
# Days 31 to 150, 151 to 273 and 274 to 395 of the study.
WINDOWS = Windows({-1: "2009-01", 0: "2009-05", 1: "2009-09"}, 4)
BEGINS = {-1: (31, 151), 0: (151, 274), 1: (274, 396)}
# Practice 1 has nobody.
CLINICIANS = {0: 3, 2: 5}
WHO = st.sampled_from([(practice, at) for practice, many in CLINICIANS.items() for at in range(many)])
CONTACTS = st.lists(st.tuples(WHO, st.integers(0, 480), st.sampled_from([None, False, True])), max_size=60)
SPANS = st.lists(st.tuples(WHO, st.integers(-300, 480), st.integers(0, 500), st.booleans()), max_size=20)


def found(contacts: list[Any], spans: list[Any]) -> tuple[list[Any], list[Any]]:
    """The rows of the tables `seen` and `holders`, in order."""
    codes, own = Codes.of(3, 5, 1, MONTHS, WINDOWS), {None: 0, False: 1, True: 2}
    numbers = [
        practice << codes.practice | day << codes.day | clinician << codes.clinician | own[registered]
        for (practice, clinician), day, registered in contacts
    ]
    parts = np.array([codes.part_of[day] for _, day, _ in contacts], dtype=np.int16)
    rows = [(practice, day, day + long, gp if known else -1) for (practice, gp), day, long, known in spans]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE practices AS SELECT range::INTEGER AS practice FROM range(3)")
        connection.execute("CREATE TABLE clinicians (practice INTEGER, clinician INTEGER)")
        for practice, many in CLINICIANS.items():
            connection.execute(f"INSERT INTO clinicians SELECT {practice}, range FROM range({many})")
        counts = empty_counts(connection, codes)
        for half in (slice(None, None, 2), slice(1, None, 2)):
            some = np.array(numbers, dtype=np.int64)[half].copy()
            counts.add(Judged(1, np.zeros(len(some), np.int32), some, parts[half].copy()), codes)
        counts.add_holders(Spans(np.array(rows, dtype=np.int64).reshape(-1, 4), np.array([0, len(rows)]), np.zeros(1)))
        tables(connection, counts)
        return tuple(  # type: ignore[return-value]
            connection.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in ("seen", "holders")
        )


@settings(max_examples=30, deadline=None)
@given(CONTACTS, SPANS)
def test_counts_are_those_of_a_plain_count(contacts: list[Any], spans: list[Any]) -> None:
    seen: dict[Any, Counter[str]] = {}
    for (practice, clinician), day, own in contacts:
        for part, (begins, ends) in BEGINS.items():
            if begins <= day < ends:
                told = seen.setdefault((practice, part, clinician), Counter())
                told.update(["contacts", *["own"] * (own is True), *["listed"] * (own is not None)])
    holders = {
        (practice, part, gp)
        for (practice, gp), day, long, known in spans
        for part, (begins, ends) in BEGINS.items()
        if known and day < ends and day + long >= begins
    }
    expected = sorted((*who, told["contacts"], told["own"], told["listed"]) for who, told in seen.items())
    assert found(contacts, spans) == (expected, sorted(holders))


def test_the_windows_are_those_of_the_calendar() -> None:
    codes = Codes.of(3, 5, 1, MONTHS, WINDOWS)
    days = np.datetime64("2008-12-01") + np.arange(len(codes.part_of))
    for part, (begins, ends) in BEGINS.items():
        inside = days[codes.part_of == part]
        assert inside[0] == np.datetime64("2008-12-01") + begins
        assert inside[-1] == np.datetime64("2008-12-01") + ends - 1
    assert codes.part_of[0] == OUTSIDE
