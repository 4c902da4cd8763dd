"""A raw table, the files that it was read from, and where in them a row stands."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.prepare.contract.faults import Fault

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 10


@dataclass(frozen=True)
class RawPart:
    """One file of a table.

    Attributes
    ----------
    path : Path
        The file.
    frame : DataFrame
        Its cells: text from CSV, whatever the file holds from Parquet.
    notes : tuple of str
        What was found out about it, for instance its encoding.
    text, separator : str
        Of a CSV file, for line numbers.
    """

    path: Path
    frame: "pd.DataFrame"
    notes: tuple[str, ...] = ()
    text: str = ""
    separator: str = ","

    def lines(self, rows: Iterable[int]) -> tuple[int, ...]:
        """The line numbers of the first ten rows; in Parquet the row numbers, from 1."""
        wanted = sorted(rows)[:MOST_ROWS]
        if self.path.suffix == ".parquet" or not wanted:
            return tuple(row + 1 for row in wanted)
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.separator)
        numbers = (reader.line_num for cells in reader if cells)
        upto = list(islice(numbers, 1, wanted[-1] + 2))
        return tuple(upto[row] for row in wanted)


@dataclass(frozen=True)
class Raw:
    """A raw table and the files that it was read from.

    Attributes
    ----------
    table : str
        Its name in the contract.
    frame : DataFrame
        Its rows, over all files.
    parts : tuple of Part
        Its files, in the order of the rows.
    said : tuple of str
        What was found out about its cells, for instance which words stand for a missing value.
    """

    table: str
    frame: "pd.DataFrame"
    parts: tuple[RawPart, ...]
    said: tuple[str, ...] = ()

    def fault(
        self, check: str, column: str, rows: "Sequence[int] | pd.Index[int]", found: str, expected: str, mend: str
    ) -> Fault:
        """A fault of some rows, told with the file and the lines of the first of them."""
        start = 0
        for part in self.parts:
            here = [row - start for row in rows if start <= row < start + len(part.frame)]
            if here or part is self.parts[-1]:
                lines = part.lines(here)
                return Fault(self.table, check, str(part.path), column, lines, len(rows), found, expected, mend)
            start += len(part.frame)
        raise AssertionError("a raw table has at least one file")

    def places(self, rows: "Sequence[int] | pd.Index[int]") -> str:
        """Where rows of one file stand, in words: ``line 12``; of the first file that has any of them."""
        return ", ".join(self.fault("", "", rows, "", "", "").lines())

    def notes(self) -> list[str]:
        """What was found out about its files and its cells."""
        return [*(note for part in self.parts for note in part.notes), *self.said]
