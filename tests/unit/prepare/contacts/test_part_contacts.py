"""A part read again: numbers in the order of ids, contacts of each patient together, nobody's left out."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.prepare.contacts import contact_files
from analysis.prepare.contacts.part_contacts import PartContacts, parts


def written(folder: Path, contacts: list[tuple[Any, ...]], registered: list[tuple[Any, ...]]) -> list[PartContacts]:
    """The parts of contacts (patient, code, part) and registrations (patient, part)."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE met (patient_id VARCHAR, code BIGINT, bucket SMALLINT)")
        connection.executemany("INSERT INTO met VALUES (?, ?, ?)", contacts)
        contact_files.write(connection, "FROM met", folder / "contacts")
    for part in {part for _, part in registered}:
        (folder / f"registrations/bucket={part}").mkdir(parents=True)
        ids = pa.array([each for each, of in registered if of == part], pa.string())
        pq.write_table(pa.table({"patient_id": ids}), folder / f"registrations/bucket={part}/rows.parquet")
    return list(parts(folder))


def by_id(part: PartContacts) -> dict[str, list[int]]:
    ids, codes, starts = part.ids["patient_id"].to_pylist(), part.codes.tolist(), part.starts.tolist()
    assert part.ids["patient"].to_pylist() == list(range(len(ids)))
    return {each: codes[starts[at] : starts[at + 1]] for at, each in enumerate(ids)}


def test_each_patient_has_the_contacts_in_order(tmp_path: Path) -> None:
    contacts = [("b", 7, 0), ("a", 5, 0), ("b", 3, 0), (None, 9, 0), ("é", 1, 0), ("Z", 2, 0), ("b", 7, 0)]
    (part,) = written(tmp_path, contacts, [("c", 0), ("a", 0), (None, 0)])
    # By their bytes: capitals first, letters beyond ASCII last.
    assert list(by_id(part)) == ["Z", "a", "b", "c", "é"]
    assert by_id(part) == {"Z": [2], "a": [5], "b": [3, 7, 7], "c": [], "é": [1]}


@pytest.mark.parametrize("registered", [[], [("x", 1), ("y", 3)]])
def test_a_part_has_contacts_or_registrations_or_both(registered: list[tuple[str, int]], tmp_path: Path) -> None:
    found = written(tmp_path, [("a", 1, 0), ("b", 2, 1)], registered)
    expected = [("bucket=0", {"a": [1]}), ("bucket=1", {"b": [2]} | ({"x": []} if registered else {}))]
    assert [(part.name, by_id(part)) for part in found] == expected + [("bucket=3", {"y": []})] * bool(registered)
