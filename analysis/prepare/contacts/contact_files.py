"""Contacts go to one Arrow file for each part while DuckDB reads them, and come back as they are: nothing is packed.

Each is written once and read once, so that packing would take longer than it saves.
"""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.prepare.events.split_parts import BATCH, spread, tables_of

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

FILE = "rows.arrow"


def write(connection: "DuckDBPyConnection", query: str, folder: Path) -> None:
    """Write the rows of a query to ``bucket=0/rows.arrow`` and so on, in no order.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`analysis.prepare.events.events.engine`.
    query : str
        Its column `bucket`, a whole number from 0 on, says where a row goes, and is not written.
    folder : Path
        Where the folders of the parts are made.

    Raises
    ------
    duckdb.InvalidInputException
        When a file turns out to be unreadable while it is read.
    """
    with ExitStack() as stack:
        tables = tables_of(connection.sql(query).to_arrow_reader(BATCH))
        spread(tables, "bucket", lambda bucket, schema: _writer(stack, folder / f"bucket={bucket}", schema))


def read(folder: Path) -> "pa.Table":
    """The contacts of one part, none where it has no file: `patient_id` and `code`."""
    import pyarrow as pa

    if not (folder / FILE).exists():
        return pa.table({"patient_id": pa.array([], pa.string()), "code": pa.array([], pa.int64())})
    with pa.OSFile(str(folder / FILE)) as file:
        return pa.ipc.open_file(file).read_all()


def _writer(stack: ExitStack, folder: Path, schema: "pa.Schema") -> Any:
    """What writes the rows of one part until the stack is closed."""
    import pyarrow as pa

    folder.mkdir(parents=True)
    file = stack.enter_context(pa.OSFile(str(folder / FILE), "wb"))
    return stack.enter_context(pa.ipc.new_file(file, schema))
