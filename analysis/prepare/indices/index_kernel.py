"""Compiled loops of the indices: contacts as numbers go into buckets, come out in order, and are measured.

A contact is one number of 64 bits (:mod:`analysis.prepare.indices.index_keys`). This module is imported where the
loops run, for it compiles them: some seconds once, and a fraction of a second from then on where numba may keep
compiled code.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Words = NDArray[np.uint64]
    Integers = NDArray[np.int64]
    Values = tuple[NDArray[np.float64], ...]

Function = TypeVar("Function", bound=Callable[..., Any])
# Contacts in one block of a bucket, 4 kB. Here, for a change to another file would not compile these loops anew.
BLOCK = 512
# Up to so many contacts are sorted by moving each, and their clinicians told apart by comparing each with each.
FEW = 32
READ_INTEGERS = numba.types.Array(numba.int64, 1, "C", readonly=True)
READ_WORDS = numba.types.Array(numba.uint64, 1, "C", readonly=True)
WORD, WORDS, INTEGERS = numba.uint64, numba.uint64[::1], numba.int64[::1]
VALUES = numba.types.UniTuple(numba.float64[::1], 6)  # type: ignore[no-untyped-call]


def compiled(*kinds: Any) -> Callable[[Function], Function]:
    """Compile a loop for arguments of these kinds, without Python's lock; keep the code where a folder is writable."""

    def compile_one(function: Function) -> Function:
        try:
            loop = numba.njit([kinds], nogil=True, error_model="numpy", cache=True)(function)
        except RuntimeError:  # neither the package's folder nor the user's is writable
            loop = numba.njit([kinds], nogil=True, error_model="numpy")(function)
        return cast("Function", loop)

    return compile_one


@compiled(READ_INTEGERS, READ_WORDS, numba.int64, WORDS, WORDS, INTEGERS, INTEGERS, INTEGERS)
def scatter(
    patients: "Integers", rests: "Words", start: int, rule: "Words", pool: "Words", before: "Integers",
    cursors: "Integers", blocks: "Integers",
) -> int:  # fmt: skip
    """Put contacts into the buckets of their patients, from contact `start` on.

    A bucket is a chain of blocks in `pool`: `cursors` has the place after its last contact, `blocks` the number of its
    blocks, `before` the block before each block. Block 0 is nobody's; `before[0]` is the next free block. `rule` is
    what :meth:`analysis.prepare.indices.index_keys.Keys.rule` gives.

    Returns
    -------
    int
        The first contact that found no room, or the number of contacts.
    """
    low, factor, mask, low_bits, low_mask, rest_bits = rule[0], rule[1], rule[2], rule[3], rule[4], rule[5]
    for i in range(start, len(patients)):
        code = ((np.uint64(patients[i]) - low) * factor) & mask
        bucket = np.int64(code >> low_bits)
        at = cursors[bucket]
        if at % BLOCK == 0:
            block = before[0]
            if block == len(before):
                return i
            before[0] = block + 1
            before[block] = at // BLOCK - 1 if at > 0 else 0
            blocks[bucket] += 1
            at = block * BLOCK
        pool[at] = ((code & low_mask) << rest_bits) | rests[i]
        cursors[bucket] = at + 1
    return len(patients)


@compiled(WORDS, INTEGERS, numba.int64, WORDS)
def collect(pool: "Words", before: "Integers", cursor: int, out: "Words") -> None:
    """Copy a bucket's contacts from its chain of blocks to one array, which they fill."""
    done, end = 0, cursor
    while end > 0:
        block = (end - 1) // BLOCK
        for i in range(block * BLOCK, end):
            out[done] = pool[i]
            done += 1
        end = (before[block] + 1) * BLOCK if before[block] > 0 else 0


@compiled(READ_INTEGERS, READ_WORDS, WORD, WORDS, INTEGERS)
def number_patients(patients: "Integers", rests: "Words", rest_bits: int, keys: "Words", distinct: "Integers") -> int:
    """Number the patients of contacts that stand by patient, in this order; gives how many there are."""
    last = 0
    distinct[0] = patients[0]
    for i in range(len(patients)):
        if patients[i] != distinct[last]:
            last += 1
            distinct[last] = patients[i]
        keys[i] = (np.uint64(last) << rest_bits) | rests[i]
    return last + 1


@compiled(WORDS, WORD)
def settle(keys: "Words", shift: int) -> None:
    """Sort keys that are in order above `shift` bits already; the fewer are out of place, the faster."""
    one = np.uint64(1)
    for place in range(1, len(keys)):
        i = np.uint64(place)  # numba looks for places before the beginning where the number has a sign
        low, high = min(keys[i - one], keys[i]), max(keys[i - one], keys[i])
        keys[i - one], keys[i] = low, high  # without a branch, which no processor could guess
        if place == 1 or keys[i - one - one] <= low:
            continue
        k, least = i - one, np.uint64(max(place - FEW, 0))
        while k > least and keys[k - one] > low:
            keys[k] = keys[k - one]
            k -= one
        keys[k] = low
        if k > np.uint64(0) and keys[k - one] > low:
            start, end = place, place + 1
            while start > 0 and keys[start - 1] >> shift == low >> shift:
                start -= 1
            while end < len(keys) and keys[end] >> shift == low >> shift:
                end += 1
            keys[start:end].sort()


