"""Hospital episodes in HES shape become spells and continuous inpatient spells; given spells stay as they are.

``python -m analysis.prepare.spells --help``
"""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.hospital import HospitalRules
from analysis.steps import Paths, Problem, command, whole, write_json

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# So many rows are worked on at once: a person's rows are never split, and memory does not grow with the table.
ROWS_AT_ONCE = 2_500_000
RESULT = """
patient_id, spell, cips, first_of_cips, last_of_cips, provider, practice_id, admitted, discharged, admission_method,
method, length_of_stay, readmitted, condition, episodes, diagnosis_1, other_diagnoses, procedure_1, other_procedures
"""


def spells(
    *,
    conditions: Path,
    rules: HospitalRules,
    out: Path,
    facts: Path,
    columns: dict[str, dict[str, str]],
    episodes: Paths = (),
    spells: Paths = (),
) -> None:
    """Make one row per hospital spell, with its continuous inpatient spell, condition, stay and readmission.

    An episode counts when it is finished and its keys and dates are known. Episodes of a person at a provider make
    a spell, spells of a person joined by transfers a continuous inpatient spell (CIPS). Practice, day and method of
    admission, diagnoses and procedures are those of the first episode, the day of discharge that of the episode
    that ends last. The length of stay is in days, 0 for a day case. A spell is followed by a readmission when it
    ends a CIPS and the person's next CIPS that began as an emergency began within the days that the rules say.

    Parameters
    ----------
    conditions : Path
        The list of ambulatory-care-sensitive conditions; only emergencies have one.
    rules : HospitalRules
        The codes and days that the study chose; as JSON.
    out : Path
        The spells, in Parquet; rows about persons, those of a person together and in order, the same from run to run.
    facts : Path
        What was counted and left out, and what the list of conditions is, as JSON.
    columns : dict
        By table, the columns that have other names in the files; as JSON.
    episodes, spells : tuple of Path
        The one table or the other: files or folders, CSV or Parquet.
    """
    from analysis.prepare.condition_list import condition_sql, read_list
    from analysis.prepare.event_contract import EPISODES, SPELLS
    from analysis.prepare.events import engine, in_order, quoted

    listed = read_list(conditions)
    table, paths = (EPISODES, episodes) if episodes else (SPELLS, spells)
    with engine(out) as (connection, folder):
        counts = Counter(_split(connection, folder, table.name, paths, columns.get(table.name, {})))
        for part in sorted((folder / "parts").iterdir()):
            counts.update(_one_part(connection, part, folder / "done", rules, condition_sql(listed)))
        done = quoted(f"{folder}/done/*.parquet")
        with whole(out) as draft, in_order(connection):
            connection.execute(f"COPY (FROM {done}) TO {quoted(str(draft))} (FORMAT parquet, COMPRESSION zstd)")
        counts.update(_results(connection, out, rules))
    about = listed.model_dump(include={"id", "title", "version", "verified", "note"}) | {"sentence": listed.sentence}
    write_json(facts, {"table": table.name, "counts": counts, "conditions": about})


def _split(
    connection: "DuckDBPyConnection", folder: Path, name: str, paths: Paths, columns: dict[str, str]
) -> dict[str, int]:
    """Write the rows that count to a few files, all rows of a person to the same one, and count the fate of all."""
    from analysis.prepare.event_contract import EVENT_TABLES
    from analysis.prepare.events import event_select, quoted, scan
    from analysis.prepare.spell_rules import episode_columns, spell_columns

    typed = event_select(connection, EVENT_TABLES[name], paths, columns)
    rows = _value(connection, f"SELECT count(*) FROM {scan(paths)}")
    if not rows:
        raise Problem(f"The table {name} has no rows ({paths[0]}).", "give the whole extract, or leave the table out")
    names = [column for column, *_ in connection.execute(f"DESCRIBE {typed}").fetchall()]
    plain = episode_columns(names) if name == "episodes" else spell_columns(names)
    connection.execute(
        f"COPY (SELECT {plain}, (hash(patient_id) % {1 + rows // ROWS_AT_ONCE})::INTEGER AS part FROM ({typed})) "
        f"TO {quoted(f'{folder}/parts')} (FORMAT parquet, COMPRESSION lz4, PARTITION_BY (part))"
    )
    (folder / "done").mkdir()
    written = quoted(f"{folder}/parts/*/*.parquet")
    fates = connection.execute(f"SELECT fate, count(*) FROM {written} GROUP BY fate ORDER BY fate").fetchall()
    return {f"{name} read": rows} | dict(fates)


def _one_part(
    connection: "DuckDBPyConnection", part: Path, done: Path, rules: HospitalRules, condition: str
) -> dict[str, int]:
    """Work out the spells of some persons."""
    from analysis.prepare import spell_rules as sql
    from analysis.prepare.events import quoted

    here = f"read_parquet({quoted(f'{part}/*.parquet')}, hive_partitioning = false)"
    read = f"SELECT * EXCLUDE (fate) FROM {here} WHERE fate = 'valid'"
    if "episode_key" in {name for name, *_ in connection.execute(f"DESCRIBE {read}").fetchall()}:
        read = sql.chained(read, sql.UNIQUE, sql.NUMBERED, sql.SPELLS)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE stays AS {read}")
    made = sql.chained(
        "FROM stays WHERE coalesce(discharged >= admitted, true)", sql.JOINED, sql.CIPS, sql.METHOD, sql.READMITTED,
        sql.CODES, sql.CONDITION, transfer_days=rules.transfer_days, readmission_days=rules.readmission_days,
        method=sql.method_sql("admission_method", rules), condition=condition,
    )  # fmt: skip
    target = quoted(str(done / f"{part.name}.parquet"))
    connection.execute(
        f"COPY (SELECT {RESULT} FROM ({made}) ORDER BY patient_id, spell) TO {target} (FORMAT parquet, COMPRESSION lz4)"
    )
    episodes = _value(connection, "SELECT coalesce(sum(episodes), 0) FROM stays")
    backwards = _value(connection, "SELECT count(*) FROM stays WHERE discharged < admitted")
    return {"episodes in spells": episodes, "discharged before admitted": backwards}


def _results(connection: "DuckDBPyConnection", out: Path, rules: HospitalRules) -> dict[str, int]:
    """Count what came out; of the last discharges a readmission may lie beyond the extract."""
    from analysis.prepare.events import quoted

    made = quoted(str(out))
    row = connection.execute(
        f"""SELECT count(*), count(*) FILTER (first_of_cips), count(*) FILTER (practice_id IS NULL),
        count(*) FILTER (last_of_cips AND discharged > last_day - {rules.readmission_days})
        FROM {made}, (SELECT max(admitted) AS last_day FROM {made})"""
    ).fetchall()[0]
    names = ["spells", "continuous inpatient spells", "spells without a practice", "discharges not followed to the end"]
    return dict(zip(names, row, strict=True))


def _value(connection: "DuckDBPyConnection", query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])


if __name__ == "__main__":
    command(spells)
