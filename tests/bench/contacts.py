"""Contacts as they come from a practice system, to continuity of care: wall time, processor time and peak memory.

``python tests/bench/contacts.py 10_000_000 100_000_000`` makes that many contacts of a tenth as many patients in 7,000
practices and four years, in no order, with ids that are texts, and a registration for each patient, in a temporary
folder with DuckDB; reads every cell of the contacts once and does nothing with it, the bare scan; runs the whole step
as its rule does; prints a line for each, and how many scans the step takes; and removes the folder.
``tests/bench/continuity.py`` measures the pass over contacts that is the heart of this step.
"""

import sys
import tempfile
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parents[2]))

from spells import run

from analysis.prepare.contacts.contact_rules import FATES
from analysis.steps import read_json, write_json, write_text
from analysis.tables import Lineage, Source

PRACTICES, FIRST, DAYS = 7_000, "2007-04-01", 1461
PRACTICE, CLINICIAN = "'P' || lpad(({0})::VARCHAR, 5, '0')", "'C' || lpad(({0})::VARCHAR, 6, '0')"
# Half of the contacts are with the patient's own GP of six, the others with any; some are with nurses, some by
# telephone, and of one in a hundred nobody is named.
CONTACTS = f"""
COPY (
  WITH numbered AS (SELECT hash(range) AS h, hash(range + 900000000000) AS g FROM range({{rows}})),
  placed AS (SELECT (h % {{patients}})::BIGINT AS patient, g FROM numbered),
  met AS (
    SELECT *, patient * 7919 % {PRACTICES} AS practice,
      CASE WHEN g % 10 < 5 THEN hash(patient) % 6 ELSE (g >> 8) % 6 END AS seen
    FROM placed
  )
  SELECT 'G' || lpad(patient::VARCHAR, 10, '0') AS patient_id, {PRACTICE.format("practice")} AS practice_id,
    DATE '{FIRST}' + ((g >> 20) % {DAYS})::INTEGER AS date,
    CASE WHEN g % 97 = 0 THEN 'unknown' ELSE {CLINICIAN.format("practice * 6 + seen")} END AS clinician_id,
    CASE WHEN g % 11 = 0 THEN 'nurse' ELSE 'gp' END AS role,
    CASE WHEN (g >> 40) % 5 = 0 THEN 'telephone' ELSE 'face_to_face' END AS mode
  FROM met
) TO '{{out}}' (FORMAT parquet, COMPRESSION zstd)
"""
# One patient in forty leaves.
REGISTRATIONS = f"""
COPY (
  SELECT 'G' || lpad(range::VARCHAR, 10, '0') AS patient_id, {PRACTICE.format(f"range * 7919 % {PRACTICES}")}
      AS practice_id, DATE '1990-01-01' + (hash(range) % 5000)::INTEGER AS registered,
    CASE WHEN hash(range) % 40 = 0 THEN DATE '2009-01-01' + (hash(range) % 400)::INTEGER END AS "left",
    NULL::DATE AS died, {CLINICIAN.format(f"range * 7919 % {PRACTICES} * 6 + hash(range) % 6")} AS gp_id,
    1920 + hash(range) % 80 AS birth_year, CASE WHEN hash(range) % 2 = 0 THEN 'female' ELSE 'male' END AS sex,
    (hash(range) % 600) / 10.0 AS imd, hash(range) % 5 AS conditions
  FROM range({{patients}})
) TO '{{out}}' (FORMAT parquet, COMPRESSION zstd)
"""


def generate(rows: int, folder: Path) -> None:
    """The tables, and the receipt of a pull."""
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '3GB'; SET threads = 2; SET preserve_insertion_order = false")
        connection.execute(f"SET enable_progress_bar = false; SET temp_directory = '{folder / 'making'}'")
        for name, query in {"contacts": CONTACTS, "registrations": REGISTRATIONS}.items():
            out = folder / f"{name}.parquet"
            connection.execute(query.format(rows=rows, patients=rows // 10, out=out))
    lines = ["practice_id,site_id,region,list_size,imd,gp_fte,share_65plus"]
    sites = [f"S{number % 160 // 10:02}" if number % 10 == 0 else "" for number in range(PRACTICES)]
    lines += [f"P{number:05},{site},R{number % 150},7459,20,4,0.17" for number, site in enumerate(sites)]
    write_text(folder / "practices.csv", "\n".join(lines) + "\n")
    write_text(
        folder / "sites.csv",
        "\n".join(["site_id,name,model,start_month", *(f"S{number:02},,,2009-04" for number in range(16))]) + "\n",
    )
    lineage = Lineage((Source("bench", "0" * 64, "simulated"),))
    write_json(folder / "receipt.json", {"lineage": lineage.to_records()})


def scan(contacts: Path) -> float:
    """Read every cell of the contacts, and print and give the seconds that it took."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2; SET enable_progress_bar = false")
        begun, used = time.monotonic(), time.process_time()
        connection.execute(f"SELECT count(*), bit_xor(hash(COLUMNS(*))) FROM '{contacts}'").fetchall()
        took = time.monotonic() - begun
    print(f"  bare scan: {took:.1f} s, processor {time.process_time() - used:.1f} s", flush=True)
    return took


def measure(rows: int, folder: Path) -> None:
    """Contacts to continuity, once."""
    begun = time.monotonic()
    generate(rows, folder)
    size = (folder / "contacts.parquet").stat().st_size
    print(f"{rows:,} contacts, {size / 2**20:.0f} MiB, made in {time.monotonic() - begun:.1f} s", flush=True)
    given = {name: folder / f"{name}.csv" for name in ("sites", "practices")}
    given |= {name: folder / f"{name}.parquet" for name in ("contacts", "registrations")}
    made = ("out", "patients", "by-month", "distribution", "fewest")
    given |= {name: folder / f"made-{name}.parquet" for name in made}
    given |= {"receipt": folder / "receipt.json", "facts": folder / "facts.json"}
    bare, begun = scan(folder / "contacts.parquet"), time.monotonic()
    run(
        "analysis.prepare.continuity.contacts", *(text for name, path in given.items() for text in (f"--{name}",
        f"{path}")),
        "--months", '{"first": "2007-04", "last": "2011-03"}', "--rules", "{}", "--columns", "{}",
        "--comparison-cluster", "region",
    )  # fmt: skip
    print(f"  {(time.monotonic() - begun) / bare:.0f} bare scans", flush=True)
    facts = read_json(folder / "facts.json")
    fates = ", ".join(f"{facts[fate]:,} {fate}" for fate in FATES if facts[fate])
    print(f"  {facts['patients counted']:,} patients' windows; contacts: {fates}", flush=True)


if __name__ == "__main__":
    for word in sys.argv[1:] or ["10_000_000"]:
        with tempfile.TemporaryDirectory() as folder:
            measure(int(word), Path(folder))
