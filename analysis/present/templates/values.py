"""Numbers as templates see them: each knows its address, and those of a row their row and column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from analysis.present.provenance.address import Origin
from analysis.present.provenance.context import Context
from analysis.wording import change

if TYPE_CHECKING:
    import pandas as pd

Held = TypeVar("Held")
# What is told as a change: a ratio in per cent, points as they are.
TOLD = ("estimate", "ci_low", "ci_high")


@dataclass(frozen=True)
class Value:
    """A number that a filter formats and cites.

    Attributes
    ----------
    number : float
        In the unit in which it is told: a ratio as a change in per cent.
    key : str
        Its name among the numbers of the paper, unique: of a row, what picks the row, and the column.
    origin : Origin or None
        Where it comes from; None where it is told without its address, as in a table.
    unit : str
        What stands behind it: ``%``, `` points`` or nothing.
    """

    number: float
    key: str
    origin: Origin | None
    unit: str = ""

    def __bool__(self) -> bool:
        """Whether it is known."""
        return self.number == self.number


@dataclass(frozen=True)
class Printed:
    """A number whose text is given: as its source printed it, as its interval bears, or protected.

    Attributes
    ----------
    text : str
        The number with its unit, and no words.
    key : str
        Its name among the numbers of the paper, unique.
    origin : Origin or None
        Where it comes from; None where it is told without its address.
    """

    text: str
    key: str
    origin: Origin | None


Ends = tuple[Value, Value]


class Row:
    """A row of the table of estimates: its numbers and its words by column, and the two ends of its interval.

    In text its numbers are `cited`; in a table, which has no room for addresses, they are not. Where a heading says
    that all are in per cent, they are `bare` of the sign.
    """

    def __init__(self, context: Context, row: "pd.Series[Any]", *, cited: bool = True, bare: bool = False) -> None:
        self._context, self._row, self._cited, self._bare = context, row, cited, bare

    def __getattr__(self, column: str) -> Any:
        if column.startswith("_") or column not in self._row.index:
            raise AttributeError(column)
        held = self._row[column]
        return held if isinstance(held, str) else self._value(column, float(held))

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *map(str, self._row.index)]

    @property
    def interval(self) -> Ends:
        """The two ends."""
        return self.ci_low, self.ci_high

    @property
    def plain(self) -> Value:
        """The estimate as it stands, of a ratio that is told as one."""
        return self._plain("estimate")

    @property
    def plain_interval(self) -> Ends:
        """The two ends as they stand."""
        return self._plain("ci_low"), self._plain("ci_high")

    @property
    def events(self) -> bool:
        """Whether it is told in events per 1,000 patients a year."""
        return bool(self._row["scale"] == "difference")

    @property
    def simulated(self) -> bool:
        """Whether it rests on simulated data."""
        return bool(self._row["simulated"])

    def number_in(self, column: str) -> Value:
        """The number that stands in a column of words, such as the size that a violation was tried at."""
        return self._value(column, float(self._row[column]))

    def _plain(self, column: str) -> Value:
        return Value(float(self._row[column]), f"{self._key()}.{column}.plain", self._origin)

    def _value(self, column: str, held: float) -> Value:
        scale = self._row["scale"] if column in TOLD else ""
        size = change(scale, held, held, held)
        unit = size.unit if scale in ("ratio", "points") else ""
        shown = "" if self._bare and unit == "%" else unit
        return Value(size.estimate, f"{self._key()}.{column}", self._origin, shown)

    @cached_property
    def _origin(self) -> Origin | None:
        return self._context.origin(self._row) if self._cited else None

    def _key(self) -> str:
        """What picks the row, as a name; a number without an address needs none."""
        picked = self._origin.place.partition(": ")[2].split(", ") if self._origin else []
        return ".".join(pair.partition("=")[2] for pair in picked)


class Names(Generic[Held]):
    """Things of one kind that a template takes by name, ``outcomes.continuity``, or goes through one after the other.

    A name that is not among them is an error, also where a template only asks whether it is there.
    """

    def __init__(self, held: Mapping[str, Held]) -> None:
        self._held = dict(held)

    def __getattr__(self, name: str) -> Held:
        if name.startswith("_") or name not in self._held:
            raise AttributeError(name)
        return self._held[name]

    def __dir__(self) -> list[str]:
        return list(self._held)

    def __iter__(self) -> Iterator[Held]:
        return iter(self._held.values())

    def __len__(self) -> int:
        return len(self._held)
