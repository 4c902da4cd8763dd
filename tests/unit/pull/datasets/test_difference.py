"""What changed between two versions of a file, and the bar that shows how much of one has come."""

import io
import sys
from pathlib import Path

import pandas as pd
import pytest

from analysis.pull.datasets.difference import difference
from analysis.pull.web.progress import progress


def told(folder: Path, before: str, after: str, name: str = "a.csv") -> list[str]:
    paths = [folder / "before" / name, folder / "after" / name]
    for path, text in zip(paths, (before, after), strict=True):
        path.parent.mkdir()
        path.write_bytes(text.encode("latin-1"))
    return difference(*paths)


def test_rows_columns_and_totals(tmp_path: Path) -> None:
    lines = told(tmp_path, "code,old,gone,n,m\nA,1,1,1,5\nB,1,1,2,5\n", "code,new,n,m,extra\nA,1,1.5,10,x\n")
    assert lines == [
        "rows: 2 before, 1 now", "column old is now new", "column gone is gone", "column extra is new",
        "total of n: 3 before, 1.5 now", "totals that are as before: 1",
    ]  # fmt: skip


def test_the_totals_of_many_columns_are_counted(tmp_path: Path) -> None:
    header = ",".join(f"c{column}" for column in range(50))
    lines = told(tmp_path, f"{header}\n{','.join('1' * 50)}\n", f"{header}\n{','.join('2' * 50)}\n")
    assert len([line for line in lines if line.startswith("total of ")]) == 20
    assert "totals that differ beside these: 30" in lines


def test_parquet_tables_are_compared(tmp_path: Path) -> None:
    paths = [tmp_path / "before.parquet", tmp_path / "after.parquet"]
    for count, path in enumerate(paths, start=1):
        pd.DataFrame({"n": [1] * count}).to_parquet(path)
    assert "total of n: 1 before, 2 now" in difference(*paths)


@pytest.mark.parametrize(("name", "before"), [("a.zip", "PK\x03\x04"), ("a.csv", "")])
def test_of_any_other_file_the_size_is_told(tmp_path: Path, name: str, before: str) -> None:
    assert told(tmp_path, before, "x" * 2000, name) == [f"bytes: {len(before)} before, 2,000 now"]


def test_a_table_in_another_encoding_is_compared(tmp_path: Path) -> None:
    assert told(tmp_path, "name,n\nZoë,1\n", "name,n\nZoë,2\n")[0] == "rows: 1 before, 1 now"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", ["stderr", "stdout"])
@pytest.mark.parametrize(("terminal", "size"), [(True, 10**8), (True, 100), (False, 10**8)])
def test_a_bar_is_shown_on_a_terminal_for_a_long_file(
    monkeypatch: pytest.MonkeyPatch, stream: str, terminal: bool, size: int
) -> None:
    for each in ("stderr", "stdout"):
        monkeypatch.setattr(sys, each, Terminal() if terminal and each == stream else io.StringIO())
    monkeypatch.setenv("TERM", "xterm")
    with progress("survey.csv", 0, size) as tell:
        tell(size // 2)
    shown = getattr(sys, stream).getvalue()
    assert ("survey.csv" in shown) == (terminal and size > 1000)
