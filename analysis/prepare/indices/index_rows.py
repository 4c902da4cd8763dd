"""Contacts as whole numbers become rows of indices: patient by patient as they come, or bucket by bucket."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, Any

from analysis.prepare.indices.index_buckets import Buckets, jobs
from analysis.prepare.indices.index_keys import Keys

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from analysis.prepare.indices.index_buckets import Batch
    from analysis.prepare.indices.index_kernel import Integers, Words

COUNTS = ("contacts", "clinicians", "registered")
INDICES = ("upc", "coc", "secon", "mmci", "k", "herfindahl")


class OutOfOrder(Exception):
    """Contacts do not stand by patient, or begin so and do not go on so."""


def by_bucket(buckets: Buckets, schema: "pa.Schema", at_once: int, rooms: int) -> "Iterator[Callable[[], pa.Table]]":
    """Works that measure buckets, about so many contacts each.

    A table lies in one of so many rooms until the work that is asked for so many later needs the room: what is used
    again is not asked of the system, and cleared by it, again.
    """
    sizes = buckets.sizes()
    room = cycle([_Rows(max(at_once, int(sizes.max())), buckets.keys) for _ in range(rooms)])
    for some in jobs(sizes, at_once):
        yield partial(_buckets, buckets, {bucket: int(sizes[bucket]) for bucket in some}, next(room), schema)


def by_patient(batches: "Iterable[Batch]", keys: Keys, schema: "pa.Schema") -> "Iterator[Callable[[], pa.Table]]":
    """Works that measure contacts that stand by patient, as they come; a patient's last ones wait for the next batch.

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
            yield partial(_patients, [*waiting, (patients[:cut], rests[:cut])], keys, schema)
            waiting = []
        waiting.append((patients[cut:], rests[cut:]))
    if waiting:
        yield partial(_patients, waiting, keys, schema)


def ascending(patients: "Integers") -> bool:
    """Whether contacts stand by patient."""
    return not (patients[1:] < patients[:-1]).any()


def _buckets(buckets: Buckets, sizes: dict[int, int], rows: "_Rows", schema: "pa.Schema") -> "pa.Table":
    """Measure the contacts of buckets of these sizes, in this room."""
    keys = buckets.keys
    rows.clear()
    for bucket, size in sizes.items():
        rows.measure(arranged(buckets.take(bucket, size), keys), bucket << keys.patient_in_bucket)
    return rows.table(schema, keys.patients(rows.codes()))


def _patients(batches: "list[Batch]", keys: Keys, schema: "pa.Schema") -> "pa.Table":
    """Measure contacts that stand by patient and are all of their patients' contacts."""
    import numpy as np

    from analysis.prepare.indices.index_kernel import number_patients, settle

    patients, rests = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    numbers, distinct = np.empty(len(patients), np.uint64), np.empty(len(patients), np.int64)
    if int(number_patients(patients, rests, keys.rest_bits, numbers, distinct)).bit_length() + keys.rest_bits > 64:
        raise OutOfOrder
    settle(numbers, keys.rest_bits)
    rows = _Rows(len(numbers), keys)
    rows.measure(numbers)
    return rows.table(schema, distinct[rows.codes().astype(np.int64)])


def arranged(numbers: "Words", keys: Keys) -> "Words":
    """The keys of the contacts of a bucket in order."""
    import numpy as np

    from analysis.prepare.indices.index_kernel import arrange

    rule, places = keys.places(len(numbers))
    out = np.empty_like(numbers)
    arrange(numbers, rule, np.empty(places, np.uint32), out)
    return out


class _Rows:
    """Room for the rows of some contacts, at most one row for each."""

    def __init__(self, contacts: int, keys: Keys) -> None:
        import numpy as np

        self._end, self._keys, self._fields = 0, keys, keys.fields()
        self._ids = np.empty((3, contacts), np.uint64)
        self._counts = np.empty((len(COUNTS), contacts), np.int32)
        # Arrays of their own: of one for all the system would clear large pages, most of which nobody writes to.
        self._values = tuple(np.empty(contacts, np.float64) for _ in INDICES)

    def clear(self) -> None:
        """Take back what was added."""
        self._end = 0

    def measure(self, numbers: "Words", above: int = 0) -> None:
        """Add the rows of sorted contacts; `above` is what their numbers leave out of the patient."""
        from analysis.prepare.indices.index_kernel import measure

        self._end = measure(numbers, self._fields, above, self._ids, self._counts, self._values, self._end)

    def codes(self) -> "Words":
        """The patients, as the numbers have them."""
        return self._ids[1, : self._end]

    def table(self, schema: "pa.Schema", patients: "Integers") -> "pa.Table":
        """The rows as a table of these columns."""
        import numpy as np
        import pyarrow as pa

        ids, counts, keys = self._ids[:, : self._end], self._counts[:, : self._end], self._keys
        valid = {"registered": _bits(counts[2] >= 0)} | dict.fromkeys(INDICES, _bits(counts[0] > 1))
        columns: dict[str, NDArray[Any]] = {
            "practice_id": ids[0].view(np.int64) + keys.practice.low,
            "patient_id": patients,
            "part": ids[2].view(np.int64) + keys.part.low,
        }
        columns |= dict(zip(COUNTS, counts, strict=True))
        columns |= {name: values[: self._end] for name, values in zip(INDICES, self._values, strict=True)}
        return pa.table([_column(each.type, columns[each.name], valid.get(each.name)) for each in schema], schema)


def _column(kind: "pa.DataType", values: "NDArray[Any]", valid: "pa.Buffer | None") -> "pa.Array":
    """A column without a copy of values that are of its kind already."""
    import pyarrow as pa

    values = values.astype(kind.to_pandas_dtype(), copy=False)
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(values)])


def _bits(valid: "NDArray[np.bool_]") -> "pa.Buffer":
    """Which values there are, as Arrow notes it."""
    import numpy as np
    import pyarrow as pa

    return pa.py_buffer(np.packbits(valid, bitorder="little"))
