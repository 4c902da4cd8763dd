"""The loops and files of spells: persons' rows come in order, whatever their number, and each row goes to its part."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from analysis.prepare.events import split_parts
from analysis.prepare.hospital import spell_kernel as kernel


@pytest.mark.parametrize("patients", [1, 7, 900])
def test_rows_come_in_order_as_numpy_sorts_them(patients: int) -> None:
    random = np.random.default_rng(patients)
    table = random.integers(0, 6, (4000, kernel.COLUMNS)).astype(np.int32)
    table[:, kernel.PATIENT] = random.integers(0, patients, 4000)
    table[:, kernel.TIE] = random.permutation(4000)
    order = kernel.by_patient(table)
    kernel.arrange(table, order, kernel.OF_EPISODES)
    # The last key of lexsort is its first.
    keys = [table[:, column] for column in (kernel.PATIENT, *kernel.OF_EPISODES)]
    assert order.tolist() == np.lexsort(keys[::-1]).tolist()
    assert len(kernel.tied(table, order, kernel.OF_EPISODES)) == 0
    table[:, kernel.TIE] = 0
    alike = pd.DataFrame(np.array(keys[:-1]).T).duplicated(keep=False)
    assert kernel.tied(table, order, kernel.OF_EPISODES).tolist() == np.flatnonzero(alike).tolist()


def test_each_row_goes_to_its_part_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split_parts, "ROWS", 3000)
    query = """SELECT (range % 7)::USMALLINT AS part, range AS i, 'x' || range % 7 AS word,
      CASE WHEN range > 20000 THEN 'late' END AS rare FROM range(25000)"""
    with duckdb.connect() as connection:
        split_parts.split(connection, query, tmp_path / "parts", ("word", "rare"))
        written = connection.execute(f"FROM read_parquet('{tmp_path}/parts/*/*.parquet') ORDER BY i").df()
    assert written["i"].tolist() == list(range(25_000))
    assert (written["i"] % 7 == written["part"].astype(int)).all()
    assert (written["word"] == "x" + (written["i"] % 7).astype(str)).all()
    assert written["rare"].isna().tolist() == [at <= 20_000 for at in range(25_000)]
