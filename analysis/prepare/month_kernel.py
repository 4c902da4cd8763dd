"""Compiled loops of the counts by month: whom a patient saw most before each month.

A contact is one number of 64 bits, as the query of :mod:`analysis.prepare.contact_months` packs it. This module is
imported where the loops run, for it compiles them.
"""

from typing import TYPE_CHECKING

import numba
import numpy as np

from analysis.prepare.index_kernel import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

NUMBERS, CODE = numba.int64[::1], numba.int64
PRACTICE, DAY, CLINICIAN = 40, 24, 3
DAYS, CLINICIANS = (1 << PRACTICE - DAY) - 1, (1 << DAY - CLINICIAN) - 1


@compiled(numba.int32[::1], NUMBERS)
def grouped(patients: "NDArray[np.int32]", codes: "Integers") -> "tuple[Integers, Integers]":
    """Contacts patient by patient, each patient's in order, and where each patient's begin."""
    starts = np.zeros(patients.max() + 2, dtype=np.int64)
    for patient in patients:
        starts[patient + 1] += 1
    starts = np.cumsum(starts)
    ends, out = starts[:-1].copy(), np.empty_like(codes)
    for i in range(len(codes)):
        out[ends[patients[i]]] = codes[i]
        ends[patients[i]] += 1
    for patient in range(len(starts) - 1):
        out[starts[patient] : starts[patient + 1]].sort()
    return out, starts


@compiled(NUMBERS, NUMBERS, NUMBERS)
def most_seen(codes: "Integers", seen: "Integers", latest: "Integers") -> int:
    """The clinician of most contacts, of several the one seen last, then the first; -1 where there are none.

    `seen` is all 0 before and after.
    """
    for code in codes:
        clinician = (code >> CLINICIAN) & CLINICIANS
        seen[clinician] += 1
        latest[clinician] = code >> DAY
    usual = -1
    for code in codes:
        one = (code >> CLINICIAN) & CLINICIANS
        if usual < 0 or (seen[one], latest[one], -one) > (seen[usual], latest[usual], -usual):
            usual = one
    for code in codes:
        seen[(code >> CLINICIAN) & CLINICIANS] = 0
    return usual


@compiled(CODE, CODE, NUMBERS)
def add_one(code: int, usual: int, counts: "Integers") -> None:
    """Add one contact to the counts of its practice and month, where it is within a window."""
    if code & 4 == 0:
        return
    counts[0] += 1
    counts[1] += usual == (code >> CLINICIAN) & CLINICIANS
    counts[2] += usual >= 0
    counts[3] += code & 3 == 2
    counts[4] += code & 3 > 0


@compiled(NUMBERS, NUMBERS, NUMBERS, CODE, numba.int64[:, :, ::1])
def count(codes: "Integers", starts: "Integers", month_of: "Integers", length: int, counts: "Integers") -> None:
    """Add contacts to counts by practice and month; `length` is how many months before are looked at."""
    seen = np.zeros(((codes >> CLINICIAN) & CLINICIANS).max() + 1, dtype=np.int64)
    latest = np.zeros_like(seen)
    for patient in range(len(starts) - 1):
        now = low = starts[patient]
        while now < starts[patient + 1]:
            practice, month = codes[now] >> PRACTICE, month_of[(codes[now] >> DAY) & DAYS]
            end = now
            while (
                end < starts[patient + 1]
                and codes[end] >> PRACTICE == practice
                and month_of[(codes[end] >> DAY) & DAYS] == month
            ):
                end += 1
            while low < now and (
                codes[low] >> PRACTICE != practice or month_of[(codes[low] >> DAY) & DAYS] < month - length
            ):
                low += 1
            usual = most_seen(codes[low:now], seen, latest)
            for i in range(now, end):
                add_one(codes[i], usual, counts[practice, month])
            now = end
