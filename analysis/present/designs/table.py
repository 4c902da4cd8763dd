"""The same outcomes by every design of the plan: a row a design, a column an outcome."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.plan.pilots import AnyOutcome
from analysis.present.designs.design_rows import (
    OWN_PAST,
    PRIMARY,
    WEAKER,
    Key,
    code,
    design_result,
    effect_designs,
    effects,
    keys,
)
from analysis.present.look.markdown import widths
from analysis.present.provenance.context import Outcomes
from analysis.present.provenance.sources import Sources
from analysis.present.templates.values import Row

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What one design gives of one outcome.

    Attributes
    ----------
    asked : bool
        Whether the plan asks for the design.
    row : Row or None
        Its estimate.
    lowest, highest : Row or None
        Where nothing pools single sites, the ends of theirs.
    """

    asked: bool
    row: Row | None
    lowest: Row | None
    highest: Row | None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A design: its code, whether it is the primary or a weaker one, and what it gives of each outcome."""

    code: str
    primary: bool
    weaker: bool
    cells: list[Cell]


@dataclass(frozen=True)
class DesignTable:
    """The table of designs: the outcomes that it has columns of, in words, its lines, whether a cell is empty."""

    outcomes: list[str]
    lines: list[Line]
    dashed: bool
    simulated: bool
    widths: str


def design_table(sources: Sources, outcomes: Outcomes) -> DesignTable | None:
    """A row per design and a column per outcome; None where no outcome has more than one design."""
    if not outcomes:
        return None
    rows = effects(sources.context.estimates, outcomes)
    lines = [
        Line(
            code=code(key),
            primary=key == PRIMARY,
            weaker=key in (*WEAKER, (OWN_PAST, "")),
            cells=[_cell(sources, rows, name, each, key) for name, each in outcomes.items()],
        )
        for key in keys(sources.context.estimates, outcomes)
    ]
    empty = any(not cell.asked for line in lines for cell in line.cells)
    # With more columns than that, each is as wide as its text.
    shown = widths(34, len(outcomes)) if len(outcomes) < 4 else ""
    return DesignTable([each.label for each in outcomes.values()], lines, empty, bool(rows["simulated"].any()), shown)


def _cell(sources: Sources, rows: "pd.DataFrame", name: str, outcome: AnyOutcome, key: Key) -> Cell:
    result = design_result(rows, name, key)
    ordered = result.sites.sort_values("estimate", kind="stable")
    ends = [ordered.iloc[0], ordered.iloc[-1]] if len(ordered) else [None, None]
    row, low, high = (
        None if each is None else Row(sources.context, each, cited=False, bare=True) for each in (result.row, *ends)
    )
    return Cell(asked=key[0] in effect_designs(outcome), row=row, lowest=low, highest=high)
