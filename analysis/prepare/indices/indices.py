"""Indices of continuity of care: one pass over contacts gives every index of every patient and window.

Of the n contacts of a patient in a window, n_i are with clinician i of M; contacts stand in the order of their days.

| column | formula | range | where the formula was read |
|---|---|---|---|
| `upc` | max n_i / n | 1/M … 1 | BMC Health Serv Res 2022, doi 10.1186/s12913-022-07953-z, table 2 |
| `coc` | (Σ n_i² − n) / (n (n − 1)) | 0 … 1 | the same; Br J Gen Pract 2023;73:279-282 |
| `secon` | share of neighbours with the same clinician | 0 … 1 | BMC Prim Care 2020, s12875-020-01361-0, table 1 |
| `mmci` | (1 − M / (n + 0.1)) / (1 − 1 / (n + 0.1)) | 0 … 1 | BMC Health Serv Res 2022, table 2 |
| `k` | (n − M) / (n − 1) | 0 … 1 | nowhere: known by name |
| `herfindahl` | Σ (n_i / n)² | 1/M … 1 | BMC Prim Care 2020, table 1 |

All are undefined, and missing, for fewer than two contacts. The indices of whole lists, SLICC and OPR, are sums over
the contacts of many patients: :mod:`analysis.prepare.continuity.contact_panels`.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from importlib import import_module
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from analysis.prepare.events.events import ORDERED, in_order
from analysis.prepare.events.sql import quoted
from analysis.prepare.indices.index_buckets import Buckets
from analysis.prepare.indices.index_keys import Numbered, numbered
from analysis.prepare.indices.index_rows import COUNTS, INDICES, OutOfOrder, ascending, by_bucket, by_patient
from analysis.prepare.indices.prefetch import ahead
from analysis.steps import whole

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from analysis.prepare.indices.index_buckets import Batch

KEY = ("practice_id", "patient_id", "part")
# Contacts read, and measured, at once; with little memory an eighth of it.
ROWS_AT_ONCE, LITTLE = 1 << 19, 1_000_000_000
# Batches that are kept at most while the loops are loaded.
READ_FIRST = 12
# Tables measured, or about to be, while one is written.
AHEAD = 4
# Bytes that Python, its libraries, DuckDB's reading and the writing of what is measured need beside the contacts.
BESIDE = 400_000_000


def patient_indices(connection: "DuckDBPyConnection", contacts: str, out: Path, *, memory: int = 2_000_000_000) -> None:
    """Work out all indices of every patient and window.

    The cost is linear in the contacts. Where they stand by patient already, nothing has to be kept and sorted; else
    they are kept at eight bytes each, on disk where they are too many. Whole-number ids are fastest: ids of other types
    are replaced by numbers first, exactly, for which DuckDB runs the query once more for each such column.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`analysis.prepare.events.events.engine`.
    contacts : str
        A query that gives the contacts that count: `practice_id`, `patient_id`, `clinician_id` (texts or whole
        numbers; a clinician counts within a practice), `part` (the number of the window), `date`, and, where it is
        known for any, `registered` (whether it was with the patient's registered GP; missing where that is not known).
        Contacts of one day stand in the order of their clinicians' ids. The query may be run several times.
    out : Path
        One row per practice, patient and window, in no order, in Parquet: `contacts`, `clinicians`, `registered` (how
        many contacts were with the registered GP) and the indices. What does not fit in memory is kept next to it.
    memory : int
        Bytes that the process may hold, about, with whole-number ids; less than 500 MB cannot be kept. What DuckDB
        needs for joins and sorting in the query comes on top, within the connection's own limit.

    Raises
    ------
    Problem
        When an id, a window or a day is missing.
    """
    with (
        in_order(connection),
        whole(out) as draft,
        TemporaryDirectory(prefix=".spill-", dir=out.parent) as folder,
        ThreadPoolExecutor(1) as worker,
    ):
        loops = worker.submit(import_module, "analysis.prepare.indices.index_kernel")
        source = numbered(connection, contacts)
        plain = Path(folder) / "numbered.parquet" if source.tables else draft
        schema = _schema(connection, contacts, source)
        _write_rows(connection, source, plain, schema, memory, loops)
        if source.tables:
            _write_ids(connection, source, plain, draft)


def _write_rows(
    connection: "DuckDBPyConnection", source: Numbered, out: Path, schema: "pa.Schema", memory: int, loops: Future[Any]
) -> None:
    """Measure contacts as they come while they stand by patient, or spread over buckets where they do not."""
    at_once = ROWS_AT_ONCE if memory > LITTLE else ROWS_AT_ONCE // 8
    with closing(_read(connection, source, at_once)) as batches:
        first = next(batches, None)
        if first is None or ascending(first[0]):
            with suppress(OutOfOrder):
                return _write(out, schema, by_patient(chain([first] if first else [], batches), source.keys, schema))
    # Buckets are sorted, so contacts may come in any order, which DuckDB reads faster.
    connection.execute(f"SET {ORDERED} = false")
    room = max(memory - BESIDE, 0)
    with closing(_read(connection, source, at_once)) as batches:
        early = _while_loading(loops, batches)
        with closing(Buckets(source.keys, room, out.parent)) as buckets:
            buckets.fill(chain((early.popleft() for _ in range(len(early))), batches))
            return _write(out, schema, by_bucket(buckets, schema, at_once, AHEAD))


def _while_loading(loops: Future[Any], batches: "Iterator[Batch]") -> "deque[Batch]":
    """The batches that are read while Python loads the compiled loops, for which it needs half a second."""
    read: deque[Batch] = deque()
    while not loops.done() and len(read) < READ_FIRST and (batch := next(batches, None)):
        read.append(batch)
    return read


def _read(connection: "DuckDBPyConnection", source: Numbered, at_once: int) -> "Generator[Batch, None, None]":
    """The contacts as whole numbers, some at a time, while DuckDB reads the next."""
    import numpy as np

    # A relation streams; the result of `execute` would be held as a whole.
    with connection.sql(source.keys.query(source.query)).to_arrow_reader(at_once) as reader:
        for batch in reader:
            if batch.num_rows:
                patients, rests = batch.columns
                yield _numbers(patients, np.int64), _numbers(rests, np.uint64)


def _numbers(column: "pa.Array", kind: type) -> "NDArray[Any]":
    """A column without missing values, not copied; `to_numpy` would load pandas for it."""
    import numpy as np

    return np.frombuffer(column.buffers()[1], kind)[column.offset : column.offset + len(column)]


def _schema(connection: "DuckDBPyConnection", contacts: str, source: Numbered) -> "pa.Schema":
    """The columns to write: ids and windows as the query gives them, or numbers where they were replaced."""
    import pyarrow as pa

    given = connection.sql(f"SELECT {', '.join(KEY)} FROM ({contacts}) LIMIT 0").to_arrow_table().schema
    ids = {name: pa.int64() if name in source.tables else given.field(name).type for name in KEY}
    counts = dict.fromkeys(COUNTS, pa.int32())
    # What is never missing is written faster when that is said.
    sure = [pa.field(name, kind, nullable=name == "registered") for name, kind in (ids | counts).items()]
    return pa.schema([*sure, *(pa.field(name, pa.float64()) for name in INDICES)])


def _write(out: Path, schema: "pa.Schema", works: "Iterable[Callable[[], pa.Table]]") -> None:
    """Write the tables that works give to one file while the next are measured."""
    import pyarrow.parquet as pq

    # An index has few values, so a dictionary makes it small and fast to write; whole numbers are packed.
    packed = {name: "DELTA_BINARY_PACKED" for name in schema.names if name not in INDICES}
    with (
        closing(ahead(works, workers=2, most=AHEAD)) as tables,
        pq.ParquetWriter(
            out, schema, compression="lz4", use_dictionary=list(INDICES), column_encoding=packed, write_statistics=False
        ) as writer,
    ):
        for table in tables:
            writer.write_table(table)


def _write_ids(connection: "DuckDBPyConnection", source: Numbered, plain: Path, out: Path) -> None:
    """Put the ids back that were replaced by numbers."""
    shown = {name: table for name, table in source.tables.items() if name in KEY}
    joins = "".join(f" JOIN {table} ON c.{name} = {table}.place" for name, table in shown.items())
    ids = ", ".join(f"{table}.id AS {name}" for name, table in shown.items())
    columns = f"c.*{f' REPLACE ({ids})' * bool(ids)}"
    connection.execute(
        f"COPY (SELECT {columns} FROM {quoted(str(plain))} c{joins}) TO {quoted(str(out))} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )
    for table in source.tables.values():
        connection.execute(f"DROP TABLE {table}")
