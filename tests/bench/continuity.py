"""All indices of continuity in one pass: ours against DuckDB and polars on the same file, and against the bare scan.

``python tests/bench/continuity.py [CONTACTS …]`` (10 million where nothing is said; the size of the claim is
``10_000_000 100_000_000``) makes contacts of a tenth as many patients in 7,000 practices and two years, in no order and
sorted by patient and day, in a temporary folder that needs 30 bytes a contact. Each task reads the file and writes the
indices to Parquet in a process of its own; wall time, processor time and peak memory are those of the whole process.
"Little memory" is ours with 512 MB, and with contacts that lie on disk. What is found must agree to 1e-9.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEY = "practice_id, patient_id, part"
VALUES = ("upc", "coc", "secon", "mmci", "k", "herfindahl")
LITTLE = 512_000_000
# Half of the contacts are with the patient's own GP of six, the others with any.
CONTACTS = """
COPY (
  WITH numbered AS (SELECT hash(range) AS h, hash(range + 900000000000) AS g FROM range({rows})),
  placed AS (SELECT (h % {patients})::BIGINT AS patient_id, (g >> 20) % 730 AS day, g FROM numbered),
  met AS (
    SELECT *, (patient_id * 7919 % 7000)::INTEGER AS practice_id, hash(patient_id) % 6 AS own,
      CASE WHEN g % 10 < 5 THEN hash(patient_id) % 6 ELSE (g >> 8) % 6 END AS seen
    FROM placed
  )
  SELECT practice_id, patient_id, (practice_id * 6 + seen)::INTEGER AS clinician_id, (day // 365)::SMALLINT AS part,
    DATE '2008-04-01' + day::INTEGER AS date, CASE WHEN patient_id % 50 > 0 THEN seen = own END AS registered
  FROM met
) TO '{out}' (FORMAT parquet, COMPRESSION zstd)
"""
SORTED = "COPY (FROM '{path}' ORDER BY patient_id, date) TO '{out}' (FORMAT parquet, COMPRESSION zstd)"
AGREE = """
SELECT count(*) FILTER (a.contacts IS DISTINCT FROM b.contacts OR a.clinicians IS DISTINCT FROM b.clinicians
    OR a.registered IS DISTINCT FROM b.registered OR (a.upc IS NULL) <> (b.upc IS NULL)),
  greatest({apart})
FROM '{one}' a FULL JOIN '{other}' b USING ({key})
"""


@dataclass(frozen=True)
class Run:
    """What a process took: seconds, processor seconds and MB."""

    wall: float
    cpu: float
    peak: float


def scan(path: str, out: str) -> None:
    """Read every column and add it up: what no pass over the file can be faster than."""
    import polars as pl

    columns = pl.all().exclude("date", "registered").cast(pl.Int64).sum()
    columns_of_days = pl.col("date").max(), pl.col("registered").sum()
    pl.scan_parquet(path).select(columns, *columns_of_days).sink_parquet(out)


def ours(path: str, out: str, memory: int = 2_000_000_000) -> None:
    """The project's own, as its step calls it."""
    from analysis.prepare.events.events import engine
    from analysis.prepare.indices.indices import patient_indices

    with engine(Path(out), memory="2GB" if memory > LITTLE else "128MB") as (connection, _):
        patient_indices(connection, f"SELECT * FROM '{path}'", Path(out), memory=memory)


def little(path: str, out: str) -> None:
    """The same with memory for less than the contacts."""
    ours(path, out, LITTLE)


def duckdb(path: str, out: str) -> None:
    """Plain SQL."""
    from analysis.prepare.events.events import engine

    query = (ROOT / "tests/unit/prepare/indices.sql").read_text(encoding="utf-8").format(contacts=f"FROM '{path}'")
    with engine(Path(out)) as (connection, _):
        connection.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")


def polars(path: str, out: str) -> None:
    """A lazy query on the streaming engine; what is added up is widened first, for a sum of 32 bits wraps."""
    import polars as pl

    key, col, n = ["practice_id", "patient_id", "part"], pl.col, pl.col("contacts")
    order = [*key, "date", "clinician_id"]
    same = [col(name) == col(name).shift() for name in (*key, "clinician_id")]
    wide = [col("registered").cast(pl.Int64).sum(), col("registered").count().alias("known")]
    seen = (
        pl.scan_parquet(path)
        .sort(order)
        .with_columns(pl.all_horizontal(same).cast(pl.Int64).alias("again"))
        .group_by(*key, "clinician_id")
        .agg(pl.len().cast(pl.Int64).alias("n"), col("again").sum(), *wide)
        .group_by(key)
        .agg(
            col("n").sum().alias("contacts"), pl.len().cast(pl.Int64).alias("clinicians"), col("n").max().alias("most"),
            (col("n") ** 2).sum().alias("squares"), col("again").sum(), col("registered").sum(), col("known").sum(),
        )
    )  # fmt: skip
    m, squares = col("clinicians"), col("squares")
    formulae = {
        "upc": col("most") / n, "coc": (squares - n) / (n * (n - 1)), "secon": col("again") / (n - 1),
        "mmci": (1 - m / (n + 0.1)) / (1 - 1 / (n + 0.1)), "k": (n - m) / (n - 1), "herfindahl": squares / (n * n),
    }  # fmt: skip
    indices = [pl.when(n > 1).then(formula).alias(name) for name, formula in formulae.items()]
    registered = pl.when(col("known") > 0).then(col("registered")).alias("registered")
    seen.select(*key, "contacts", "clinicians", registered, *indices).sink_parquet(out, compression="zstd")


TASKS = {task.__name__: task for task in (scan, ours, little, duckdb, polars)}


def run(task: str, path: Path, out: Path, **extra: str) -> Run | None:
    """A task in a process of its own; nothing where it did not finish."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, __file__, "--once", task, path, out], stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": "2", **extra},
    )  # fmt: skip
    told_peak = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    if status:
        print(f"<!-- {task} did not finish: status {status} -->", flush=True)
        return None
    return Run(time.monotonic() - begun, used.ru_utime + used.ru_stime, float(told_peak))


def peak() -> float:
    """Peak memory of this process in MB; unlike ru_maxrss it does not count the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1.024e-3


def sql(query: str, folder: Path) -> tuple[object, ...]:
    """Ask DuckDB in bounded memory."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '3GB'; SET threads = 2; SET enable_progress_bar = false")
        connection.execute(f"SET temp_directory = '{folder / 'asking'}'")
        return tuple(connection.execute(query).fetchall()[0])


def agree(one: Path, other: Path, folder: Path) -> float:
    """The largest difference of any index; whatever is counted must be the same."""
    apart = ", ".join(f"max(abs(a.{name} - b.{name}))" for name in VALUES)
    wrong, most = sql(AGREE.format(one=one, other=other, key=KEY, apart=apart), folder)
    if wrong or not isinstance(most, float) or most > 1e-9:
        sys.exit(f"{one.name} and {other.name} differ in {wrong} rows, and by {most}")
    return most


def told(rows: int, name: str, took: Run, one: Run, least: Run) -> None:
    """A row of the table."""
    print(
        f"| {rows:,} | {name} | {took.wall:.1f} | {took.cpu:.1f} | {took.peak:,.0f} | {took.wall / one.wall:.2f} | "
        f"{took.cpu / one.cpu:.2f} | {took.cpu / least.cpu:.1f} | {1e9 * took.cpu / rows:.0f} |",
        flush=True,
    )


def compare(rows: int, folder: Path) -> None:
    """The table of one size."""
    plain, by_patient, found = (folder / name for name in ("plain.parquet", "sorted.parquet", "scan.parquet"))
    sql(CONTACTS.format(rows=rows, patients=rows // 10, out=plain), folder)
    sql(SORTED.format(path=plain, out=by_patient), folder)
    least, one = run("scan", plain, found), run("ours", plain, folder / "ours.parquet")
    if least is None or one is None:
        sys.exit("without a scan and ours there is nothing to compare")
    told(rows, "bare scan", least, one, least)
    told(rows, "ours", one, one, least)
    tasks = {"ours, sorted input": ("ours", by_patient), "ours, 512 MB": ("little", plain)}
    tasks |= {"duckdb": ("duckdb", plain), "polars": ("polars", plain)}
    apart = {}
    for name, (task, path) in tasks.items():
        out = folder / "other.parquet"
        if took := run(task, path, out):
            told(rows, name, took, one, least)
            apart[name] = agree(folder / "ours.parquet", out, folder)
    print(f"<!-- ours differs by at most: {', '.join(f'{name} {most:.0e}' for name, most in apart.items())} -->")


def start(folder: Path) -> None:
    """What a thousand contacts cost: nearly all is starting, and compiling where nothing is kept yet."""
    sql(CONTACTS.format(rows=1_000, patients=100, out=folder / "few.parquet"), folder)
    run("ours", folder / "few.parquet", folder / "few.out")  # so that what is measured next has been compiled
    for name in ("compiled now", "compiled before"):
        took = run("ours", folder / "few.parquet", folder / "few.out", NUMBA_CACHE_DIR=str(folder / "compiled"))
        if took:
            print(f"<!-- 1,000 contacts, {name}: {took.wall:.1f} s, processor {took.cpu:.1f} s -->", flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--once", name, path, out]:
            from analysis.steps import leave

            TASKS[name](path, out)
            print(peak())
            leave()
        case sizes:
            with tempfile.TemporaryDirectory() as made:
                start(Path(made))
            print(
                "| contacts | task | wall, s | processor, s | peak, MB | wall / ours | processor / ours | / scan | ns |"
            )
            print("|---:|---|---:|---:|---:|---:|---:|---:|---:|")
            for size in sizes or ["10_000_000"]:
                with tempfile.TemporaryDirectory() as made:
                    compare(int(size), Path(made))
