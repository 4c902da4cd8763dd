"""Lineage: it grows, it survives the file, and no table is read without it."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.steps import Problem
from analysis.tables import Lineage, Source, lineage_from, read_table, union, write_csv, write_table

SHAS = st.sampled_from(["0" * 64, "1" * 64])
SOURCES = st.builds(Source, st.sampled_from("abc"), SHAS, st.sampled_from(["simulated", "published", "observed"]))
LINEAGES = st.lists(SOURCES, max_size=4).map(lambda sources: Lineage(tuple(sorted(set(sources)))))


@given(LINEAGES, LINEAGES, LINEAGES)
def test_union_only_grows(first: Lineage, second: Lineage, third: Lineage) -> None:
    both = union(first, second)
    assert set(both.sources) == set(first.sources) | set(second.sources)
    assert both == union(second, first) == union(both, first)
    assert union(both, third) == union(first, union(second, third))
    assert both.simulated == (first.simulated or second.simulated)


@given(LINEAGES, LINEAGES)
def test_digest_tells_lineages_apart(first: Lineage, second: Lineage) -> None:
    assert (first.digest == second.digest) == (first == second)


@given(LINEAGES)
def test_records_and_back(lineage: Lineage) -> None:
    assert lineage_from(reversed(lineage.to_records())) == lineage


def test_lineage_survives_the_file(tmp_path: Path) -> None:
    lineage = Lineage((Source("a", "0" * 64, "simulated"), Source("b", "1" * 64, "published")))
    frame = pd.DataFrame({"practice": ["0012", ""], "count": [3, 4]}, index=[7, 7])
    write_table(tmp_path / "deep" / "table.parquet", frame, lineage)
    back, found = read_table(tmp_path / "deep" / "table.parquet")
    assert found == lineage
    assert back.to_dict("list") == {"practice": ["0012", ""], "count": [3, 4]}
    assert frame.attrs == {}
    assert back.attrs == {}


def test_same_table_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_table(tmp_path / name, pd.DataFrame({"a": [1.5]}), Lineage(()))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_table_without_lineage_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(path)
    with pytest.raises(Problem, match="says nothing of the data it comes from") as problem:
        read_table(path)
    assert str(path) in problem.value.sentence
    assert str(path) in problem.value.mend


def test_csv_has_unix_line_ends_and_ten_digits(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", pd.DataFrame({"name": ["é"], "value": [1 / 3], "none": [float("nan")]}))
    assert (tmp_path / "a.csv").read_bytes() == "name,value,none\né,0.3333333333,\n".encode()
