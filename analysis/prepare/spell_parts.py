"""Persons' rows, part by part, become spells in one file: some persons are a part, so that memory is bounded."""

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.prepare import spell_rules as sql
from analysis.prepare.stays import FEW, Part, ranks, texts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from analysis.plan.hospital import HospitalRules

RESULT = [
    "patient_id", "spell", "cips", "first_of_cips", "last_of_cips", "provider", "practice_id", "admitted", "discharged",
    "admission_method", "method", "length_of_stay", "readmitted", "condition", "episodes", "diagnosis_1",
    "other_diagnoses", "procedure_1", "other_procedures",
]  # fmt: skip
# So many parts are worked on at once; of the file, so many rows are a group.
AT_ONCE, GROUP = 2, 1 << 17


def make_spells(
    connection: "DuckDBPyConnection", parts: Sequence[Path], rules: "HospitalRules", condition: str, out: Path
) -> dict[str, int]:
    """Write the spells of all parts, one part after the other.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`analysis.prepare.events.engine`.
    parts : sequence of Path
        Folders of Parquet files: the rows that may count, with the columns of :mod:`analysis.prepare.spell_rules`; all
        rows of a person are in the same.
    rules : HospitalRules
        The codes and days that the study chose.
    condition : str
        From :func:`analysis.prepare.condition_list.condition_sql`.
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
        for made, told in _two_by_two(partial(_one_part, connection, rules, condition), parts):
            if not writer:
                writer = pq.ParquetWriter(out, made.schema, compression="zstd", store_schema=False)
                stack.enter_context(writer)
            writer.write_table(made, row_group_size=GROUP)
            rows.update(told)
    return rows


def _two_by_two(work: Any, parts: Sequence[Path]) -> Iterable[tuple[Any, dict[str, int]]]:
    """What some work gives for each part, in order; never more than a few parts are in memory."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for at in range(0, len(parts), AT_ONCE):
            yield from pool.map(work, parts[at : at + AT_ONCE])


def _one_part(
    connection: "DuckDBPyConnection", rules: "HospitalRules", condition: str, part: Path
) -> tuple[Any, dict[str, int]]:
    """The spells of some persons as a table of Arrow, and what became of their rows."""
    read = pq.read_table(part, partitioning=None, read_dictionary=[*FEW]).drop_columns("fate").unify_dictionaries()
    with connection.cursor() as cursor:
        once = _once(cursor, read)
        made, told = Part(once, rules).spells()
        made = made.append_column("condition", _conditions(cursor, made, condition))
    told["twice"] += len(read) - len(once)
    return made.select(RESULT), told


def _once(cursor: "DuckDBPyConnection", rows: Any) -> Any:
    """Rows of which none stands twice."""
    of_episodes = "episode_key" in rows.column_names
    if of_episodes and pc.count_distinct(rows["episode_key"]).as_py() == len(rows):
        return rows
    cursor.register("read", rows)
    return cursor.sql(sql.chained("FROM read", sql.UNIQUE if of_episodes else sql.UNLIKE)).to_arrow_table()


def _conditions(cursor: "DuckDBPyConnection", made: Any, condition: str) -> Any:
    """The condition of each spell as a column of Arrow."""
    # DuckDB gives the rows of a table of Arrow in no order.
    cursor.register("made", made.append_column("place", pa.array(np.arange(len(made), dtype=np.int32))))
    found = cursor.sql(sql.chained("FROM made", sql.CODES, sql.CONDITION, condition=condition)).to_arrow_table()
    conditions, numbers = ranks(found["condition"]), np.full(len(made), -1, np.int32)
    numbers[found["place"].to_numpy()] = conditions.numbers
    return texts(conditions.words, numbers)