@compiled(WORDS, WORDS, numba.uint32[::1], WORDS)
def arrange(keys: "Words", rule: "Words", places: "NDArray[np.uint32]", out: "Words") -> None:
    """Sort keys: count how many belong to each place, put each in its place, and settle the rest.

    `rule` is what :meth:`analysis.prepare.indices.index_keys.Keys.places` gives; `places` has one number for each
    place.
    """
    above, bits, below = rule[0], rule[1], rule[2]
    mask, total, one = (np.uint64(1) << bits) - np.uint64(1), np.uint32(0), np.uint32(1)
    places[:] = 0
    for key in keys:
        places[((key >> above) << bits) | ((key >> below) & mask)] += one
    for i in range(len(places)):
        places[i], total = total, total + places[i]
    for key in keys:
        place = ((key >> above) << bits) | ((key >> below) & mask)
        out[places[place]] = key
        places[place] += one
    settle(out, above)


@compiled(WORDS)
def tally(clinicians: "Words") -> Any:
    """How many clinicians differ, the most contacts with one, and how many pairs of contacts are with the same."""
    different, most, pairs = 0, 0, 0
    if len(clinicians) <= FEW:
        for i in range(len(clinicians)):
            earlier = 0
            for j in range(i):
                earlier += clinicians[j] == clinicians[i]
            different, most, pairs = different + (earlier == 0), max(most, earlier + 1), pairs + earlier
        return different, most, pairs
    ordered, same = np.sort(clinicians), 0
    for i in range(len(ordered)):
        same = same + 1 if i and ordered[i] == ordered[i - 1] else 0
        different, most, pairs = different + (same == 0), max(most, same + 1), pairs + same
    return different, most, pairs


@compiled(WORDS, WORDS, WORD, numba.uint64[:, ::1], numba.int32[:, ::1], VALUES, numba.int64)
def measure(
    keys: "Words", rule: "Words", above: int, ids: "Words", counts: "NDArray[np.int32]", values: "Values", at: int
) -> int:
    """Measure sorted contacts: one column of each output, from column `at` on, per practice, patient and window.

    `rule` is what :meth:`analysis.prepare.indices.index_keys.Keys.fields` gives; `above` is what the keys leave out of
    the patient. The rows of `ids` are practice, patient and window; those of `counts` contacts, clinicians and contacts
    with the registered GP (-1 where that is not known); `values` are UPC, COC, SECON, MMCI, K and Herfindahl, not a
    number for fewer than two contacts.

    Returns
    -------
    int
        The column after the last.
    """
    registered_bits, clinician_mask, unit_shift, part_bits, practice_bits = rule[0], rule[1], rule[2], rule[3], rule[4]
    one, start = np.uint64(1), 0
    registered_mask, part_mask, practice_mask = (
        (one << registered_bits) - one, (one << part_bits) - one, (one << practice_bits) - one
    )  # fmt: skip
    clinicians, again, listed, own = np.empty(len(keys), np.uint64), 0, 0, 0
    for i in range(len(keys)):
        clinicians[i] = (keys[i] >> registered_bits) & clinician_mask
        listed += keys[i] & registered_mask > 0
        own += keys[i] & registered_mask > 1
        again += i > start and clinicians[i] == clinicians[i - 1]
        if i + 1 < len(keys) and keys[i + 1] >> unit_shift == keys[i] >> unit_shift:
            continue
        different, most, pairs = tally(clinicians[start : i + 1])
        n = i + 1 - start
        unit = keys[i] >> unit_shift
        ids[0, at], ids[2, at] = (unit >> part_bits) & practice_mask, unit & part_mask
        ids[1, at] = (unit >> (part_bits + practice_bits)) | above
        counts[0, at], counts[1, at], counts[2, at] = n, different, own if listed > 0 else -1
        if n > 1:
            values[0][at] = most / n
            values[1][at] = 2 * pairs / (n * (n - 1))
            values[2][at] = again / (n - 1)
            values[3][at] = (1 - different / (n + 0.1)) / (1 - 1 / (n + 0.1))
            values[4][at] = (n - different) / (n - 1)
            values[5][at] = (n + 2 * pairs) / (n * n)
        else:
            for value in values:
                value[at] = np.nan
        at, start, again, listed, own = at + 1, i + 1, 0, 0, 0
    return at
