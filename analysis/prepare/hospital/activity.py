"""Spells, outpatient attendances and emergency-care attendances become counts per practice and month.

``python -m analysis.prepare.hospital.activity --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.plan.limits import LIMITS, Limits
from analysis.plan.terms import Period
from analysis.prepare.hospital.record_plan import RecordPlan
from analysis.prepare.outcomes.panel import Columns
from analysis.steps import Paths, Problem, command, whole, write_json

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from analysis.prepare.events.event_contract import EventTable

# Measures that are made of spells: the day, and how much a spell counts, 0 where it does not.
# ASSUME: an admission is the first spell of a continuous inpatient spell, so a transfer is no second admission; the
# days of a stay count in the month of admission, and a readmission in the month of the discharge that it follows.
SPELL_MEASURES = {
    "emergency": ("admitted", "(first_of_cips AND method = 'emergency')::BIGINT"),
    "elective": ("admitted", "(first_of_cips AND method = 'elective')::BIGINT"),
    "other_admissions": ("admitted", "(first_of_cips AND method = 'other')::BIGINT"),
    "acsc": ("admitted", "(first_of_cips AND condition IS NOT NULL)::BIGINT"),
    "bed_days": ("admitted", "coalesce(length_of_stay, 0)"),
    "readmission_30": ("discharged", "readmitted::BIGINT"),
}
GROUPED = """
CREATE OR REPLACE TEMP TABLE grouped AS
SELECT practice_id, {month} AS month, sum({amount})::BIGINT AS n FROM ({source}) GROUP BY ALL
"""
COVERED = """
CREATE OR REPLACE TEMP TABLE covered AS
FROM (SELECT DISTINCT {month} AS month FROM ({source})) SEMI JOIN population USING (month)
"""
MONTH = "strftime({day}, '%Y-%m')"
# Every practice of the study in every month in which the extract has rows at all: a practice without an event has 0. A
# month in which no practice of the whole extract has any row is not in the extract, so it stays missing.
COUNTED = """
INSERT INTO activity
SELECT practice_id, month, {measure} AS measure, coalesce(n, 0) AS count, population
FROM population SEMI JOIN covered USING (month) LEFT JOIN grouped USING (practice_id, month)
"""
# What became of the events of a measure; of bed days, what became of the days. A readmission counts in the month of the
# discharge, which may be one in which the extract has no admission.
BY_FATE = """
SELECT CASE
    WHEN practice_id IS NULL THEN 'without a practice'
    WHEN practice_id NOT IN (SELECT practice_id FROM known_practices) THEN 'of other practices'
    WHEN month IS NULL OR month NOT BETWEEN {first} AND {last} THEN 'outside the months'
    WHEN population IS NULL THEN 'without a population'
    WHEN month NOT IN (FROM covered) THEN 'in a month without admissions'
    ELSE 'counted' END AS fate, sum(n)::BIGINT
