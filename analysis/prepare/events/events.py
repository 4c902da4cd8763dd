"""The one way to read an event table: DuckDB straight from the files, typed as the contract says, never as a whole.

CSV (also compressed), Parquet, or a folder of parts of either; columns may have other names in the files.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.terms import ZONE, Period
from analysis.prepare.events.event_cells import layers
from analysis.prepare.events.event_contract import EventTable
from analysis.prepare.events.sql import identifier, quoted
from analysis.pull.text import SEPARATORS, separator_of
from analysis.steps import Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CSV = (".csv", ".csv.gz", ".csv.zst")
# The setting by which DuckDB gives rows in the order of the files.
ORDERED = "preserve_insertion_order"


@contextmanager
def engine(
    beside: Path, *, memory: str = "2GB", threads: int = 2, zone: str = ZONE
) -> "Iterator[tuple[DuckDBPyConnection, Path]]":
    """A DuckDB connection of bounded memory, and a folder to spill to that is gone afterwards.

    Parameters
    ----------
    beside : Path
        A file; the folder is made next to it, so that what is spilled stays where results are kept.
    memory : str
        What DuckDB may hold; the process needs about half as much again.
    threads : int
        How many threads work.
    zone : str
        The study's time zone, in which a time that has a zone becomes a day; that of the machine decides nothing.

    Yields
    ------
    tuple
        The connection, and the folder.

    Raises
    ------
    Problem
        When a file turns out to be unreadable while it is read.
    """
    import duckdb

    beside.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".spill-", dir=beside.parent) as folder, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = {quoted(memory)}; SET threads = {threads}")
        connection.execute(f"SET temp_directory = {quoted(f'{folder}/spilled')}; SET enable_progress_bar = false")
        connection.execute(f"SET {ORDERED} = false; SET TimeZone = {quoted(zone)}")
        try:
            yield connection, Path(folder)
        except (duckdb.InvalidInputException, duckdb.IOException) as error:
            mend = "correct the file, or save it again as CSV UTF-8 or Parquet"
            raise Problem(f"A table of events cannot be read: {reading_fault(error)}.", mend) from None


@contextmanager
def in_order(connection: "DuckDBPyConnection") -> Iterator[None]:
    """Let DuckDB give and write rows in the order of the files, which :func:`engine` does not ask of it."""
    before = connection.execute(f"SELECT current_setting('{ORDERED}')").fetchall()[0][0]
    connection.execute(f"SET {ORDERED} = true")
    try:
        yield
    finally:
        connection.execute(f"SET {ORDERED} = {str(before).lower()}")


def reading_fault(error: Exception) -> str:
    """The lines of a DuckDB error that say what is wrong and where, but never the row, which is about a person."""
    lines = [line.strip() for line in str(error).splitlines()[:4]]
    kept = [line for line in lines if line and not line.startswith(("Original Line", "The search space"))]
    return "; ".join(kept[:3]).rstrip(". ")


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The files themselves: a folder stands for the Parquet or CSV files in it.

    Raises
    ------
    Problem
        When a file is missing, or is neither CSV nor Parquet.
    """
    every = [part for path in paths for part in (sorted(path.rglob("*.*")) if path.is_dir() else [path])]
    files = [part for part in every if part.name.lower().endswith((".parquet", *CSV)) and part.is_file()]
    named = ", ".join(map(str, paths))
    if not files or len({part.suffix.lower() == ".parquet" for part in files}) > 1:
        raise Problem(
            f"{named} is no event table: neither a Parquet file, a CSV file, nor a folder with parts of one kind.",
            "give one file that ends in .parquet, .csv or .csv.gz, or a folder with such files",
        )
    return files


def scan(paths: Sequence[Path], *, numbered: bool = False) -> str:
    """The table function that reads the files, every CSV cell as text.

    Parameters
    ----------
    paths : sequence of Path
        Files or folders.
    numbered : bool
        Whether rows must come in the order of the file, so that they can be numbered.
    """
    files = files_in(paths)
    texts = "[" + ", ".join(quoted(str(file)) for file in files) + "]"
    if files[0].suffix.lower() == ".parquet":
        return f"read_parquet({texts}, union_by_name = true, filename = true)"
    order = ", parallel = false" if numbered else ""
    return (
        f"read_csv({texts}, all_varchar = true, header = true, skip = 0, delim = {quoted(separator(files))}, "
        f"quote = '\"', escape = '\"', union_by_name = true, filename = true{order})"
    )


