"""Spells, outpatient attendances and emergency-care attendances become counts per practice and month.

``python -m analysis.prepare.activity --help``
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.hospital import HospitalRules
from analysis.plan.terms import Period
from analysis.prepare.panel import Columns
from analysis.steps import Paths, Problem, command, whole, write_json

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from analysis.prepare.event_contract import EventTable

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
SELECT practice_id, strftime({day}, '%Y-%m') AS month, sum({amount})::BIGINT AS n FROM ({source}) GROUP BY ALL
"""
COVERED = """
CREATE OR REPLACE TEMP TABLE covered AS
FROM (SELECT DISTINCT strftime({day}, '%Y-%m') AS month FROM ({source})) SEMI JOIN population USING (month)
"""
# Every practice of the study in every month in which the extract has rows at all: a practice without an event has 0. A
# month in which no practice of the whole extract has any row is not in the extract, so it stays missing.
COUNTED = """
INSERT INTO activity
SELECT practice_id, month, {measure} AS measure, coalesce(n, 0) AS count, population
FROM population SEMI JOIN covered USING (month) LEFT JOIN grouped USING (practice_id, month)
"""
TOLD = """
SELECT
  coalesce(sum(n) FILTER (practice_id IN (SELECT practice_id FROM population)
    AND coalesce(month IN (FROM covered), false)), 0),
  coalesce(sum(n) FILTER (practice_id IN (SELECT practice_id FROM population)
    AND NOT coalesce(month IN (FROM covered), false)), 0),
  coalesce(sum(n) FILTER (practice_id NOT IN (SELECT practice_id FROM population)), 0),
  coalesce(sum(n) FILTER (practice_id IS NULL), 0)
FROM grouped
"""
FATES = ["counted", "outside the months", "of other practices", "without a practice"]


def activity(
    *,
    practices: Paths,
    months: Period,
    rules: HospitalRules,
    columns: Columns,
    out: Path,
    facts: Path,
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
    months : Period
        First and last month.
    rules : HospitalRules
        Which outpatient codes are attendances; as JSON.
    columns : dict
        By table, the columns that have other names in the files; as JSON.
    out : Path
        The activity table, in Parquet.
    facts : Path
        By measure, how much was counted and how much was left out, and why; as JSON.
    spells : tuple of Path
        The spells that :mod:`analysis.prepare.spells` made: admissions, bed days, readmissions.
    outpatients, emergency_care : tuple of Path
        Raw tables: files or folders, CSV or Parquet.
    populations : tuple of Path
        Registered patients by practice and month; without it the list size of the table of practices stands
        for every month.
    """
    from analysis.prepare.event_contract import EMERGENCY_CARE, OUTPATIENTS
    from analysis.prepare.events import engine, listed, quoted

    if not (spells or outpatients or emergency_care):
        raise Problem(
            "The data have no activity, and none of episodes, spells, outpatients and emergency_care to make it of.",
            "add one of them to the data; docs/data-contract.md has their columns",
        )
    told: dict[str, dict[str, int]] = {}
    with engine(out) as (connection, _), whole(out) as draft:
        _population(connection, practices, populations, months, columns)
        for path in spells:
            told |= _of_source(connection, f"FROM {quoted(str(path))}", "admitted", SPELL_MEASURES)
        for table, paths, measure, amount in (
            (OUTPATIENTS, outpatients, "outpatient", f"(ATTENDED IN {listed(rules.attended)})::BIGINT"),
            (EMERGENCY_CARE, emergency_care, "ae", "1"),
        ):
            if paths:
                counted = {measure: (table.date, f"coalesce({amount}, 0)")}
                told |= _of_source(connection, _events(connection, table, paths, columns), table.date, counted)
        connection.execute(
            f"COPY (FROM activity ORDER BY measure, practice_id, month) TO {quoted(str(draft))} (FORMAT parquet)"
        )
    write_json(facts, told)


def _population(
    connection: "DuckDBPyConnection", practices: Paths, populations: Paths, months: Period, columns: Columns
) -> None:
    """Who is registered in each month, as the table `population`."""
    import pandas as pd

    from analysis.prepare.contract import Populations, Practices
    from analysis.prepare.raw import read_raw

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


def _events(connection: "DuckDBPyConnection", table: "EventTable", paths: Paths, columns: Columns) -> str:
    """A query of a raw table that calls its column of practices as the contract does."""
    from analysis.prepare.events import event_select

    typed = event_select(connection, table, paths, columns.get(table.name, {}))
    return f"SELECT * RENAME ({table.practice} AS practice_id) FROM ({typed})"


def _of_source(
    connection: "DuckDBPyConnection", source: str, day: str, measures: Mapping[str, tuple[str, str]]
) -> dict[str, dict[str, int]]:
    """Count all measures of one source; the months that its `day` covers are those that it can tell of."""
    connection.execute(COVERED.format(day=day, source=source))
    return {name: _count(connection, name, source, *how) for name, how in measures.items()}


def _count(connection: "DuckDBPyConnection", measure: str, source: str, day: str, amount: str) -> dict[str, int]:
    """Add one measure to the table `activity`, and say what became of all its events."""
    from analysis.prepare.events import quoted

    connection.execute(GROUPED.format(day=day, amount=amount, source=source))
    connection.execute(COUNTED.format(measure=quoted(measure)))
    row = connection.execute(TOLD).fetchall()[0]
    return {fate: int(n) for fate, n in zip(FATES, row, strict=True)}


if __name__ == "__main__":
    command(activity)
