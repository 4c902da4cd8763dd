"""What becomes of the rows of a table of events, as far as single rows tell it before a run."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.plan.pilots import Pilots
from analysis.prepare.events.event_contract import EventTable
from analysis.prepare.events.events import event_select
from analysis.prepare.events.fates import COUNTED, READ, fates_in_words, own_sql, place_sql
from analysis.prepare.events.sql import identifier
from analysis.steps import Paths
from analysis.wording import number_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROWS = """
SELECT fate, sum(n)::BIGINT, sum(CASE WHEN same IS NULL THEN n ELSE 1 END)::BIGINT FROM (
  SELECT fate, CASE WHEN fate = 'counted' THEN {same} END AS same, count(*) AS n
  FROM (SELECT *, CASE {cases} ELSE 'counted' END AS fate FROM ({typed})) GROUP BY ALL
) GROUP BY fate ORDER BY fate
"""


def row_fates(
    connection: "DuckDBPyConnection", table: EventTable, paths: Paths, columns: Mapping[str, str],
    practices: Sequence[str], pilots: Pilots,
) -> dict[str, int]:  # fmt: skip
    """By fate, how many rows have it; they add up to the rows that are read.

    What takes the rows of a whole stay or patient to be told, such as stays that overlap, is left to the run.
    """
    # Tables of which every column of the key may be left out have a rule of their own for rows that stand twice.
    keyed = any(table.column(name).needed for name in table.key)
    typed = event_select(connection, table, paths, columns, months=pilots.months, same=not keyed)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE practice_ids AS SELECT unnest($1::VARCHAR[]) AS id", [[*practices]]
    )
    day = table.date if table.monthly else "DATE '" + pilots.months.first + "-01'"
    cases = own_sql(table, pilots.hospital) + place_sql(
        table.practice, day, "SELECT id FROM practice_ids", pilots.months
    )
    present = {name for name, *_ in connection.execute(f"DESCRIBE {typed}").fetchall()}
    filled = " AND ".join(f"{identifier(name)} IS NOT NULL" for name in table.identity)
    key = f"CASE WHEN {filled} THEN hash({', '.join(identifier(name) for name in table.key if name in present)}) END"
    query = ROWS.format(same=key if keyed else "same", cases=cases, typed=typed)
    rows = {READ: 0, COUNTED: 0, "twice": 0}
    for fate, number, once in connection.execute(query).fetchall():
        rows[READ] += number
        rows[fate] = once
        rows["twice"] += number - once
    return rows


def fates_note(table: str, rows: Mapping[str, int]) -> str:
    """The fates of a table's rows in a sentence."""
    left = fates_in_words(rows)
    others = f"; left out are {left}" if left else ""
    return f"{table}: of {number_of(rows[READ], 'row')} {rows[COUNTED]:,} may count{others}"
