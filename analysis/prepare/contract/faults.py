"""What is wrong with a table, in a form that can be told in a sentence or counted in a grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from analysis.steps import Problem, again


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with one table.

    Attributes
    ----------
    table : str
        The table of the data contract, for instance ``practices``.
    check : str
        What was checked: ``readable``, ``columns``, ``types``, ``values``, ``keys``, ``references``, ``months``.
    file : str
        The file, as the user knows it.
    column : str
        The column or columns; empty where the fault is of the whole file.
    rows : tuple of int
        Line numbers in the file (the header is line 1), or row numbers of a Parquet file; at most ten.
    count : int
        How many rows fail.
    found : str
        What stands there, for instance the first failing value.
    expected : str
        What was expected.
    mend : str
        How to mend it.
    tolerated : bool
        Whether the rows are so few that the pipeline leaves them out and counts them, which is worth a note.
    """

    table: str
    check: str
    file: str
    column: str
    rows: tuple[int, ...]
    count: int
    found: str
    expected: str
    mend: str
    tolerated: bool = False

    def sentence(self) -> str:
        """The fault in one sentence, without the mend."""
        places = [self.file, *([f"column {self.column}"] if self.column else []), *self.lines()]
        expected = f"; expected {self.expected}" if self.expected else ""
        return f"{', '.join(places)}: {self.found}{expected}."

    def lines(self) -> list[str]:
        """Its lines or rows in words, as the one part of a list; none where it is of the whole file."""
        if not self.rows:
            return []
        unit = "row" if self.file.endswith(".parquet") else "line"
        more = f" and {self.count - len(self.rows)} more" if self.count > len(self.rows) else ""
        return [f"{unit}{'s' * (self.count > 1)} {', '.join(map(str, self.rows))}{more}"]


@dataclass(frozen=True)
class Question(Fault):
    """A value that may be right, and looks like a slip: the run goes on, and asks.

    Attributes
    ----------
    kind : str
        Which rule asks, a key of `KINDS` in :mod:`analysis.prepare.check_data.plausible`.
    where : str
        The first place without a value of it, for instance ``practice P1 in 2009-04``; the paper prints it.
    """

    kind: str = ""
    where: str = ""

    def question(self) -> str:
        """The question in one sentence, with its place."""
        return f"{self.sentence().removesuffix('.')}. Is that right?"


class Faulty(Problem):
    """Data with faults: told as the first of them, each kept.

    Parameters
    ----------
    faults : sequence of Fault
        At least one.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        more = f" {len(faults) - 1} more: `{again('check-data')}` tells all." if len(faults) > 1 else ""
        super().__init__(faults[0].sentence() + more, faults[0].mend)
        self.faults = tuple(faults)


def refuse(faults: Sequence[Fault]) -> None:
    """Raise where there is any fault."""
    if faults:
        raise Faulty(faults)


def shown(value: object, most: int = 40) -> str:
    """A value as it may stand in a message: quoted, on one line, and cut where it is long."""
    text = str(value)
    return repr(text) if len(text) <= most else f"{text[:most]!r}… ({len(text):,} characters)"


def number(given: Any) -> str:
    """A number as a message shows it."""
    value = float(given)
    if not isfinite(value) or abs(value) >= 1e15:
        return f"{value:.3g}"
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.3g}"


def meant(guess: str, edit: str, otherwise: str) -> str:
    """The edit for what may have been meant; another where nothing is like it."""
    return f"did you mean `{guess}`? Then {edit}" if guess else otherwise


def looked_up(column: str) -> str:
    """The mend of a value that cannot be: nobody but its source knows the right one."""
    return f"look up column {column} in the source of the data, and write what stands there"
