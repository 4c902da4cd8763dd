"""What the figures and tables on continuity say in words: phrases of the library, whose numbers lead to no address."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.present.look.markdown import Table
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Context
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters
from analysis.present.templates.values import Row, Value

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Captions:
    """The library of phrases, and the table of estimates whose rows it tells."""

    context: Context
    filters: Filters

    @property
    def level(self) -> str:
        """The confidence level of intervals, ``95%``."""
        return self.context.level

    def say(self, it: object, name: str) -> str:
        """A sentence about one thing, by its name below ``reports/phrases/continuity``."""
        return self.filters["say"](it, f"continuity/{name}")

    def phrase(self, code: str, name: str) -> str:
        """The words for a code."""
        return self.filters["phrase"](code, name)

    def row(self, row: "pd.Series[Any] | None") -> Row | None:
        """A row as phrases see it; None where there is none."""
        return None if row is None else Row(self.context, row, cited=False)

    def empty(self, name: str, phrase: str) -> Table:
        """The table where nothing could be told, which says why, so that the text has something to refer to."""
        return Table(name, self.say(None, phrase), {"Result": ["not estimated"]})


def captions(estimates: "pd.DataFrame", confidence: float, phrases: Path) -> Captions:
    """The captions of a study, from the folder of the library."""
    book = Book()
    return Captions(Context(estimates, {}, confidence, book), formats(book, phrases))


def value(number: float, unit: str = "") -> Value:
    """A number for a caption."""
    return Value(float(number), "", None, unit)
