"""Episodes to spells to activity at scale: rows, wall time, processor time and peak memory of the real commands.

``python tests/bench/spells.py 1_000_000 10_000_000 50_000_000`` makes that many HES-like episodes in a temporary
folder with DuckDB, runs the steps as the rules do, prints one line for each step, and removes the folder.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parents[2]))

from analysis.steps import read_json, write_text

ROOT = Path(__file__).parents[2]
PRACTICES = 7_000
MONTHS = '{"first": "2007-04", "last": "2011-03"}'
FIRST, DAYS = "2007-04-01", 1461
CODES = ["J459", "J440", "I500", "I10X", "E119", "N10X", "L031", "K250", "R074", "S720", "C509", "H250", "M171", "Z511"]
# Of a person's stays one in three has a second episode, one in ten of those a third, and one in twenty stays ends in a
# transfer to another hospital on the same day. Dates that are not known are written as HES writes them.
EPISODES = """
COPY (
  WITH shuffled AS (SELECT (range * 982451653) % {rows} AS i FROM range({rows})),
  numbered AS (SELECT i, hash(i) AS h, hash(i + 900000000000) AS g FROM shuffled),
  stays AS (
    SELECT *, (i // 3) AS stay, (i % 3)::INTEGER AS turn, hash(i // 3) AS sh, hash(i // 3 + 700000000000) AS sg
    FROM numbered
  ),
  dated AS (
    SELECT *,
      DATE '{first}' + (sh % {days})::INTEGER AS arrived,
      (sg % 12)::INTEGER AS stayed,
      -- turn 0 and 1 share a stay in one in three cases, otherwise each row is a stay of its own
      CASE WHEN turn > 0 AND sg % 3 > 0 THEN 40 * turn ELSE 0 END AS later,
      turn = 2 AND sg % 20 = 0 AS moved
    FROM stays
  ),
  placed AS (
    SELECT *, arrived + later AS admitted,
      CASE WHEN moved THEN arrived + 2 * stayed ELSE arrived + later + (later = 0)::INTEGER * turn * stayed END AS began
    FROM dated
  )
  SELECT
    'H' || lpad((stay // 3)::VARCHAR, 12, '0') AS HESID,
    CASE WHEN h % 997 = 0 THEN NULL ELSE 'R' || (10 + ((sh >> 4) + moved::INTEGER) % 90) END AS PROCODE3,
    i AS EPIKEY,
    CASE WHEN h % 1009 = 0 THEN DATE '1801-01-01' ELSE began END AS EPISTART,
    began + stayed AS EPIEND,
    CASE WHEN moved OR later > 0 THEN 1 ELSE turn + 1 END AS EPIORDER,
    CASE WHEN h % 101 = 0 THEN 1 ELSE 3 END AS EPISTAT,
    CASE WHEN moved THEN began ELSE admitted END AS ADMIDATE,
    began + stayed AS DISDATE,
    CASE WHEN moved THEN '81' ELSE (['11','12','13','21','22','28','2A','31','82'])[1 + (sh % 9)::INTEGER] END
      AS ADMIMETH,
    CASE WHEN moved THEN '51' ELSE '19' END AS ADMISORC,
    CASE WHEN later = 0 AND turn < 2 AND sg % 3 = 0 THEN '8' ELSE '1' END AS DISMETH,
    CASE WHEN turn = 1 AND sg % 20 = 0 THEN '51' ELSE '19' END AS DISDEST,
    '0' AS TRANSIT,
    'P' || lpad((sh % {practices})::VARCHAR, 5, '0') AS GPPRAC,
    {diagnoses},
    {procedures}
  FROM placed
) TO '{out}' (FORMAT parquet, COMPRESSION zstd)
"""


def code(salt: int) -> str:
    """A diagnosis, or none: a record has four on average."""
    listed = "[" + ",".join(f"'{each}'" for each in CODES) + "]"
    return f"({listed})[1 + ((g >> {salt}) % {len(CODES)})::INTEGER]"


def generate(rows: int, folder: Path) -> None:
    """The episodes in Parquet, in no order, and the practices."""
    diagnoses = [
        f"CASE WHEN {n} = 1 OR (h >> 8) % 20 > {3 * n} THEN {code(n)} END AS DIAG_{n:02}" for n in range(1, 21)
    ]
    procedures = [f"CASE WHEN (g >> 20) % 10 < {4 - n} THEN 'W38{n % 10}' END AS OPERTN_{n:02}" for n in range(1, 25)]
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '3GB'; SET threads = 2; SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET temp_directory = '{folder / 'making'}'")
        connection.execute(
            EPISODES.format(
                rows=rows, first=FIRST, days=DAYS, practices=PRACTICES, diagnoses=", ".join(diagnoses),
                procedures=", ".join(procedures), out=folder / "episodes.parquet",
            )
        )  # fmt: skip


def run(module: str, *options: str) -> None:
    """Run a step as the rules do and print what it took."""
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", module, *options], cwd=ROOT)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, f"{module} failed"
    print(
        f"  {module}: {time.monotonic() - begun:.1f} s, processor {used.ru_utime + used.ru_stime:.1f} s, "
        f"peak memory {used.ru_maxrss / 2**20:.2f} GiB",
        flush=True,
    )


def scan(episodes: Path) -> None:
    """Read every column once and do next to nothing with it: what no way to read the table can be faster than."""
    begun, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '2GB'; SET threads = 2; SET enable_progress_bar = false")
        names = [name for name, *_ in connection.execute(f"DESCRIBE FROM '{episodes}'").fetchall()]
        connection.execute(f"SELECT {', '.join(f'max({name})' for name in names)} FROM '{episodes}'").fetchall()
    now = resource.getrusage(resource.RUSAGE_SELF)
    processor = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    print(f"  bare scan: {time.monotonic() - begun:.1f} s, processor {processor:.1f} s", flush=True)


def measure(rows: int, folder: Path) -> None:
    """Episodes to spells to activity, once, beside the bare scan."""
    begun = time.monotonic()
    generate(rows, folder)
    size = (folder / "episodes.parquet").stat().st_size
    print(f"{rows:,} episodes, {size / 2**20:.0f} MiB, made in {time.monotonic() - begun:.1f} s", flush=True)
    lines = ["practice_id,site_id,region,list_size,imd,gp_fte,share_65plus"]
    lines += [f"P{number:05},,R01,7459,20,4,0.17" for number in range(PRACTICES)]
    write_text(folder / "practices.csv", "\n".join(lines) + "\n")
    scan(folder / "episodes.parquet")
    spells, facts = folder / "spells.parquet", folder / "spells.json"
    run(
        "analysis.prepare.hospital.spells", "--episodes", f"{folder}/episodes.parquet", "--practices",
        f"{folder}/practices.csv",
        "--months", MONTHS, "--rules", "{}", "--columns", "{}",
        "--conditions", "analysis/prepare/hospital/conditions/nhs_institute_19.yaml", "--out", f"{spells}",
        "--facts", f"{facts}",
    )  # fmt: skip
    run(
        "analysis.prepare.hospital.activity", "--practices", f"{folder}/practices.csv", "--spells", f"{spells}",
        "--rules", "{}",
        "--months", MONTHS, "--columns", "{}",
        "--out", f"{folder}/activity.parquet", "--facts", f"{folder}/activity.json",
    )  # fmt: skip
    rows_out = duckdb.connect().execute(f"SELECT count(*) FROM '{folder}/activity.parquet'").fetchall()[0][0]
    print(f"  {read_json(facts)['counts']['spells']:,} spells, {rows_out:,} rows of activity", flush=True)


if __name__ == "__main__":
    for word in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as made:
            measure(int(word), Path(made))
