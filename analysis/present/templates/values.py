"""Rows of the table of estimates as templates see them: each number knows its row and its column."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.present.provenance.context import Context, place_of

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
    return [context.cite(f"{_key(context, value)}.{how}", text, value.row) for value, text in texts]


def _key(context: Context, value: Value) -> str:
    """A value's name among the numbers of the paper: what picks its row, and its column."""
    picked = place_of(value.row, context.estimates).partition(": ")[2].split(", ")
    return ".".join([*(pair.partition("=")[2] for pair in picked), value.column])