def separator(files: Sequence[Path]) -> str:
    """What separates the cells of CSV files, which is the same in all parts of a table.

    Raises
    ------
    Problem
        When it is not.
    """
    signs = {separator_of(file): file for file in files if file.suffix != ".zst" and file.is_file()}
    if len(signs) > 1:
        examples = " and ".join(f"{file.name} by {SEPARATORS[sign]}" for sign, file in sorted(signs.items())[:2])
        raise Problem(f"The cells of {examples} are separated.", "write all parts of the table with the same separator")
    return next(iter(signs), ",")


def names_in(connection: "DuckDBPyConnection", source: str) -> dict[str, tuple[str, str]]:
    """By lower-case name: the columns that a source has, as spelled there, and their types."""
    rows = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    return {name.lower(): (name, kind) for name, kind, *_ in rows}


def lacking_columns(table: EventTable, columns: Mapping[str, str], present: Mapping[str, tuple[str, str]]) -> list[str]:
    """The columns that the contract needs and the files lack, by the name they should have there."""
    firsts = [column.names()[0] for column in table.columns if column.needed]
    return [columns.get(name, name) for name in firsts if columns.get(name, name).lower() not in present]


def event_select(
    connection: "DuckDBPyConnection",
    table: EventTable,
    paths: Sequence[Path],
    columns: Mapping[str, str],
    *,
    months: Period | None = None,
    same: bool = False,
) -> str:
    """The query that gives an event table with the names and the types of its contract.

    A value that cannot be read as its type is missing; so are the dates and practices that HES writes where
    none is known. A column that the contract does not need and the files lack is empty; of a numbered column
    only the numbers that the files have are given.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Where the files are looked at.
    table : EventTable
        The contract.
    paths : sequence of Path
        Files or folders.
    columns : mapping
        By the contract's name, the name in the files, where it is another.
    months : Period
        The months of the study. With them the column `broken` says which rows have a date that is none or is long past
        (`impossible date`), or lies far behind the months (`in the future`).
    same : bool
        Whether to give the column `same`, which two rows share that stand twice: those with one key where the table has
        a key of its own, and else those of one person that are alike in every column of the file. Where neither is
        known it is missing, since rows that are alike may then be two persons'.

    Raises
    ------
    Problem
        When the files cannot be read or lack a column.
    """
    source, given, every = files_of(connection, table, paths, columns)
    row = [file for file in every if file != "filename"] if same else []
    return nested(layers(table, given, months, row), source)


def files_of(
    connection: "DuckDBPyConnection", table: EventTable, paths: Sequence[Path], columns: Mapping[str, str]
) -> tuple[str, dict[str, tuple[str, str]], list[str]]:
    """The table function that reads the files, by column of the contract its name and type there, and all their names.

    Raises
    ------
    Problem
        When the files cannot be read or lack a column.
    """
    import duckdb

    source, named = scan(paths), ", ".join(map(str, paths))
    try:
        present = names_in(connection, source)
    except duckdb.Error as error:
        raise Problem(f"{named} cannot be read: {reading_fault(error)}.", "save it again as CSV or Parquet") from None
    if lacking := lacking_columns(table, columns, present):
        raise Problem(
            f"{named} lacks the column{'s' * (len(lacking) > 1)} {', '.join(lacking)} of the table {table.name}.",
            f"add them, or map them in the study file: `pilots.columns.{table.name}` (docs/data-contract.md)",
        )
    given = {name: column for name in table.names() if (column := present.get(columns.get(name, name).lower()))}
    return source, given, [file for file, _ in present.values()]


def nested(steps: Iterable[Mapping[str, str]], source: str) -> str:
    """Queries each of which reads from the one before, as one: by step, the expressions by name."""
    for step in steps:
        columns = ", ".join(f"{value} AS {identifier(name)}" for name, value in step.items())
        source = f"(SELECT {columns} FROM {source})"
    return source[1:-1]
