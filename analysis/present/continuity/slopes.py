"""The slopes of continuity over patients before the start, and what the pilots did to them: a table."""

from typing import TYPE_CHECKING, Any

from analysis.estimates import one, pick
from analysis.plan.continuity import Continuity
from analysis.present.continuity.captions import Captions
from analysis.present.continuity.ways import DASH, beside_cell, effect_cell, span_cell
from analysis.present.look.markdown import Table

if TYPE_CHECKING:
    import pandas as pd

NAME = "continuity-slopes"


def slopes_table(estimates: "pd.DataFrame", benchmarks: "pd.DataFrame", plan: Continuity, words: Captions) -> Table:
    """By what ranks patients: the slope and the relative index before the start, and the slope's change.

    Parameters
    ----------
    estimates, benchmarks : DataFrame
        The table of estimates; truths.
    plan : Continuity
        What is asked of continuity.
    words : Captions
        The library of phrases.
    """
    own = pick(estimates, outcome=plan.outcome)
    ranks = plan.gaps.by if plan.gaps else ()
    lines = [line for by in ranks for line in _lines(own, by) if line[1] is not None]
    if not lines:
        return words.empty(NAME, "tables/no-slopes")
    rows = [row for _, row, _, _ in lines if row is not None]
    columns = {
        "By": [words.phrase(code, "slope_by") for code, _, _, _ in lines],
        "Points": [effect_cell(row) for row in rows],
        "Interval": [span_cell(row) for row in rows],
        "Relative index": [relative for _, _, relative, _ in lines],
    }
    if (benchmarks["source"] == "truth").any():
        columns["Truth"] = [beside_cell(benchmarks, result, "truth") for _, _, _, result in lines]
    caption = words.caption(None, "tables", "slopes")
    return Table(NAME, caption, columns, bool(rows[0]["simulated"]), (42, 12, 20, 14, 12)[: len(columns)])


def _lines(own: "pd.DataFrame", by: str) -> "list[tuple[str, pd.Series[Any] | None, str, str]]":
    """The slope, and its change: its code, its row, the relative index, and the result that has a truth."""
    before = pick(own, design="continuity_gaps", specification=by)
    relative = one(before, term="relative_index")
    change = one(own, specification=f"gap_{by}", term="gap_change")
    ratio = DASH if relative is None else f"{relative['estimate']:.2f}"
    return [
        (by, one(before, term="slope_index"), ratio, f"gap_{by}"),
        ("change", change, DASH, f"gap_change_{by}"),
    ]
