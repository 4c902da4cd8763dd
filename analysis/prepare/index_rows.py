"""Contacts as whole numbers become rows of indices: patient by patient as they come, or bucket by bucket."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from analysis.prepare.index_buckets import Buckets, jobs
from analysis.prepare.index_keys import Keys

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from analysis.prepare.index_buckets import Batch
    from analysis.prepare.index_kernel import Integers, Words

COUNTS = ("contacts", "clinicians", "registered")
INDICES = ("upc", "coc", "secon", "mmci", "k", "herfindahl")


class OutOfOrder(Exception):
    """Contacts do not stand by patient, or begin so and do not go on so."""


def by_bucket(buckets: Buckets, batches: "Iterable[Batch]", at_once: int) -> "Iterator[pa.Table]":
    """Spread contacts over buckets, and measure the buckets, about so many contacts at once."""
    import numpy as np

    keys = buckets.keys
    buckets.fill(batches)
    sizes = buckets.sizes()
    within = np.uint64(keys.practice.bits + keys.part.bits)
    for some in jobs(sizes, at_once):
        rows = _Rows(int(sizes[some].sum()), keys)
        for bucket in some:
            begun = rows.end
            rows.measure(_arranged(buckets.take(bucket, sizes[bucket]), keys))
            rows.patients[begun : rows.end] = keys.patients(bucket, rows.units[begun : rows.end] >> within)
        yield rows.table()


def by_patient(batches: "Iterable[Batch]", keys: Keys) -> "Iterator[pa.Table]":
    """Measure contacts that stand by patient, as they come; a patient's last ones wait for the next batch.

    Raises
    ------
    OutOfOrder
        When they do not stand by patient.
    """
    import numpy as np

    waiting: list[Batch] = []
    for patients, rests in batches:
        if not ascending(patients) or (waiting and patients[0] < waiting[-1][0][-1]):
            raise OutOfOrder
        cut = int(np.searchsorted(patients, patients[-1]))
        if cut or (waiting and waiting[-1][0][-1] != patients[0]):
            yield _patients([*waiting, (patients[:cut], rests[:cut])], keys)
            waiting = []
        waiting.append((patients[cut:], rests[cut:]))
    if waiting:
        yield _patients(waiting, keys)


def ascending(patients: "Integers") -> bool:
    """Whether contacts stand by patient."""
    return not (patients[1:] < patients[:-1]).any()


def _patients(batches: "list[Batch]", keys: Keys) -> "pa.Table":
    """Measure contacts that stand by patient and are all of their patients' contacts."""
    import numpy as np

    from analysis.prepare.index_kernel import number, settle

    patients, rests = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    numbers, distinct = np.empty(len(patients), np.uint64), np.empty(len(patients), np.int64)
    if int(number(patients, rests, keys.rest_bits, numbers, distinct)).bit_length() + keys.rest_bits > 64:
        raise OutOfOrder
    settle(numbers, keys.rest_bits)
    rows = _Rows(len(numbers), keys)
    rows.measure(numbers)
    within = np.uint64(keys.practice.bits + keys.part.bits)
    rows.patients[: rows.end] = distinct[(rows.units[: rows.end] >> within).astype(np.int64)]
    return rows.table()


def _arranged(numbers: "Words", keys: Keys) -> "Words":
    """The keys of a bucket in order: counted by their first bits, about four to each count, then settled."""
    import numpy as np

    from analysis.prepare.index_kernel import arrange

    bits = keys.patient_in_bucket + keys.rest_bits
    first = min(bits, max(len(numbers).bit_length() - 3, 0))
    out = np.empty_like(numbers)
    arrange(numbers, bits - first, np.empty(1 << first, np.int64), out)
    return out


class _Rows:
    """Room for the rows of some contacts, at most one row for each."""

    def __init__(self, contacts: int, keys: Keys) -> None:
        import numpy as np

        self.end, self._keys, self._fields = 0, keys, keys.fields()
        self.units, self.patients = np.empty(contacts, np.uint64), np.empty(contacts, np.int64)
        self._counts = np.empty((len(COUNTS), contacts), np.int32)
        # Arrays of their own: of one for all the system would clear large pages, most of which nobody writes to.
        self._values = tuple(np.empty(contacts, np.float64) for _ in INDICES)

    def measure(self, numbers: "Words") -> None:
        """Add the rows of sorted contacts."""
        from analysis.prepare.index_kernel import measure

        self.end = measure(numbers, self._fields, self.units, self._counts, self._values, self.end)

    def table(self) -> "pa.Table":
        """The rows as a table."""
        import pyarrow as pa

        practice, part, counts, values = self._keys.practice, self._keys.part, self._counts, self._values
        some, known = counts[0, : self.end] > 1, counts[2, : self.end] >= 0
        columns = {
            "practice_id": self._column(pa.int64(), self._part(part.bits, practice.bits, practice.low)),
            "patient_id": self._column(pa.int64(), self.patients),
            "part": self._column(pa.int64(), self._part(0, part.bits, part.low)),
        }
        for at, name in enumerate(COUNTS):
            columns[name] = self._column(pa.int32(), counts[at], known if name == "registered" else None)
        for at, name in enumerate(INDICES):
            columns[name] = self._column(pa.float64(), values[at], some)
        return pa.table(columns)

    def _column(
        self, kind: "pa.DataType", values: "NDArray[Any]", valid: "NDArray[np.bool_] | None" = None
    ) -> "pa.Array":
        """A column without a copy of its values."""
        import numpy as np
        import pyarrow as pa

        mask = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
        return pa.Array.from_buffers(kind, self.end, [mask, pa.py_buffer(values)])

    def _part(self, shift: int, bits: int, low: int) -> "NDArray[np.int64]":
        """One column, from its bits in the keys."""
        import numpy as np

        wanted = (self.units[: self.end] >> np.uint64(shift)) & np.uint64((1 << bits) - 1)
        return wanted.astype(np.int64) + low
