"""Rows of the table of estimates as templates see them: each number knows its row and its column."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.present.provenance.context import Context, part

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Value:
    """A number of a row: what a filter formats, and cites by its row and column."""

    number: float
    row: "pd.Series[Any]"
    column: str

    def __bool__(self) -> bool:
        """Whether it is known."""
        return self.number == self.number

    @property
    def key(self) -> str:
        """Its name among the numbers of the paper, from the row's key and the column."""
        keys = [self.row["outcome"], self.row["design"], self.row["term"], self.row["scale"], *part(self.row)]
        return ".".join([*map(str, keys), self.column])


class Row:
    """A row: its columns of numbers, by name."""

    def __init__(self, row: "pd.Series[Any]") -> None:
        self._row = row

    def __getattr__(self, column: str) -> Value:
        if column.startswith("_") or column not in self._row.index:
            raise AttributeError(column)
        return Value(float(self._row[column]), self._row, column)


def cite(context: Context, texts: Iterable[tuple[Value, str]], how: str) -> list[str]:
    """Numbers as they are printed, each leading to its address; `how` it is printed tells two printings apart."""
    return [context.cite(f"{value.key}.{how}", text, value.row) for value, text in texts]
