"""Rows about persons: one per patient, practice and window, with the practice's group and what is known of whom."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.continuity import PATIENT_INDICES
from analysis.prepare.contacts.contact_windows import Windows
from analysis.prepare.continuity.contact_panels import CLEAR
from analysis.prepare.events.sql import quoted
from analysis.steps import canonical_json, whole

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from analysis.tables import Lineage

# What is kept of a part until it is known which practices are there throughout.
KEPT = {
    "people": "SELECT patient, patient_id FROM people",
    "spans": "SELECT patient, practice, since, next, birth_year, sex, imd, conditions, gp_id FROM spans",
}
# ASSUME: age is the year in which the window begins less the year of birth. What else is known of a patient is what
# the registration says that held when the window began; where none did, the one before it, else the first.
PATIENTS = """
SELECT groups.practice_id, people.patient_id, indices.part, wave, contacts, clinicians, indices.registered, {indices},
  site_id, cluster_id, pilot, coalesce(pilot AND month >= start, false) AS after,
  (year(begins) - birth_year)::INTEGER AS age, sex, imd, conditions::INTEGER AS conditions, gp_id
FROM {measured} AS indices JOIN windows ON windows.part = indices.part
JOIN groups ON groups.practice = indices.practice_id JOIN {people} AS people ON people.patient = indices.patient_id
LEFT JOIN {spans} AS spans ON spans.practice = indices.practice_id AND spans.patient = indices.patient_id
  AND begins >= since AND begins < next
ANTI JOIN gone ON gone.practice_id = groups.practice_id AND gone.part = indices.part
WHERE contacts > 1 AND {clear} ORDER BY indices.practice_id, indices.patient_id, indices.part
"""
ROWS_IN_GROUP = 122_880


def keep(connection: "DuckDBPyConnection", folder: Path, bucket: str) -> None:
    """Keep what is known of the patients of one part, beside its indices."""
    for name, query in KEPT.items():
        (folder / name).mkdir(exist_ok=True)
        out = quoted(str(folder / name / f"{bucket}.parquet"))
        connection.execute(f"COPY ({query}) TO {out} (FORMAT parquet, COMPRESSION lz4)")


def write(connection: "DuckDBPyConnection", folder: Path, windows: Windows, out: Path, lineage: "Lineage") -> None:
    """Write the patients with two contacts or more, part by part, with their lineage, as `write_table` would."""
    import pyarrow.parquet as pq

    tables = _tables(connection, folder, windows)
    attrs = {"PANDAS_ATTRS": canonical_json({"lineage": lineage.to_records()})}
    with whole(out) as draft:
        draft.touch(mode=0o600)
        first = next(tables)
        with (
            pq.ParquetWriter(draft, first.schema.with_metadata(attrs), compression="zstd") as writer,
            ThreadPoolExecutor(1) as worker,
        ):
            written = worker.submit(writer.write_table, first, ROWS_IN_GROUP)
            del first
            # While one part is written, DuckDB joins the next.
            for table in tables:
                written.result()
                written = worker.submit(writer.write_table, table, ROWS_IN_GROUP)
            written.result()


def _tables(connection: "DuckDBPyConnection", folder: Path, windows: Windows) -> "Iterator[pa.Table]":
    """The patients of each part in order."""
    clear = CLEAR.format(last=windows.months - 1)
    for measured in sorted((folder / "indices").glob("*.parquet")):
        people, spans = (quoted(str(folder / name / measured.name)) for name in KEPT)
        query = PATIENTS.format(
            measured=quoted(str(measured)), people=people, spans=spans, indices=", ".join(PATIENT_INDICES), clear=clear
        )
        yield connection.sql(query).to_arrow_table()
