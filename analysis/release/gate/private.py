"""Write down, for the gate alone, what must not appear in a release: exact counts, shares, ids and dates of persons.

It is made from the exact tables, without any rule of what may be told. It stays in results/, for its owner alone.

``python -m analysis.release.gate.private --help``
"""

import getpass
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.steps import Paths, command, read_json, whole, write_json

if TYPE_CHECKING:
    import pandas as pd

# Columns of the exact tables that are counts of persons, of what happened to them, or of their records.
COUNTS = ("total", "patients", "kept", "dropped")
# Columns of the exact table of estimates that count persons, by design.
OF_PERSONS = {
    "matched_cohort": ("n_obs", "n_units"),
    "continuity_admissions": ("n_obs", "n_units"),
    "continuity_by_site": ("n_obs",),
    "continuity_gaps": ("n_obs",),
}
IDS, DATES = ("patient_id",), ("admitted", "discharged", "date", "arrived")
# Up to so many a count is small.
SMALL = 7


def private(
    *,
    receipts: Paths,
    estimates: Path,
    out: Path,
    ids: Path,
    facts: Paths = (),
    tables: Paths = (),
    persons: Paths = (),
) -> None:
    """Write the private record.

    Parameters
    ----------
    receipts : tuple of Path
        What the pull stage vouches for. Where all data are public only what is true of this machine is written down.
    estimates : Path
        The exact table of estimates.
    out : Path
        Counts, shares, dates, and names of this machine and its user (JSON).
    ids : Path
        The ids of persons (Parquet).
    facts, tables : tuple of Path
        What was counted on the way (JSON), and prepared tables of counts (Parquet).
    persons : tuple of Path
        Tables with rows of persons (Parquet).
    """
    guarded = any(read_json(path)["disclosure"] != "public" for path in receipts)
    places = {"home": str(Path.home()), "here": str(Path.cwd())}
    machine = {"user": getpass.getuser(), "host": socket.gethostname()} | places
    record: dict[str, Any] = {"guarded": guarded, "machine": machine, "counts": [], "shares": [], "dates": []}
    if guarded:
        exact = [*_of_facts(facts), *_of_tables(tables), *_of_estimates(estimates)]
        record["counts"] = sorted({count for count in exact if count > 0})
        record["shares"] = sorted({share for share in _shares(tables, facts) if 0 < share < 1})
        record["dates"] = _dates(persons)
    write_json(out, record)
    _write_ids(ids, persons if guarded else ())
    for path in (out, ids):
        path.chmod(0o600)


def _of_facts(paths: Paths) -> Iterator[int]:
    for path in paths:
        yield from _numbers({name: each for name, each in read_json(path).items() if name not in ("told", "named")})


def _numbers(value: Any) -> Iterator[int]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _numbers(each)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value


def _of_tables(paths: Paths) -> Iterator[int]:
    import pandas as pd

    for path in paths:
        frame = pd.read_parquet(path)
        for name in set(COUNTS) & set(frame):
            yield from (int(each) for each in frame[name].dropna())


def _of_estimates(path: Path) -> Iterator[int]:
    import pandas as pd

    frame = pd.read_csv(path)
    for design, names in OF_PERSONS.items():
        rows = frame[frame["design"] == design]
        for name in names:
            yield from (int(each) for each in rows[name])


def _shares(tables: Paths, facts: Paths) -> Iterator[float]:
    """Shares whose numerator, or what is missing to the whole, is a small count."""
    import pandas as pd

    frames = {path.stem: pd.read_parquet(path) for path in tables}
    matched = next((read_json(path) for path in facts if path.name == "matched.json"), None)
    if matched and "matched_balance" in frames:
        yield from _of_balance(frames["matched_balance"], matched)
    if (fewest := frames.get("fewest_contacts")) is not None:
        for kept, dropped in fewest[["kept", "dropped"]].to_numpy(float):
            yield from _small(dropped, kept + dropped)
    if (bins := frames.get("continuity_distribution")) is not None:
        for _, part in bins.groupby(["pilot", "after"]):
            for count in part["patients"]:
                yield from _small(float(count), float(part["patients"].sum()))


def _of_balance(table: "pd.DataFrame", matched: dict[str, Any]) -> Iterator[float]:
    for row in table.to_dict("records"):
        cases = matched["cases_followed" if row["stage"] == "before" else "cases_matched"]
        yield from _small(float(row["cases_mean"]) * cases, cases)
        if row["stage"] == "after":
            yield from _small(float(row["controls_mean"]) * cases, cases)


def _small(part: float, whole: float) -> Iterator[float]:
    """A share of which a small number of persons is the numerator, or is what is missing to the whole."""
    if 0 <= part <= whole and (0 < round(part, 6) <= SMALL or 0 < round(whole - part, 6) <= SMALL):
        yield part / whole


def _dates(paths: Paths) -> list[str]:
    import duckdb

    dates: set[str] = set()
    with duckdb.connect() as connection:
        for path, name in _columns(connection, paths, DATES):
            rows = connection.execute(f'SELECT DISTINCT "{name}"::DATE::VARCHAR FROM read_parquet(?)', [str(path)])
            dates |= {str(row[0]) for row in rows.fetchall() if row[0]}
    return sorted(dates)


def _write_ids(out: Path, paths: Paths) -> None:
    import duckdb

    with duckdb.connect() as connection, whole(out) as draft:
        connection.execute("CREATE TABLE ids (id VARCHAR)")
        for path, name in _columns(connection, paths, IDS):
            connection.execute(f'INSERT INTO ids SELECT DISTINCT "{name}"::VARCHAR FROM read_parquet(?)', [str(path)])
        connection.execute(f"COPY (SELECT DISTINCT id FROM ids ORDER BY id) TO '{draft}' (FORMAT parquet)")
        draft.chmod(0o600)


def _columns(connection: Any, paths: Paths, names: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        yield from ((path, row[0]) for row in described if row[0] in names)


if __name__ == "__main__":
    command(private)
