"""Persons' rows, part by part, become spells in one file: some persons are a part, so that memory is bounded."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.prepare.hospital import spell_rules as sql
from analysis.prepare.hospital.spell_rules import FEW
from analysis.prepare.hospital.stays import PersonsPart, ranks, text_column

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from analysis.plan.hospital import HospitalRules

RESULT = [
    "patient_id", "spell", "cips", "first_of_cips", "last_of_cips", "provider", "practice_id", "admitted", "discharged",
    "admission_method", "method", "length_of_stay", "readmitted", "condition", "episodes", "diagnosis_1",
    "other_diagnoses", "procedure_1", "other_procedures",
]  # fmt: skip
# The spells of some persons as a table of Arrow, and by fate the number of rows that are not counted.
Spells = tuple[Any, dict[str, int]]
# Columns of a part that spells do not need.
NOT_READ = ("fate",)
# So many parts are worked on at once; of the file, so many rows are a group.
AT_ONCE, GROUP = 2, 1 << 17


def make_spells(
    connection: "DuckDBPyConnection", parts: Sequence[Path], rules: "HospitalRules", condition: str, out: Path
) -> dict[str, int]:
    """Write the spells of all parts, one part after the other.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`analysis.prepare.events.events.engine`.
    parts : sequence of Path
        Folders of Parquet files: the rows that may count, with the columns of
        :mod:`analysis.prepare.hospital.spell_rules`; all rows of a person are in the same.
    rules : HospitalRules
        The codes and days that the study chose.
    condition : str
        From :func:`analysis.prepare.hospital.condition_list.condition_sql`.
    out : Path
        The spells, in Parquet; not made where there are no parts.

    Returns
    -------
    dict
        By fate, how many rows are not counted.
    """
    rows: Counter[str] = Counter()
    with ExitStack() as stack:
        writer = None
        for spells, fates in _in_turn(partial(_one_part, connection, rules, condition), parts):
            if not writer:
                writer = pq.ParquetWriter(out, spells.schema, compression="zstd", store_schema=False)
                stack.enter_context(writer)
            writer.write_table(spells, row_group_size=GROUP)
            rows.update(fates)
    return rows


def _in_turn(work: Callable[[Path], Spells], parts: Sequence[Path]) -> Iterator[Spells]:
    """What some work gives for each part, in order; no more than a few parts are in memory."""
    running: deque[Future[Spells]] = deque()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for part in parts:
            running.append(pool.submit(work, part))
            if len(running) > AT_ONCE:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _one_part(connection: "DuckDBPyConnection", rules: "HospitalRules", condition: str, part: Path) -> Spells:
    """The spells of some persons, and what became of their rows."""
    names = [name for name in pq.read_schema(next(part.iterdir())).names if name not in NOT_READ]
    read = pq.read_table(part, columns=names, partitioning=None, read_dictionary=[*FEW]).unify_dictionaries()
    with connection.cursor() as cursor:
        once = _once(cursor, read)
        spells, fates = PersonsPart(once, rules).spells()
        spells = spells.append_column("condition", _conditions(cursor, spells, condition))
    fates["twice"] += len(read) - len(once)
    return spells.select(RESULT), fates


def _once(cursor: "DuckDBPyConnection", rows: Any) -> Any:
    """Rows of which none stands twice."""
    of_episodes = "episode_key" in rows.column_names
    if of_episodes:
        hashes = np.sort(rows["key_hash"].to_numpy())
        rows = rows.drop_columns("key_hash")
        if (hashes[1:] != hashes[:-1]).all():
            return rows
    cursor.register("read", rows)
    return cursor.sql(sql.chained("FROM read", sql.UNIQUE if of_episodes else sql.UNLIKE)).to_arrow_table()


def _conditions(cursor: "DuckDBPyConnection", spells: Any, condition: str) -> Any:
    """The condition of each spell as a column of Arrow."""
    # DuckDB gives the rows of a table of Arrow in no order.
    cursor.register("spells", spells.append_column("place", pa.array(np.arange(len(spells), dtype=np.int32))))
    coded = cursor.sql(sql.chained("FROM spells", sql.CODES, sql.CONDITION, condition=condition)).to_arrow_table()
    conditions, numbers = ranks(coded["condition"]), np.full(len(spells), -1, np.int32)
    numbers[coded["place"].to_numpy()] = conditions.numbers
    return text_column(conditions.words, numbers)
