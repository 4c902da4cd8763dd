"""Outpatient appointments and emergency-care arrivals: the fate of each row, and each attendance once."""

from typing import TYPE_CHECKING

from analysis.prepare.events.event_contract import EventTable
from analysis.prepare.events.events import event_select
from analysis.prepare.events.fates import COUNTED, FATES, READ, own_sql, place_sql
from analysis.prepare.hospital.record_plan import RecordPlan
from analysis.steps import Paths

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Rows that count are brought together where they stand twice; of the others only their number is known. Hashes are
# compared within a practice and day, where there are few, so that no two different rows share one.
TALLIED = """
CREATE OR REPLACE TEMP TABLE tallied AS
SELECT practice_id, strftime(day, '%Y-%m') AS month, fate, sum(n)::BIGINT AS rows,
  sum(CASE WHEN same IS NULL THEN n ELSE 1 END)::BIGINT AS events
FROM (
  SELECT {practice} AS practice_id, {day} AS day, fate, CASE WHEN fate = 'counted' THEN same END AS same, count(*) AS n
  FROM (SELECT *, CASE {cases} ELSE 'counted' END AS fate FROM ({typed})) GROUP BY ALL
) GROUP BY ALL
"""
BY_FATE = """
SELECT fate, sum(rows)::BIGINT, sum(events)::BIGINT,
  coalesce(sum(events) FILTER (population IS NULL AND fate = 'counted'), 0)::BIGINT
FROM tallied LEFT JOIN population USING (practice_id, month) GROUP BY fate ORDER BY fate
"""
# Those who attended, each attendance once, whatever their practice.
ATTENDED = """
SELECT HESID AS patient_id, {day} FROM (SELECT *, CASE {cases} ELSE 'counted' END AS fate FROM ({typed}))
WHERE fate = 'counted' AND HESID IN ({patients}) GROUP BY HESID, {day}, same
"""


def tally(connection: "DuckDBPyConnection", table: EventTable, paths: Paths, plan: RecordPlan) -> dict[str, int]:
    """Count rows by practice, month and fate in the table `tallied`; it needs `known_practices` and `population`.

    Returns
    -------
    dict
        By fate, how many rows have it.
    """
    typed = event_select(connection, table, paths, plan.named(table.name), months=plan.months, same=True)
    place = place_sql(table.practice, table.date, "SELECT practice_id FROM known_practices", plan.months)
    connection.execute(
        TALLIED.format(practice=table.practice, day=table.date, cases=own_sql(table, plan.rules) + place, typed=typed)
    )
    counts = dict.fromkeys((READ, COUNTED, *FATES), 0)
    for fate, rows, events, without in connection.execute(BY_FATE).fetchall():
        counts[READ] += rows
        counts[fate] += events - without
        counts["twice"] += rows - events
        counts["without a population"] += without
    return counts


def attended(connection: "DuckDBPyConnection", table: EventTable, paths: Paths, plan: RecordPlan, patients: str) -> str:
    """The query that gives each attendance of some patients once, with its day; `patients` is a query of their ids."""
    typed = event_select(connection, table, paths, plan.named(table.name), months=plan.months, same=True)
    return ATTENDED.format(day=table.date, cases=own_sql(table, plan.rules), typed=typed, patients=patients)
