"""The rows of a query go to a folder of Parquet files, one for each part, while the query runs: none waits in memory.

DuckDB can write parts itself, but it collects all rows first, and of a large table most of them on the disk.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# So many rows are put in order at once; of so many DuckDB gives a batch.
ROWS, BATCH = 1_000_000, 1 << 17


def split(
    connection: "DuckDBPyConnection", query: str, folder: Path, few: Collection[str], column: str = "part"
) -> None:
    """Write the rows of a query to ``part=0/rows.parquet`` and so on, in no order.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`analysis.prepare.events.events.engine`.
    query : str
        What the parts are made of.
    folder : Path
        Where the folders of the parts are made.
    few : collection of str
        The columns of few different texts.
    column : str
        From 0 to 65,535 it says where a row goes, and is not written.

    Raises
    ------
    duckdb.InvalidInputException
        When a file turns out to be unreadable while it is read.
    """
    tables = (_encoded(table, few) for table in tables_of(connection.sql(query).to_arrow_reader(BATCH)))
    with ExitStack() as stack:
        spread(
            tables, column,
            lambda part, schema: stack.enter_context(_writer(folder / f"{column}={part}", schema, few)),
        )  # fmt: skip


def spread(tables: Iterable[Any], column: str, opened: Callable[[int, Any], Any]) -> None:
    """Write each row of some tables where a column says, each part by what `opened` gives for its number and schema."""
    writers: dict[int, Any] = {}
    for table in tables:
        parts = table[column].to_numpy()
        rows = table.drop_columns(column).take(pa.array(np.argsort(parts, kind="stable")))
        start = 0
        for part, many in enumerate(np.bincount(parts)):
            if many and part not in writers:
                writers[part] = opened(part, rows.schema)
            if many:
                writers[part].write_table(rows.slice(start, many))
            start += many


def _encoded(table: Any, few: Collection[str]) -> Any:
    """The table with the columns of few different texts as dictionaries."""
    columns = [
        each.dictionary_encode() if name in few else each
        for name, each in zip(table.column_names, table.itercolumns(), strict=True)
    ]
    return pa.table(columns, table.column_names).unify_dictionaries()


def _writer(folder: Path, schema: Any, few: Collection[str]) -> Any:
    """What writes the rows of one part."""
    folder.mkdir(parents=True)
    options = {"compression": "lz4", "use_dictionary": [*few], "write_statistics": False, "store_schema": False}
    return pq.ParquetWriter(folder / "rows.parquet", schema, **options)


def tables_of(reader: Any) -> Iterator[Any]:
    """Tables of many rows, those of a reader of DuckDB; while one is worked on, the next is read."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(_some, reader)
        while len(table := coming.result()):
            coming = pool.submit(_some, reader)
            yield table


def _some(reader: Any) -> Any:
    """The next rows of a reader as one table; an empty one at the end."""
    batches, rows = [], 0
    try:
        while rows < ROWS and (batch := next(reader, None)) is not None:
            batches.append(batch)
            rows += len(batch)
    except (pa.ArrowException, OSError) as error:
        raise duckdb.InvalidInputException(str(error)) from None
    return pa.Table.from_batches(batches, reader.schema).combine_chunks()