FROM grouped LEFT JOIN population USING (practice_id, month) GROUP BY fate
"""
FATES = [
    "counted", "outside the months", "of other practices", "without a practice", "without a population",
    "in a month without admissions",
]  # fmt: skip


def activity(
    *,
    practices: Paths,
    plan: RecordPlan,
    out: Path,
    facts: Path,
    limits: Limits = LIMITS,
    spells: Paths = (),
    outpatients: Paths = (),
    emergency_care: Paths = (),
    populations: Paths = (),
) -> None:
    """Count events per practice, month and measure: the activity table of the data contract.

    Parameters
    ----------
    practices : tuple of Path
        The raw table of practices, one file or several parts; events of others are left out and counted.
    plan : RecordPlan
        What the study says of records; its rules tell which outpatient codes are attendances.
    out : Path
        The activity table, in Parquet.
    facts : Path
        What became of each row of outpatients and emergency care (``tables``), and by measure how much was counted and
        left out, and why (``measures``); as JSON.
    limits : Limits
        From where on the run stops; as JSON.
    spells : tuple of Path
        The spells that :mod:`analysis.prepare.hospital.spells` made: admissions, bed days, readmissions.
    outpatients, emergency_care : tuple of Path
        Raw tables: files or folders, CSV or Parquet.
    populations : tuple of Path
        Registered patients by practice and month; without it the list size of the table of practices stands
        for every month.

    Raises
    ------
    Problem
        When there is no table to count, or more of its rows are left out than the limits allow.
    """
    from analysis.prepare.events.event_contract import EMERGENCY_CARE, OUTPATIENTS
    from analysis.prepare.events.events import engine
    from analysis.prepare.events.fates import known_practices
    from analysis.prepare.events.sql import quoted

    if not (spells or outpatients or emergency_care):
        raise Problem(
            "The data have no activity, and none of episodes, spells, outpatients and emergency_care to make it of.",
            "add one of them to the data; docs/data-contract.md has their columns",
        )
    measures: dict[str, dict[str, int]] = {}
    tables: dict[str, dict[str, Any]] = {}
    with engine(out, zone=plan.time_zone) as (connection, _), whole(out) as draft:
        known_practices(connection, practices, plan.columns)
        _population(connection, practices, populations, plan.months, plan.columns)
        for path in spells:
            measures |= _of_spells(connection, f"FROM {quoted(str(path))}", plan.months)
        for table, paths, measure in ((OUTPATIENTS, outpatients, "outpatient"), (EMERGENCY_CARE, emergency_care, "ae")):
            if paths:
                tables[table.name] = _tallied(connection, table, paths, plan, limits)
                measures[measure] = _attendances(connection, measure, plan.months)
        connection.execute(
            f"COPY (FROM activity ORDER BY measure, practice_id, month) TO {quoted(str(draft))} (FORMAT parquet)"
        )
    write_json(facts, {"measures": measures, "tables": tables})


def _population(
    connection: "DuckDBPyConnection", practices: Paths, populations: Paths, months: Period, columns: Columns
) -> None:
    """Who is registered in each month, as the table `population`."""
    import pandas as pd

    from analysis.prepare.contract.contract import Populations, Practices
    from analysis.prepare.contract.raw import read_raw

    span = pd.period_range(months.first, months.last, freq="M").astype(str).to_frame(name="month", index=False)
    # ASSUME: where no populations are given, the list has the same size in every month.
    sizes = read_raw(practices, Practices, columns.get("practices"))[["practice_id", "list_size"]]
    registered = sizes.rename(columns={"list_size": "population"}).merge(span, how="cross")
    if populations:
        given = read_raw(populations, Populations, columns.get("populations"))[["practice_id", "month", "population"]]
        registered = registered[["practice_id", "month"]].merge(given, on=["practice_id", "month"])
    connection.register("registered", registered)
    connection.execute("CREATE TABLE population AS SELECT practice_id, month, population FROM registered")
    connection.execute(
        "CREATE TABLE activity (practice_id VARCHAR, month VARCHAR, measure VARCHAR, count BIGINT, population DOUBLE)"
    )


def _of_spells(connection: "DuckDBPyConnection", source: str, months: Period) -> dict[str, dict[str, int]]:
    """Count all measures of spells; the months of their admissions are those that they can tell of."""
    connection.execute(COVERED.format(month=MONTH.format(day="admitted"), source=source))
    return {
        measure: _count(connection, measure, MONTH.format(day=day), amount, source, months)
        for measure, (day, amount) in SPELL_MEASURES.items()
    }


def _tallied(
    connection: "DuckDBPyConnection", table: "EventTable", paths: Paths, plan: RecordPlan, limits: Limits
) -> dict[str, Any]:
    """What became of the rows of a raw table, which is in the table `tallied` then, and which codes no list knows."""
    from analysis.prepare.events import codes, fates
    from analysis.prepare.events.events import event_select
    from analysis.prepare.hospital.attendances import tally

    rows = tally(connection, table, paths, plan)
    typed = f"({event_select(connection, table, paths, plan.named(table.name))})"
    unknown = codes.unknown_codes(connection, table, typed, plan.rules) if rows["unknown code"] else {}
    codes.refuse(table.name, unknown, rows[fates.READ], limits)
    fates.refuse(table.name, rows, limits)
    return {"rows": rows, "codes": unknown}


def _attendances(connection: "DuckDBPyConnection", measure: str, months: Period) -> dict[str, int]:
    """Count the attendances of the table `tallied`."""
    connection.execute(COVERED.format(month="month", source="FROM tallied"))
    return _count(connection, measure, "month", "events", "FROM tallied WHERE fate = 'counted'", months)


def _count(
    connection: "DuckDBPyConnection", measure: str, month: str, amount: str, source: str, months: Period
) -> dict[str, int]:
    """Add one measure to the table `activity`, and say what became of all its events."""
    from analysis.prepare.events.sql import quoted

    connection.execute(GROUPED.format(month=month, amount=amount, source=source))
    connection.execute(COUNTED.format(measure=quoted(measure)))
    by_fate = BY_FATE.format(first=quoted(months.first), last=quoted(months.last))
    return dict.fromkeys(FATES, 0) | dict(connection.execute(by_fate).fetchall())


if __name__ == "__main__":
    command(activity)
