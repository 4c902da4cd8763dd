"""The compiled loop that counts contacts by clinician and window.

A contact is one number of 64 bits, as :mod:`analysis.prepare.contacts.contact_codes` writes it. This module is
imported where the loop runs, for it compiles it.
"""

from typing import TYPE_CHECKING

import numba
import numpy as np

from analysis.prepare.indices.index_kernel import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

NUMBERS = numba.int64[::1]


@compiled(NUMBERS, numba.int16[::1], NUMBERS, NUMBERS, numba.int64, numba.int64[:, :, ::1])
def count(
    codes: "Integers", parts: "NDArray[np.int16]", rule: "Integers", places: "Integers", first: int, counts: "Integers"
) -> None:
    """Add contacts in windows to counts by clinician, window, and what is counted.

    Parameters
    ----------
    codes, parts : array of int
        The contacts, and the window of each.
    rule : array of int
        See :class:`analysis.prepare.contacts.contact_codes.Codes`.
    places : array of int
        By practice, where its clinicians begin in `counts`.
    first : int
        The first window.
    counts : array of int
        All contacts, those with the registered GP, and those of patients whose registered GP is known.
    """
    practice_shift, clinician_shift, clinicians, outside = rule[0], rule[2], rule[4], rule[5]
    for code, part in zip(codes, parts):  # noqa: B905 - compiled
        if part != outside:
            clinician = places[code >> practice_shift] + ((code >> clinician_shift) & clinicians)
            cell, own = counts[clinician, part - first], code & 3
            cell[0] += 1
            cell[1] += own == 2
            cell[2] += own > 0
