"""Tables as Markdown that pandoc and Quarto read alike."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.present.look.style import SIMULATED
from analysis.present.templates.formats import cell

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class Table:
    """A table for the paper.

    Attributes
    ----------
    name : str
        Its id in the paper is ``tbl-NAME``.
    caption : str
        What it shows; the label for simulated data is added by lineage.
    columns : mapping
        Cells by heading.
    simulated : bool
        Whether any cell descends from simulated data.
    widths : sequence of int
        Relative column widths; without them columns are as wide as their text.
    """

    name: str
    caption: str
    columns: Mapping[str, Sequence[str]]
    simulated: bool = False
    widths: Sequence[int] = field(default=())

    def markdown(self) -> str:
        """A pipe table with caption and id; columns of numbers are aligned to the right."""
        rows = list(zip(*self.columns.values(), strict=True))
        rule = [_rule(cells) for cells in self.columns.values()]
        lines = [_line(self.columns), _line(rule), *(_line(row) for row in rows)]
        caption = f"{self.caption} {SIMULATED}" if self.simulated else self.caption
        widths = f' tbl-colwidths="{list(self.widths)}"' if self.widths else ""
        return "\n".join(lines) + f"\n\n: {caption} {{#tbl-{self.name}{widths}}}\n"


SHORT = {
    "PCT": "primary care trust", "CIC": "community interest company", "FT": "foundation trust",
    "COPD": "chronic obstructive pulmonary disease", "HFMA": "Healthcare Financial Management Association",
    "PSSRU": "Personal Social Services Research Unit",
}  # fmt: skip


def spelled_out(cells: Sequence[str]) -> str:
    """What the short forms in a table's cells stand for, a sentence for its caption; empty where there are none."""
    words = set(re.findall(r"\w+", " ".join(cells)))
    meanings = [f"{short}: {long}" for short, long in SHORT.items() if short in words]
    return f" {'; '.join(meanings)}." if meanings else ""


def widths(first: int, others: int) -> str:
    """The widths of a table's columns in per cent, as Quarto takes them: the first, and that of so many others."""
    return str([first, *[(100 - first) // others] * others])


def _line(cells: "Sequence[str] | Mapping[str, Sequence[str]]") -> str:
    return f"| {' | '.join(cell(str(each)) for each in cells)} |"


def _rule(cells: Sequence[str]) -> str:
    return "---:" if all(cell.strip("+−–<>=£%,. p0123456789to()") == "" for cell in cells) else ":---"
