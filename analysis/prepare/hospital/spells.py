"""Hospital episodes in HES shape become spells and continuous inpatient spells; given spells stay as they are.

``python -m analysis.prepare.hospital.spells --help``
"""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.hospital import HospitalRules
from analysis.plan.limits import LIMITS, Limits
from analysis.plan.terms import Period
from analysis.prepare.hospital.record_plan import RecordPlan
from analysis.steps import Paths, Problem, command, whole, write_json

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from analysis.prepare.events.codes import Codes
    from analysis.prepare.events.event_contract import EventTable

# So many rows are a part: a person's rows are never split, and memory does not grow with the table.
ROWS_AT_ONCE = 1_000_000
# The part of the rows that cannot count.
LEFT_OUT = 0


def spells(
    *,
    practices: Paths,
    conditions: Path,
    plan: RecordPlan,
    out: Path,
    facts: Path,
    limits: Limits = LIMITS,
    episodes: Paths = (),
    spells: Paths = (),
) -> None:
    """Make one row per hospital spell, with its continuous inpatient spell, condition, stay and readmission.

    An episode counts when it is finished and its keys and dates are known. Episodes of a person at a provider make
    a spell; spells of a person that overlap are one, and so are those that stand under two providers' codes; spells
    joined by transfers are a continuous inpatient spell (CIPS). Practice, day and method of admission, diagnoses and
    procedures are those of the first episode, the day of discharge that of the episode that ends last. The length of
    stay is in days, 0 for a day case. A spell is followed by a readmission when it ends a CIPS and the person's next
    CIPS that began as an emergency began within the days that the rules say.

    Spells of other practices and months are kept, since a person may come back from there; they are counted as such.

    Parameters
    ----------
    practices : tuple of Path
        The raw table of practices.
    conditions : Path
        The list of ambulatory-care-sensitive conditions; only emergencies have one.
    plan : RecordPlan
        What the study says of records.
    out : Path
        The spells, in Parquet; rows about persons, those of a person together and in order, the same from run to run.
    facts : Path
        What became of each row, which codes no list knows, what was made, and what the list of conditions is; as JSON.
    limits : Limits
        From where on the run stops; as JSON.
    episodes, spells : tuple of Path
        The one table or the other: files or folders, CSV or Parquet.

    Raises
    ------
    Problem
        When more rows are left out than the limits allow.
    """
    from analysis.prepare.events import codes, fates
    from analysis.prepare.events.event_contract import EPISODES, SPELLS
    from analysis.prepare.events.events import engine
    from analysis.prepare.events.sql import quoted
    from analysis.prepare.hospital.condition_list import condition_sql, read_list
    from analysis.prepare.hospital.spell_parts import make_spells

    listed = read_list(conditions)
    table, paths = (EPISODES, episodes) if episodes else (SPELLS, spells)
    with engine(out, zone=plan.time_zone) as (connection, folder), whole(out) as draft:
        fates.known_practices(connection, practices, plan.columns)
        parts = folder / "parts"
        rows = Counter(_split(connection, parts, table, paths, plan))
        unknown = _unknown(connection, parts, table, plan.rules)
        codes.refuse(table.name, unknown, rows[fates.READ], limits)
        kept = sorted(part for part in parts.iterdir() if part.name != f"part={LEFT_OUT}")
        rows.update(make_spells(connection, kept, plan.rules, condition_sql(listed), draft))
        done = quoted(str(draft))
        rows.update(_placed(connection, done, plan.months) if draft.exists() else {})
        fates.refuse(table.name, rows, limits)
        counts = _counts(connection, done, plan.rules)
    about = listed.model_dump(include={"id", "title", "version", "verified", "note"})
    by_fate = dict.fromkeys((fates.READ, fates.COUNTED, *fates.FATES), 0) | rows
    write_json(
        facts,
        {"table": table.name, "rows": by_fate, "codes": unknown, "counts": counts, "conditions": about},
    )


def _split(
    connection: "DuckDBPyConnection", parts: Path, table: "EventTable", paths: Paths, plan: RecordPlan
) -> dict[str, int]:
    """Write the rows that may count, all of a person to the same part, and count the fates of the others."""
    from analysis.prepare.events.events import event_select, scan
    from analysis.prepare.events.fates import READ, own_sql
    from analysis.prepare.events.split_parts import split
    from analysis.prepare.events.sql import quoted
    from analysis.prepare.hospital.spell_rules import FEW, episode_columns, spell_columns

    typed = event_select(connection, table, paths, plan.named(table.name), months=plan.months)
    rows = _value(connection, f"SELECT count(*) FROM {scan(paths)}")
    if not rows:
        raise Problem(
            f"The table {table.name} has no rows ({paths[0]}).", "give the whole extract, or leave the table out"
        )
    names = [column for column, *_ in connection.execute(f"DESCRIBE {typed}").fetchall()]
    plain = episode_columns(names) if table.name == "episodes" else spell_columns(names)
    valid = f"1 + hash(patient_id) % {1 + rows // ROWS_AT_ONCE}"
    split(
        connection, f"SELECT *, (CASE fate WHEN 'valid' THEN {valid} ELSE {LEFT_OUT} END)::USMALLINT AS part "
        f"FROM (SELECT {plain}, CASE {own_sql(table, plan.rules)} ELSE 'valid' END AS fate FROM ({typed}))", parts, FEW,
    )  # fmt: skip
    written = quoted(f"{parts}/*/*.parquet")
    left_out = f"SELECT fate, count(*) FROM {written} WHERE part = {LEFT_OUT} GROUP BY fate ORDER BY fate"
    return {READ: rows} | dict(connection.execute(left_out).fetchall())


def _unknown(connection: "DuckDBPyConnection", parts: Path, table: "EventTable", rules: HospitalRules) -> "Codes":
    """Count the codes that no list knows: of the state in all rows, of the others in those that may count."""
    from analysis.prepare.events.codes import unknown_codes
    from analysis.prepare.events.sql import quoted
    from analysis.prepare.hospital.spell_rules import CODED

    written = quoted(f"{parts}/*/*.parquet")
    valid = f"(FROM {written} WHERE part <> {LEFT_OUT})"
    state = {"EPISTAT": "state"} if table.name == "episodes" else {}
    return unknown_codes(connection, table, written, rules, state) | unknown_codes(
        connection, table, valid, rules, CODED[table.name]
    )


def _placed(connection: "DuckDBPyConnection", spells: str, months: Period) -> dict[str, int]:
    """How many rows are in spells of the study's practices and months, and of others."""
    from analysis.prepare.events.fates import COUNTED, place_sql

    place = place_sql("practice_id", "admitted", "SELECT practice_id FROM known_practices", months)
    fates = f"SELECT CASE {place} ELSE {COUNTED!r} END AS fate, sum(episodes)::BIGINT FROM {spells} GROUP BY fate"
    return dict(connection.execute(fates).fetchall())


def _counts(connection: "DuckDBPyConnection", spells: str, rules: HospitalRules) -> dict[str, int]:
    """Count what came out; of the last discharges a readmission may lie beyond the extract."""
    row = connection.execute(
        f"""SELECT count(*), count(*) FILTER (first_of_cips),
        count(*) FILTER (last_of_cips AND discharged > last_day - {rules.readmission_days})
        FROM {spells}, (SELECT max(admitted) AS last_day FROM {spells})"""
    ).fetchall()[0]
    names = ["spells", "continuous inpatient spells", "discharges not followed to the end"]
    return dict(zip(names, row, strict=True))


def _value(connection: "DuckDBPyConnection", query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])


if __name__ == "__main__":
    command(spells)
