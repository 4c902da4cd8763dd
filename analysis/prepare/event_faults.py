"""What is wrong with an event table, before anything is made of it: each fault with its file, lines and mend.

All rows are looked at by DuckDB in one pass over the files; only a check that fails looks again, for the lines.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.terms import Period
from analysis.prepare.event_contract import EventTable
from analysis.prepare.events import date, identifier, in_order, missing, names_in, parts, read, scan, told
from analysis.prepare.faults import Fault
from analysis.prepare.marks import ROUNDED, ROUNDED_MEND
from analysis.prepare.synonyms import synonym
from analysis.steps import Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST = 10
# ASSUME: an extract may go on for a year after the study's last month; a later date is a slip of the pen.
YEARS_AFTER = 1
# In a national extract most rows are of other practices, so only these tables must have the study's own.
OWN = ("spells", "contacts", "registrations")
# Columns that say who a row is about.
PERSONS = ("HESID", "patient_id", "clinician_id", "gp_id")
# By a column's name, how it is spelled in the files and its type there.
Given = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Check:
    """One rule that rows may break: the fault without its rows, the condition that is a breach, and what to show."""

    fault: Fault
    breach: str
    shown: str


def faults(
    connection: "DuckDBPyConnection",
    table: EventTable,
    paths: Sequence[Path],
    *,
    columns: Mapping[str, str],
    practices: Collection[str],
    months: Period,
    tolerated: float = 0.0,
) -> list[Fault]:
    """Everything that is wrong with an event table.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`analysis.prepare.events.engine`.
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
    tolerated : float
        Of a table whose bad rows are left out and counted: the share of rows up to which they are no more than a note.

    Returns
    -------
    list of Fault
        Line numbers count the header of a CSV file as line 1, and the first row of a Parquet file as row 1.
    """
    import duckdb

    blank = Fault(table.name, "readable", str(paths[0]), "", (), 0, "", "", "")
    try:
        known = names_in(connection, scan(paths))
        lacking = _lacking(table, columns, known, blank)
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE practice_ids AS SELECT unnest($1::VARCHAR[]) AS id", [[*practices]]
        )
        return [*lacking, *_broken(connection, table, paths, columns, known, months, tolerated, blank)]
    except Problem as problem:
        return [replace(blank, found=problem.sentence, expected="CSV or Parquet", mend=problem.mend)]
    except duckdb.Error as error:
        return [replace(blank, found=told(error), expected="CSV (UTF-8) or Parquet", mend="save it again as CSV UTF-8")]


def _lacking(table: EventTable, columns: Mapping[str, str], known: Given, blank: Fault) -> list[Fault]:
    """The columns that the files lack, each beside all that they have."""
    present = [name for name, _ in known.values() if name != "filename"]
    place = f"`pilots.columns.{table.name}` in the study file"
    found = f"the column is missing; the file has {', '.join(present)}"
    hints = {name: f" ({hint})" if (hint := synonym(name, present)) else "" for name in missing(table, columns, known)}
    return [
        replace(
            blank, check="columns", column=name, found=found, expected=f"a column {name}",
            mend=f"map it under {place}, or add the column{hint}",
        )
        for name, hint in hints.items()
    ]  # fmt: skip


def _broken(
    connection: "DuckDBPyConnection",
    table: EventTable,
    paths: Sequence[Path],
    columns: Mapping[str, str],
    known: Given,
    months: Period,
    tolerated: float,
    blank: Fault,
) -> Iterator[Fault]:
    given = {name: known[file] for name in table.names() if (file := columns.get(name, name).lower()) in known}
    checks = [*_rounded(table, given, blank), *_cells(table, given, months, blank), *_spans(table, given, blank)]
    checks += [_strangers(table, given, blank)] if table.practice in given else []
    breaches = "".join(f", count(*) FILTER ({check.breach})" for check in checks)
    rows, *counts = connection.execute(f"SELECT count(*){breaches} FROM {scan(paths)}").fetchall()[0]
    if not rows:
        yield replace(blank, found="no rows", expected="one row per event", mend="give the whole extract, or no table")
        return
    for check, count in zip(checks, counts, strict=True):
        # Where no row at all has a practice of the study, the practices are written in another way.
        if count and (check.fault.check != "references" or table.name in OWN or count == rows):
            few = count < rows if check.fault.check == "references" else count <= tolerated * rows
            fault = replace(check.fault, count=count, tolerated=table.left_out and check.fault.check != "types" and few)
            yield _with_rows(connection, paths, fault, check.breach, check.shown)
    whole = not any(counts[: len(_ids(table, given))])
    # Ids that were rounded look alike and are not.
    for fault in _twice(connection, table, paths, given, blank) if whole else ():
        yield replace(fault, tolerated=table.left_out and fault.count <= tolerated * rows)
    yield from _overlapping(connection, table, paths, given, blank)
    if table.monthly and table.date in given:
        day = read(table, table.column(table.date), *given[table.date])
        yield from _gaps(connection, scan(paths), day, months, blank)


def _ids(table: EventTable, given: Given) -> list[str]:
    """The columns that the files have of those that say who or what a row is about."""
    return [name for name in given if name in {*table.key, table.practice, *PERSONS}]


def _rounded(table: EventTable, given: Given, blank: Fault) -> Iterator[Check]:
    """Ids of which a spreadsheet has left the first digits."""
    for name in _ids(table, given):
        text = f"trim(CAST({identifier(given[name][0])} AS VARCHAR))"
        fault = replace(blank, check="values", column=given[name][0], expected="the whole id", mend=ROUNDED_MEND)
        yield Check(fault, f"regexp_full_match({text}, '{ROUNDED}', 'i')", text)


def _cells(table: EventTable, given: Given, months: Period, blank: Fault) -> Iterator[Check]:
    """What a cell of each column may hold."""
    for name, (file, kind) in given.items():
        column, text = table.column(name), f"nullif(trim(CAST({identifier(file)} AS VARCHAR)), '')"
        fault = replace(blank, column=file, mend=f"correct column {file}")
        if not column.empty:
            yield Check(replace(fault, check="values", expected="a value"), f"{text} IS NULL", "''")
        if column.type == "date":
            day = date(identifier(file), kind)
            expected = "YYYY-MM-DD or YYYYMMDD"
            unreadable = f"{text} IS NOT NULL AND {day} IS NULL"
            yield Check(replace(fault, check="types", expected=expected), unreadable, text)
            late = replace(fault, check="months", expected=f"no date long after {months.last}")
            yield Check(late, f"{day} > {latest(months)}", text)
        elif column.type != "text":
            wrong = f"{text} IS NOT NULL AND {read(table, column, file, kind)} IS NULL"
            yield Check(replace(fault, check="types", expected=f"a {column.type}"), wrong, text)


def _spans(table: EventTable, given: Given, blank: Fault) -> Iterator[Check]:
    """Nothing ends before it begins."""
    for first, second in table.spans:
        if first in given and second in given:
            days = [read(table, table.column(name), *given[name]) for name in (first, second)]
            order = replace(
                blank, check="values", column=f"{given[first][0]}, {given[second][0]}",
                expected=f"{given[second][0]} on or after {given[first][0]}", mend="correct the dates",
            )  # fmt: skip
            yield Check(order, f"{days[1]} < {days[0]}", f"concat({days[1]}, ' before ', {days[0]})")


def _strangers(table: EventTable, given: Given, blank: Fault) -> Check:
    """Every practice is one of the study."""
    practice = read(table, table.column(table.practice), *given[table.practice])
    strange = replace(
        blank, check="references", column=given[table.practice][0], expected="a practice of the table practices",
        mend="correct the ids, or add the practice to the table of practices",
    )  # fmt: skip
    unknown = f"EXISTS (FROM practice_ids) AND {practice} NOT IN (SELECT id FROM practice_ids)"
    return Check(strange, unknown, practice)


def latest(months: Period) -> str:
    """The last day that a date may have, as SQL; a later one is in the future."""
    return f"DATE '{int(months.last[:4]) + YEARS_AFTER}-{months.last[5:]}-28'"


def _numbered(paths: Sequence[Path]) -> str:
    """All rows with the file and the line where they stand."""
    csv = "SELECT *, row_number() OVER () + 1 AS line FROM {}"
    parquet = "SELECT *, row_number() OVER () AS line FROM {}"
    texts = [
        (parquet if part.suffix.lower() == ".parquet" else csv).format(scan([part], numbered=True))
        for part in parts(paths)
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
    if not table.key or not set(table.key) <= set(given):
        return
    names = [given[name][0] for name in table.key]
    key = ", ".join(identifier(name) for name in names)
    filled = " AND ".join(f"nullif(CAST({identifier(name)} AS VARCHAR), '') IS NOT NULL" for name in names)
    again = f"SELECT {key} FROM {scan(paths)} WHERE {filled} GROUP BY {key} HAVING count(*) > 1"
    count = connection.execute(f"SELECT count(*) FROM ({again})").fetchall()[0][0]
    if count:
        found = replace(
            blank, check="keys", column=", ".join(names), count=count, expected="no row twice",
            mend="drop the rows that stand twice",
        )  # fmt: skip
        yield _with_rows(connection, paths, found, f"({key}) IN ({again})", f"concat_ws(', ', {key})")


def _overlapping(
    connection: "DuckDBPyConnection", table: EventTable, paths: Sequence[Path], given: Given, blank: Fault
) -> Iterator[Fault]:
    """Rows that begin before an earlier one of the same person and practice has ended."""
    if not table.alone or not {*table.alone, *table.spans[0]} <= set(given):
        return
    begins, ends = (read(table, table.column(name), *given[name]) for name in table.spans[0])
    key = ", ".join(identifier(given[name][0]) for name in table.alone)
    spans = f"SELECT {key}, {begins} AS begins, max(coalesce({ends}, DATE '9999-12-31')) AS ends FROM {scan(paths)}"
    before = "max(ends) OVER (PARTITION BY {} ORDER BY begins ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    late = f"FROM ({spans} GROUP BY ALL) WHERE begins IS NOT NULL QUALIFY begins < {before.format(key)}"
    count = connection.execute(f"SELECT count(*) FROM (SELECT begins {late})").fetchall()[0][0]
    if count:
        names = [given[name][0] for name in (*table.alone, *table.spans[0])]
        found = replace(
            blank, check="values", column=", ".join(names), count=count, mend="end the earlier row, or drop one",
            expected=f"rows of one {names[0]} and {names[1]} that do not overlap",
        )  # fmt: skip
        shown = f"concat_ws(', ', {key}, {begins})"
        yield _with_rows(connection, paths, found, f"({key}, {begins}) IN (SELECT ({key}, begins) {late})", shown)


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
