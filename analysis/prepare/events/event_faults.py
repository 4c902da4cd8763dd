"""What is wrong with an event table, before anything is made of it: each fault with its file, lines and mend.

All rows are looked at by DuckDB in one pass over the files; only a check that fails looks again, for the lines.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.hospital import HospitalRules
from analysis.plan.limits import LIMITS, Limits
from analysis.plan.terms import Period
from analysis.prepare.contract.faults import Fault, meant
from analysis.prepare.contract.marks import ROUNDED_MEND
from analysis.prepare.contract.synonyms import synonym
from analysis.prepare.events.event_cells import cell_sql
from analysis.prepare.events.event_checks import Given, checks
from analysis.prepare.events.event_contract import EventTable
from analysis.prepare.events.events import files_in, in_order, lacking_columns, names_in, reading_fault, scan
from analysis.prepare.events.sql import identifier
from analysis.steps import Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST = 10
RULES = HospitalRules()


def faults(
    connection: "DuckDBPyConnection",
    table: EventTable,
    paths: Sequence[Path],
    *,
    columns: Mapping[str, str],
    practices: Collection[str],
    months: Period,
    limits: Limits = LIMITS,
    rules: HospitalRules = RULES,
) -> list[Fault]:
    """Everything that is wrong with an event table.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`analysis.prepare.events.events.engine`.
    table : EventTable
        The contract.
    paths : sequence of Path
        Files or folders, CSV or Parquet.
    columns : mapping
        By the contract's name, the name in the files, where it is another.
    practices : collection of str
        The practices of the study; none means that they are not looked at.
    months : Period
        First and last month of the study.
    limits : Limits
        The shares of rows up to which what is wrong is no more than a note.
    rules : HospitalRules
        The codes that the study names.

    Returns
    -------
    list of Fault
        Line numbers count the header of a CSV file as line 1, and the first row of a Parquet file as row 1.
    """
    import duckdb

    blank = Fault(table.name, "readable", str(paths[0]), "", (), 0, "", "", "")
    try:
        present = names_in(connection, scan(paths))
        lacking = _lacking(table, columns, present, blank)
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE practice_ids AS SELECT unnest($1::VARCHAR[]) AS id", [[*practices]]
        )
        return [*lacking, *_broken(connection, table, paths, columns, present, months, limits, rules, blank)]
    except Problem as problem:
        return [replace(blank, found=problem.sentence, expected="CSV or Parquet", mend=problem.mend)]
    except duckdb.Error as error:
        return [
            replace(
                blank, found=reading_fault(error), expected="CSV (UTF-8) or Parquet", mend="save it again as CSV UTF-8"
            )
        ]


def _lacking(table: EventTable, columns: Mapping[str, str], given: Given, blank: Fault) -> list[Fault]:
    """The columns that the files lack, each beside all that they have."""
    present = [name for name, _ in given.values() if name != "filename"]
    place = f"`pilots.columns.{table.name}` in the study file"
    found = f"the column is missing; the file has {', '.join(present)}"
    guesses = {name: synonym(name, present) for name in lacking_columns(table, columns, given)}
    own = {name: guess or "<the column's name in the file>" for name, guess in guesses.items()}
    edits = {name: f"write `{name}: {own[name]}` under {place}, or add the column" for name in guesses}
    return [
        replace(
            blank, check="columns", column=name, found=found, expected=f"a column {name}",
            mend=meant(guesses[name], edit, edit),
        )
        for name, edit in edits.items()
    ]  # fmt: skip


def _broken(
    connection: "DuckDBPyConnection",
    table: EventTable,
    paths: Sequence[Path],
    columns: Mapping[str, str],
    present: Given,
    months: Period,
    limits: Limits,
    rules: HospitalRules,
    blank: Fault,
) -> Iterator[Fault]:
    given = {name: present[file] for name in table.names() if (file := columns.get(name, name).lower()) in present}
    every = [*checks(table, given, months, rules, blank)]
    breaches = "".join(f", count(*) FILTER ({check.breach})" for check in every)
    rows, *counts = connection.execute(f"SELECT count(*){breaches} FROM {scan(paths)}").fetchall()[0]
    if not rows:
        yield replace(blank, found="no rows", expected="one row per event", mend="give the whole extract, or no table")
        return

    def few(count: int, limit: str) -> bool:
        # Where no row at all has a practice of the study, the practices are written in another way.
        return bool(limit) and count <= getattr(limits, limit) * rows and (limit != "other_practices" or count < rows)

    for check, count in zip(every, counts, strict=True):
        if count:
            fault = replace(check.fault, count=count, tolerated=few(count, check.limit))
            yield _with_rows(connection, paths, fault, check.breach, check.shown)
    # Ids that were rounded look alike and are not.
    whole = not any(count for check, count in zip(every, counts, strict=True) if check.fault.mend == ROUNDED_MEND)
    for fault in _twice(connection, table, paths, given, blank) if whole else ():
        yield replace(fault, tolerated=few(fault.count, "twice"))
    for fault in _overlapping(connection, table, paths, given, blank):
        yield replace(fault, tolerated=few(fault.count, "overlapping"))
    if table.monthly and table.date in given:
        day = cell_sql(table, table.column(table.date), *given[table.date])
        yield from _gaps(connection, scan(paths), day, months, blank)


def _numbered(paths: Sequence[Path]) -> str:
    """All rows with the file and the line where they stand."""
    csv = "SELECT *, row_number() OVER () + 1 AS line FROM {}"
    parquet = "SELECT *, row_number() OVER () AS line FROM {}"
    texts = [
        (parquet if part.suffix.lower() == ".parquet" else csv).format(scan([part], numbered=True))
        for part in files_in(paths)
    ]
    return " UNION ALL BY NAME ".join(texts)


def _with_rows(connection: "DuckDBPyConnection", paths: Sequence[Path], fault: Fault, breach: str, shown: str) -> Fault:
    """The fault with the first lines on which it stands, all of one file."""
    with in_order(connection):
        rows = connection.execute(
            f"SELECT filename, line, CAST({shown} AS VARCHAR) FROM ({_numbered(paths)}) WHERE {breach} "
            f"ORDER BY filename, line LIMIT {MOST}"
        ).fetchall()
    file, _, found = rows[0]
    return replace(fault, file=file, rows=tuple(line for name, line, _ in rows if name == file), found=found)


def _twice(
    connection: "DuckDBPyConnection", table: EventTable, paths: Sequence[Path], given: Given, blank: Fault
) -> Iterator[Fault]:
    """Rows with one key, or where the table has no key those of one person that are alike in every column."""
    own = {name: cell_sql(table, table.column(name), *given[name]) for name in table.key if name in given}
    filled = [value for name, value in own.items() if name in table.identity]
    names = [given[name][0] for name in own]
    if not own and "HESID" in given:
        names = [name for name, _ in names_in(connection, scan(paths)).values() if name != "filename"]
        own, filled = {name: identifier(name) for name in names}, [identifier(given["HESID"][0])]
    if not filled:
        return
    key = ", ".join(f"{value} AS k{at}" for at, value in enumerate(own.values()))
    complete = " AND ".join(f"{value} IS NOT NULL" for value in filled)
    again = f"SELECT {key}, count(*) AS n FROM {scan(paths)} WHERE {complete} GROUP BY ALL HAVING n > 1"
    count = connection.execute(f"SELECT coalesce(sum(n - 1), 0)::BIGINT FROM ({again})").fetchall()[0][0]
    if count:
        fault = replace(
            blank, check="keys", column=", ".join(names[:MOST]), count=count, expected="no row twice",
            mend="look why the rows stand twice, and keep one of each",
        )  # fmt: skip
        alike = " AND ".join(f"twice.k{at} IS NOT DISTINCT FROM {value}" for at, value in enumerate(own.values()))
        breach = f"EXISTS (SELECT 1 FROM ({again}) AS twice WHERE {alike})"
        yield _with_rows(connection, paths, fault, breach, f"concat_ws(', ', {', '.join(own.values())})")


def _overlapping(
    connection: "DuckDBPyConnection", table: EventTable, paths: Sequence[Path], given: Given, blank: Fault
) -> Iterator[Fault]:
    """Rows that begin before an earlier one of the same person and practice has ended."""
    if not table.alone or not {*table.alone, *table.spans[0]} <= set(given):
        return
    begins, ends = (cell_sql(table, table.column(name), *given[name]) for name in table.spans[0])
    key = ", ".join(identifier(given[name][0]) for name in table.alone)
    spans = f"SELECT DISTINCT {key}, {begins} AS begins, coalesce({ends}, {begins}) AS ends FROM {scan(paths)}"
    if table.open_ended:  # of rows that begin on one day all but one stand twice
        longest = f"max(coalesce({ends}, DATE '9999-12-31'))"
        spans = f"SELECT {key}, {begins} AS begins, {longest} AS ends FROM {scan(paths)} GROUP BY ALL"
    before = "max(ends) OVER (PARTITION BY {} ORDER BY begins, ends ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    late = f"FROM ({spans}) WHERE begins IS NOT NULL QUALIFY begins < {before.format(key)}"
    count = connection.execute(f"SELECT count(*) FROM (SELECT begins {late})").fetchall()[0][0]
    if count:
        names = [given[name][0] for name in (*table.alone, *table.spans[0])]
        fault = replace(
            blank, check="values", column=", ".join(names), count=count, mend="end the earlier row, or drop one",
            expected=f"rows of one {' and '.join(names[: len(table.alone)])} that do not overlap",
        )  # fmt: skip
        shown = f"concat_ws(', ', {key}, {begins})"
        yield _with_rows(connection, paths, fault, f"({key}, {begins}) IN (SELECT ({key}, begins) {late})", shown)


def _gaps(connection: "DuckDBPyConnection", source: str, day: str, months: Period, blank: Fault) -> Iterator[Fault]:
    """A month without any row is not in the extract: its counts would be missing."""
    import pandas as pd

    seen = {
        month for (month,) in connection.execute(f"SELECT DISTINCT strftime({day}, '%Y-%m') FROM {source}").fetchall()
    }
    lacking = [each for each in pd.period_range(months.first, months.last, freq="M").astype(str) if each not in seen]
    if lacking:
        yield replace(
            blank, check="months", count=len(lacking), found=f"no row in {', '.join(lacking[:3])}",
            expected=f"rows in every month from {months.first} to {months.last}",
            mend="extract the missing months, or shorten `pilots.months` in the study file",
        )  # fmt: skip
