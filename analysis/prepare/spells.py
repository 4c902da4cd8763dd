"""Hospital episodes in HES shape become spells and continuous inpatient spells; given spells stay as they are.

``python -m analysis.prepare.spells --help``
"""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.hospital import HospitalRules
from analysis.plan.limits import LIMITS, Limits
from analysis.plan.terms import ZONE, Period
from analysis.prepare.panel import Columns
from analysis.steps import Paths, Problem, command, whole, write_json

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from analysis.prepare.codes import Codes
    from analysis.prepare.event_contract import EventTable

# So many rows are worked on at once: a person's rows are never split, and memory does not grow with the table.
ROWS_AT_ONCE = 2_500_000
RESULT = """
patient_id, spell, cips, first_of_cips, last_of_cips, provider, practice_id, admitted, discharged, admission_method,
method, length_of_stay, readmitted, condition, episodes, diagnosis_1, other_diagnoses, procedure_1, other_procedures
"""


def spells(
    *,
    practices: Paths,
    months: Period,
    conditions: Path,
    rules: HospitalRules,
    limits: Limits = LIMITS,
    time_zone: str = ZONE,
    columns: Columns,
    out: Path,
    facts: Path,
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
    months : Period
        First and last month of the study.
    conditions : Path
        The list of ambulatory-care-sensitive conditions; only emergencies have one.
    rules : HospitalRules
        The codes and days that the study chose; as JSON.
    limits : Limits
        From where on the run stops; as JSON.
    time_zone : str
        In which a time that has a zone becomes a day.
    columns : dict
        By table, the columns that have other names in the files; as JSON.
    out : Path
        The spells, in Parquet; rows about persons, those of a person together and in order, the same from run to run.
    facts : Path
        What became of each row, which codes no list knows, what was made, and what the list of conditions is; as JSON.
    episodes, spells : tuple of Path
        The one table or the other: files or folders, CSV or Parquet.

    Raises
    ------
    Problem
        When more rows are left out than the limits allow.
    """
    from analysis.prepare import codes, fates
    from analysis.prepare.condition_list import condition_sql, read_list
    from analysis.prepare.event_contract import EPISODES, SPELLS
    from analysis.prepare.events import engine, in_order
    from analysis.prepare.sql import quoted

    listed = read_list(conditions)
    table, paths = (EPISODES, episodes) if episodes else (SPELLS, spells)
    with engine(out, zone=time_zone) as (connection, folder):
        fates.known_practices(connection, practices, columns)
        rows = Counter(_split(connection, folder, table, paths, columns.get(table.name, {}), rules, months))
        unknown = _unknown(connection, folder, table, rules)
        for part in sorted((folder / "parts").iterdir()):
            rows.update(_one_part(connection, part, folder / "done", rules, condition_sql(listed)))
        done = quoted(f"{folder}/done/*.parquet")
        rows.update(_placed(connection, done, months))
        codes.refuse(table.name, unknown, rows[fates.READ], limits)
        fates.refuse(table.name, rows, limits)
        counts = _counts(connection, done, rules)
        with whole(out) as draft, in_order(connection):
            connection.execute(f"COPY (FROM {done}) TO {quoted(str(draft))} (FORMAT parquet, COMPRESSION zstd)")
    about = listed.model_dump(include={"id", "title", "version", "verified", "note"}) | {"sentence": listed.sentence}
    told = {"rows": dict.fromkeys((fates.READ, fates.COUNTED, *fates.FATES), 0) | rows, "codes": unknown}
    write_json(facts, {"table": table.name, **told, "counts": counts, "conditions": about})


def _split(
    connection: "DuckDBPyConnection", folder: Path, table: "EventTable", paths: Paths, columns: dict[str, str],
    rules: HospitalRules, months: Period,
) -> dict[str, int]:  # fmt: skip
    """Write the rows to a few files, all rows of a person to the same one, and count the fate of those left out."""
    from analysis.prepare.events import event_select, scan
    from analysis.prepare.fates import READ, own_sql
    from analysis.prepare.spell_rules import episode_columns, spell_columns
    from analysis.prepare.sql import quoted

    typed = event_select(connection, table, paths, columns, months=months)
    rows = _value(connection, f"SELECT count(*) FROM {scan(paths)}")
    if not rows:
        raise Problem(
            f"The table {table.name} has no rows ({paths[0]}).", "give the whole extract, or leave the table out"
        )
    names = [column for column, *_ in connection.execute(f"DESCRIBE {typed}").fetchall()]
    plain = episode_columns(names) if table.name == "episodes" else spell_columns(names)
    fate = f"CASE {own_sql(table, rules)} ELSE 'valid' END AS fate"
    connection.execute(
        f"COPY (SELECT {plain}, {fate}, (hash(patient_id) % {1 + rows // ROWS_AT_ONCE})::INTEGER AS part "
        f"FROM ({typed})) TO {quoted(f'{folder}/parts')} (FORMAT parquet, COMPRESSION lz4, PARTITION_BY (part))"
    )
    (folder / "done").mkdir()
    written = quoted(f"{folder}/parts/*/*.parquet")
    left_out = f"SELECT fate, count(*) FROM {written} WHERE fate <> 'valid' GROUP BY fate ORDER BY fate"
    return {READ: rows} | dict(connection.execute(left_out).fetchall())


def _unknown(connection: "DuckDBPyConnection", folder: Path, table: "EventTable", rules: HospitalRules) -> "Codes":
    """Count the codes that no list knows: of the state in all rows, of the others in those that may count."""
    from analysis.prepare.codes import unknown_codes
    from analysis.prepare.spell_rules import CODED
    from analysis.prepare.sql import quoted

    written = quoted(f"{folder}/parts/*/*.parquet")
    valid = f"(FROM {written} WHERE fate = 'valid')"
    state = {"EPISTAT": "state"} if table.name == "episodes" else {}
    return unknown_codes(connection, table, written, rules, state) | unknown_codes(
        connection, table, valid, rules, CODED[table.name]
    )


def _one_part(
    connection: "DuckDBPyConnection", part: Path, done: Path, rules: HospitalRules, condition: str
) -> dict[str, int]:
    """Work out the spells of some persons; what became of their rows."""
    from analysis.prepare import spell_rules as sql
    from analysis.prepare.sql import quoted

    here = f"read_parquet({quoted(f'{part}/*.parquet')}, hive_partitioning = false)"
    read = f"SELECT * EXCLUDE (fate) FROM {here} WHERE fate = 'valid'"
    of_episodes = "episode_key" in {name for name, *_ in connection.execute(f"DESCRIBE {read}").fetchall()}
    steps = (sql.UNIQUE, sql.NUMBERED, sql.SPELLS) if of_episodes else (sql.UNLIKE,)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE stays AS {sql.chained(read, *steps)}")
    stays = _value(connection, "SELECT coalesce(sum(episodes), 0) FROM stays")
    told = {
        "twice": _value(connection, f"SELECT count(*) FROM ({read})") - stays,
        "ends before it begins": _value(
            connection, "SELECT coalesce(sum(episodes), 0) FROM stays WHERE discharged < admitted"
        ),
    }
    apart, merged = _apart(connection)
    made = sql.chained(
        apart, sql.JOINED, sql.CIPS, sql.METHOD, sql.READMITTED, sql.CODES, sql.CONDITION,
        transfer_days=rules.transfer_days, readmission_days=rules.readmission_days,
        method=sql.method_sql("admission_method", rules), condition=condition,
    )  # fmt: skip
    target = quoted(str(done / f"{part.name}.parquet"))
    connection.execute(
        f"COPY (SELECT {RESULT} FROM ({made}) ORDER BY patient_id, spell) TO {target} (FORMAT parquet, COMPRESSION lz4)"
    )
    return {fate: rows + merged.get(fate, 0) for fate, rows in told.items()} | {"overlapping": merged["overlapping"]}


def _apart(connection: "DuckDBPyConnection") -> tuple[str, dict[str, int]]:
    """The query of stays that are apart in time, and how many rows are copies of others, or overlap them."""
    from analysis.prepare import spell_rules as sql

    valid = "FROM stays WHERE coalesce(discharged >= admitted, true)"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE crowded AS {sql.chained(valid, sql.CROWDED)}")
    theirs = f"SELECT * FROM ({valid}) SEMI JOIN crowded USING (patient_id)"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE judged AS {sql.chained(theirs, sql.JUDGED)}")
    twice, overlapping = connection.execute(
        "SELECT coalesce(sum(episodes) FILTER (alike), 0)::BIGINT, "
        "coalesce(sum(episodes) FILTER (within AND NOT alike), 0)::BIGINT FROM judged"
    ).fetchall()[0]
    others = f"SELECT * FROM ({valid}) ANTI JOIN crowded USING (patient_id)"
    merged = sql.chained("FROM judged", sql.MERGED)
    return f"{others} UNION ALL BY NAME ({merged})", {"twice": twice, "overlapping": overlapping}


def _placed(connection: "DuckDBPyConnection", made: str, months: Period) -> dict[str, int]:
    """How many rows are in spells of the study's practices and months, and of others."""
    from analysis.prepare.fates import COUNTED, place_sql

    place = place_sql("practice_id", "admitted", "SELECT practice_id FROM known_practices", months)
    fates = f"SELECT CASE {place} ELSE {COUNTED!r} END AS fate, sum(episodes)::BIGINT FROM {made} GROUP BY fate"
    return dict(connection.execute(fates).fetchall())


def _counts(connection: "DuckDBPyConnection", made: str, rules: HospitalRules) -> dict[str, int]:
    """Count what came out; of the last discharges a readmission may lie beyond the extract."""
    row = connection.execute(
        f"""SELECT count(*), count(*) FILTER (first_of_cips),
        count(*) FILTER (last_of_cips AND discharged > last_day - {rules.readmission_days})
        FROM {made}, (SELECT max(admitted) AS last_day FROM {made})"""
    ).fetchall()[0]
    names = ["spells", "continuous inpatient spells", "discharges not followed to the end"]
    return dict(zip(names, row, strict=True))


def _value(connection: "DuckDBPyConnection", query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])


if __name__ == "__main__":
    command(spells)
