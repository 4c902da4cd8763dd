"""The rules that rows of an event table may break, each as an expression of SQL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from analysis.plan.hospital import HospitalRules
from analysis.plan.terms import Period
from analysis.prepare.contract.faults import Fault, looked_up
from analysis.prepare.contract.marks import ROUNDED, ROUNDED_MEND
from analysis.prepare.events.codes import known_codes
from analysis.prepare.events.event_cells import EARLIEST, cell_sql, dated, latest, shaped, trimmed, within_sql
from analysis.prepare.events.event_contract import EventTable
from analysis.prepare.events.sql import identifier, in_list

# Columns that say who a row is about.
PERSONS = ("HESID", "patient_id", "clinician_id", "gp_id")
DAYS = "YYYY-MM-DD or YYYYMMDD"
# By a column's name, how it is spelled in the files and its type there.
Given = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class EventCheck:
    """One rule that rows may break.

    Attributes
    ----------
    fault : Fault
        The fault without its rows.
    breach : str
        The condition that is a breach.
    shown : str
        What to show of a row.
    limit : str
        The limit of the study file up to which it is no more than a note; empty where it is always a fault.
    """

    fault: Fault
    breach: str
    shown: str
    limit: str = ""


def checks(
    table: EventTable, given: Given, months: Period, rules: HospitalRules, blank: Fault
) -> Iterator[EventCheck]:  # fmt: skip
    """Every rule of single rows of a table.

    Parameters
    ----------
    table : EventTable
        The contract.
    given : mapping
        Its columns as the files have them.
    months : Period
        First and last month of the study.
    rules : HospitalRules
        The codes that the study names.
    blank : Fault
        A fault of the table with nothing in it.
    """
    yield from _rounded(table, given, blank)
    for name, (file, kind) in given.items():
        column, own = table.column(name), replace(blank, column=file, mend=looked_up(file))
        text = trimmed(replace(column, type="text"), identifier(file), "VARCHAR")
        if not column.empty:
            yield EventCheck(replace(own, check="values", expected="a value"), f"{text} IS NULL", "''", "broken")
        if column.type == "date":
            yield from _days(name, table, given, months, own, text)
        elif column.type in ("whole number", "number"):
            wrong = f"{text} IS NOT NULL AND {cell_sql(table, column, file, kind)} IS NULL"
            yield EventCheck(replace(own, check="types", expected=f"a {column.type}"), wrong, text)
        elif column.codes:
            code = f"coalesce(lower({cell_sql(table, column, file, kind)}), '')"
            mend = f"{looked_up(file)}, or name its codes in `pilots.hospital` of the study file"
            odd = replace(own, check="values", expected="a code that a list knows", mend=mend)
            yield EventCheck(odd, f"{code} NOT IN {in_list(known_codes(table, name, rules))}", code, "unknown_codes")
    yield from _spans(table, given, blank)
    yield from _elsewhere(table, given, months, blank)


def _rounded(table: EventTable, given: Given, blank: Fault) -> Iterator[EventCheck]:
    """Ids of which a spreadsheet has left the first digits."""
    for name in (name for name in given if name in {*table.key, table.practice, *PERSONS}):
        text = f"trim(CAST({identifier(given[name][0])} AS VARCHAR))"
        fault = replace(blank, check="values", column=given[name][0], expected="the whole id", mend=ROUNDED_MEND)
        yield EventCheck(fault, f"regexp_full_match({text}, '{ROUNDED}', 'i')", text)


def _days(
    name: str, table: EventTable, given: Given, months: Period, own: Fault, text: str
) -> Iterator[EventCheck]:  # fmt: skip
    """What a day may be."""
    file, kind = given[name]
    day, column = cell_sql(table, table.column(name), file, kind), table.column(name)
    if not dated(kind):
        readable = shaped(column, trimmed(column, identifier(file), kind), kind)
        yield EventCheck(replace(own, check="types", expected=DAYS), f"{text} IS NOT NULL AND {readable} IS NULL", text)
    early = replace(own, check="months", expected=f"a day after {EARLIEST}, as {DAYS}")
    yield EventCheck(early, f"{day} <= DATE '{EARLIEST}'", text, "broken")
    late = replace(own, check="months", expected=f"no date long after {months.last}")
    yield EventCheck(late, f"{day} > {latest(months)}", text, "broken")


def _spans(table: EventTable, given: Given, blank: Fault) -> Iterator[EventCheck]:
    """Nothing ends before it begins."""
    for first, second in table.spans:
        if first in given and second in given:
            days = [cell_sql(table, table.column(name), *given[name]) for name in (first, second)]
            order = replace(
                blank, check="values", column=f"{given[first][0]}, {given[second][0]}",
                expected=f"{given[second][0]} on or after {given[first][0]}", mend="correct the dates",
            )  # fmt: skip
            yield EventCheck(order, f"{days[1]} < {days[0]}", f"concat({days[1]}, ' before ', {days[0]})", "broken")


def _elsewhere(table: EventTable, given: Given, months: Period, blank: Fault) -> Iterator[EventCheck]:
    """Every practice is one of the study, and every event of its months."""
    if table.practice in given:
        practice = cell_sql(table, table.column(table.practice), *given[table.practice])
        strange = replace(
            blank, check="references", column=given[table.practice][0], expected="a practice of the table practices",
            mend="correct the ids, or add the practice to the table of practices; where the extract is larger than the"
            " study, raise `pilots.limits.other_practices`",
        )  # fmt: skip
        unknown = f"EXISTS (FROM practice_ids) AND {practice} NOT IN (SELECT id FROM practice_ids)"
        yield EventCheck(strange, unknown, practice, "other_practices")
    if table.monthly and table.date in given:
        day = cell_sql(table, table.column(table.date), *given[table.date])
        outside = replace(
            blank, check="months", column=given[table.date][0], expected=f"days of {months.first} to {months.last}",
            mend="correct `pilots.months`, or raise `pilots.limits.outside_months`",
        )  # fmt: skip
        possible = f"{day} > DATE '{EARLIEST}' AND {day} <= {latest(months)}"
        yield EventCheck(outside, f"{possible} AND NOT ({within_sql(day, months)})", f"{day}", "outside_months")
