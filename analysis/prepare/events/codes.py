"""Codes that no list knows: how many rows have which, so that a paper says so and a run stops where they are many."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.plan.hospital import HospitalRules
from analysis.plan.limits import Limits
from analysis.prepare.events.event_contract import EventTable
from analysis.prepare.events.fates import canonical
from analysis.prepare.events.sql import identifier, in_list
from analysis.steps import Problem
from analysis.wording import counted, number_of, plural

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# By column, the codes that are not known, from the most to the least frequent, with the number of rows; "" is none.
Codes = dict[str, dict[str, int]]
# The columns of which the study names codes.
OF_STUDY = {"ADMIMETH": ("emergency", "elective"), "method": ("emergency", "elective"), "ATTENDED": ("attended",)}
UNKNOWN = """
SELECT coalesce(lower(written), '') AS code, sum(rows)::BIGINT AS n
FROM (SELECT {column} AS written, count(*) AS rows FROM {source} GROUP BY written)
GROUP BY code HAVING code NOT IN {known} ORDER BY n DESC, code
"""
# Of so many each is named; a cell that holds a text in place of a code is about a person, so no more of it is shown.
NAMED, LONGEST = 5, 10


def unknown_codes(
    connection: "DuckDBPyConnection",
    table: EventTable,
    source: str,
    rules: HospitalRules,
    names: Mapping[str, str] | None = None,
) -> Codes:
    """Count the codes of a table that neither its contract nor the study knows.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`analysis.prepare.events.events.engine`.
    table : EventTable
        The contract.
    source : str
        What stands after FROM: its rows.
    rules : HospitalRules
        The codes that the study names.
    names : mapping
        The columns to look at, by the contract's name: what `source` calls them; by default all, as the contract does.
    """
    unknown: Codes = {}
    columns = {column.name: column.name for column in table.columns if column.codes} if names is None else names
    for name, own in columns.items():
        allowed = in_list(known_codes(table, name, rules))
        query = UNKNOWN.format(column=identifier(own), source=source, known=allowed)
        if rows := connection.execute(query).fetchall():
            unknown[name] = {code[:LONGEST].upper(): count for code, count in reversed(rows)}
    return unknown


def known_codes(table: EventTable, column: str, rules: HospitalRules) -> list[str]:
    """The codes of a column that its contract or the study knows, in lower case; an empty text is no code at all."""
    of_study = [code for key in OF_STUDY.get(column, ()) for code in getattr(rules, key)]
    return [code.lower() for code in (*table.column(column).codes, *canonical(of_study))]


def refuse(table: str, codes: Codes, read: int, limits: Limits) -> None:
    """Stop where more rows than the study file allows have a code that no list knows.

    Raises
    ------
    Problem
        With the column, the codes, how many rows there are, and how to mend it.
    """
    for column, unknown in codes.items():
        if sum(unknown.values()) > limits.unknown_codes * read:
            raise Problem(
                f"Of {number_of(read, 'row')} of {table} {counted(many := sum(unknown.values()))} "
                f"{plural(many, 'has', 'have')} in {column} a code that no list knows, more "
                f"than {100 * limits.unknown_codes:g}%: {named(unknown)}.",
                "correct the column, name its codes in `pilots.hospital` of the study file, or allow more there: "
                "`pilots.limits.unknown_codes`",
            )


def named(counts: Mapping[str, int]) -> str:
    """The most frequent codes in words, with how many rows have each."""
    codes = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    more = f" and {len(codes) - NAMED} more" if len(codes) > NAMED else ""
    return ", ".join(f"{code or 'none'} ({count:,})" for code, count in codes[:NAMED]) + more
