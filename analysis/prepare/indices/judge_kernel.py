"""Compiled loops that judge contacts beside registrations: which count, and which were with the registered GP.

A contact is one number of 64 bits, as :mod:`analysis.prepare.contacts.contact_codes` writes it. This module is
imported where the loops run, for it compiles them.
"""

from typing import TYPE_CHECKING

import numba
import numpy as np

from analysis.prepare.indices.index_kernel import READ_INTEGERS, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

NUMBERS = numba.int64[::1]
# What becomes of a contact; then contacts within windows that stand twice, again on the day, and of visitors.
COUNTED, DEAD, EARLY, LATE, TWICE, AGAIN, VISITORS = range(7)
# No GP is registered.
NOBODY = -2


@compiled(numba.int32[::1], READ_INTEGERS, numba.int64)
def by_patient_in_order(
    patients: "NDArray[np.int32]", codes: "Integers", people: int
) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """Contacts patient by patient, each patient's in order, and where each of so many patients' begin."""
    starts = np.zeros(people + 1, dtype=np.int64)
    for patient in patients:
        starts[patient + 1] += 1
    starts = np.cumsum(starts)
    ends, out = starts[:-1].copy(), np.empty_like(codes)
    for i in range(len(codes)):
        out[ends[patients[i]]] = codes[i]
        ends[patients[i]] += 1
    for patient in range(people):
        if starts[patient + 1] - starts[patient] > 1:
            out[starts[patient] : starts[patient + 1]].sort()
    return out, starts


@compiled(
    NUMBERS, NUMBERS, NUMBERS, NUMBERS, numba.int64[:, ::1], NUMBERS, NUMBERS, numba.boolean,
    numba.int32[::1], NUMBERS, numba.int16[::1], NUMBERS,
)  # fmt: skip
def judge(
    codes: "Integers", starts: "Integers", rule: "Integers", part_of: "Integers", spans: "Integers",
    span_starts: "Integers", died: "Integers", once: bool, out_patients: "NDArray[np.int32]", out_codes: "Integers",
    out_parts: "NDArray[np.int16]", fates: "Integers",
) -> int:  # fmt: skip
    """Write the contacts that count, and add to the fates of those in windows.

    Parameters
    ----------
    codes, starts : array of int
        From :func:`by_patient_in_order`.
    rule, part_of : array of int
        See :class:`analysis.prepare.contacts.contact_codes.Codes`.
    spans : array of int
        By patient, practice and first day: practice, first day on the list, last day, and the number of the registered
        GP (-1 of one who saw nobody, :data:`NOBODY` where none is registered); days count from the first of the study.
    span_starts : array of int
        Where the spans of each patient begin.
    died : array of int
        By patient, the day of death.
    once : bool
        Whether contacts of a patient with one clinician on one day count once.
    out_patients, out_codes, out_parts : array of int
        Room for as many contacts; they keep their order.
    fates : array of int
        By fate, how many contacts.

    Returns
    -------
    int
        How many contacts count.
    """
    practice_shift, day_shift, what_bits, day_mask, clinician_mask = rule[0], rule[1], rule[2], rule[3], rule[4]
    outside = rule[5]
    at = 0
    for patient in range(len(starts) - 1):
        i, end, span, last = starts[patient], starts[patient + 1], span_starts[patient], span_starts[patient + 1]
        while i < end:
            first, kinds, unit = i, 0, codes[i] >> what_bits
            while i < end and codes[i] >> what_bits == unit:
                kinds += i == first or codes[i] != codes[i - 1]
                i += 1
            practice, day = codes[first] >> practice_shift, (codes[first] >> day_shift) & day_mask
            clinician, rows = unit & clinician_mask, i - first
            while span < last and spans[span, 0] < practice:
                span += 1
            while span + 1 < last and spans[span + 1, 0] == practice and spans[span + 1, 1] <= day:
                span += 1
            listed = span < last and spans[span, 0] == practice
            fate = COUNTED
            if day > died[patient]:
                fate = DEAD
            elif listed and day < spans[span, 1]:
                fate = EARLY
            elif listed and day > spans[span, 2]:
                fate = LATE
            count = 1 if once else kinds
            if part_of[day] != outside:
                fates[fate] += count if fate == COUNTED else rows
                if fate == COUNTED:
                    fates[TWICE] += rows - kinds
                    fates[AGAIN] += kinds - count
                    fates[VISITORS] += 0 if listed else count
            if fate == COUNTED:
                own = 0
                if listed and spans[span, 3] != NOBODY:
                    own = 2 if spans[span, 3] == clinician else 1
                for _ in range(count):
                    out_patients[at], out_parts[at] = patient, part_of[day]
                    out_codes[at] = (unit << what_bits) | own
                    at += 1
    return at
