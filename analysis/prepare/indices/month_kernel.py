"""Compiled loops of the counts by month: whom a patient saw most before each month.

A contact is one number of 64 bits, as :mod:`analysis.prepare.contacts.contact_codes` writes it. This module is
imported where the loops run, for it compiles them.
"""

from typing import TYPE_CHECKING

import numba
import numpy as np

from analysis.prepare.indices.index_kernel import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

NUMBERS, CODE = numba.int64[::1], numba.int64


@compiled(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def most_seen(codes: "Integers", rule: "Integers", seen: "Integers", latest: "Integers") -> int:
    """The clinician of most contacts, of several the one seen last, then the first; -1 where there are none.

    `seen` is all 0 before and after.
    """
    day, clinician, clinicians = rule[1], rule[2], rule[4]
    for code in codes:
        one = (code >> clinician) & clinicians
        seen[one] += 1
        latest[one] = code >> day
    usual = -1
    for code in codes:
        one = (code >> clinician) & clinicians
        if usual < 0 or (seen[one], latest[one], -one) > (seen[usual], latest[usual], -usual):
            usual = one
    for code in codes:
        seen[(code >> clinician) & clinicians] = 0
    return usual


@compiled(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, CODE, numba.int64[:, :, ::1])
def count(
    codes: "Integers", starts: "Integers", rule: "Integers", month_of: "Integers", part_of: "Integers", length: int,
    counts: "Integers",
) -> None:  # fmt: skip
    """Add contacts in windows to counts by practice and month; `length` is how many months before are looked at.

    The contacts of each patient stand in order from `starts` on; `rule`, `month_of` and `part_of` are those of
    :class:`analysis.prepare.contacts.contact_codes.Codes`.
    """
    practices, day, clinician, days, clinicians, outside = rule[0], rule[1], rule[2], rule[3], rule[4], rule[5]
    seen = np.zeros(clinicians + 1, dtype=np.int64)
    latest = np.zeros_like(seen)
    for patient in range(len(starts) - 1):
        now = low = starts[patient]
        while now < starts[patient + 1]:
            practice, today = codes[now] >> practices, (codes[now] >> day) & days
            month = month_of[today]
            end = now
            while (
                end < starts[patient + 1]
                and codes[end] >> practices == practice
                and month_of[(codes[end] >> day) & days] == month
            ):
                end += 1
            while low < now and (
                codes[low] >> practices != practice or month_of[(codes[low] >> day) & days] < month - length
            ):
                low += 1
            if part_of[today] != outside:
                usual = most_seen(codes[low:now], rule, seen, latest)
                cell = counts[practice, month]
                for i in range(now, end):
                    own = codes[i] & 3
                    cell[0] += 1
                    cell[1] += usual == (codes[i] >> clinician) & clinicians
                    cell[2] += usual >= 0
                    cell[3] += own == 2
                    cell[4] += own > 0
            now = end
