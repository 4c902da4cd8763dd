"""Who has less continuity, and whose continuity the pilots changed: the figure of the inequality slopes."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import one, pick
from analysis.plan.continuity import Continuity
from analysis.present.look.style import ESTIMATE, MUTED, Told, bare, nothing, panels, save
from analysis.present.verdict import size
from analysis.wording import signed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

NAME = "continuity-gaps"
# What ranks patients, and what its low and its high end are called.
RANKS = {
    "imd": ("deprivation", "least\ndeprived", "most\ndeprived"),
    "age": ("age", "youngest", "oldest"),
    "conditions": ("number of conditions", "fewest", "most"),
}
COLUMNS = ["by", "what", "group", "groups", "estimate", "ci_low", "ci_high", "simulated"]


def draw_groups(estimates: "pd.DataFrame", asked: Continuity, confidence: float, figures: Path) -> None:
    """Draw the mean of each group before the start, and the pilots' effect in it."""
    table = pick(estimates, outcome=asked.outcome)
    rows = grouped(table)
    ranks = [each for each in (asked.gaps.by if asked.gaps else ()) if each in set(rows["by"])]
    if not ranks:
        nothing(figures, NAME, "Continuity by groups of patients: not estimated. An annex says why.")
        return
    with panels(7.2, 0.4 + 1.75 * len(ranks), len(ranks), 2, sharey="col") as (figure, axes):
        for place, by in enumerate(ranks):
            part = rows[rows["by"] == by]
            _draw_levels(axes[2 * place], pick(part, what="level"), by, _index(table, by))
            _draw_effects(axes[2 * place + 1], pick(part, what="effect"), by, _change(table, by))
        save(figures, figure, rows, _told(rows, table, ranks, confidence))


def grouped(table: "pd.DataFrame") -> "pd.DataFrame":
    """Levels before the start and effects, by what ranks patients and by group from 1 upwards."""
    import pandas as pd

    levels = table[(table["design"] == "continuity_gaps") & (table["term"] == "mean")]
    effects = table[(table["term"] == "effect") & table["specification"].isin([f"by_{each}" for each in RANKS])]
    both = pd.concat([levels.assign(what="level"), effects.assign(what="effect")])
    place = both["subgroup"].str.split(" of ")
    both = both.assign(by=both["specification"].str.removeprefix("by_"))
    both = both.assign(group=place.str[0].astype(int), groups=place.str[-1].astype(int))
    return both[COLUMNS].sort_values(["by", "what", "group"], ascending=[True, False, True], ignore_index=True)


def _index(table: "pd.DataFrame", by: str) -> str:
    row = one(pick(table, design="continuity_gaps", specification=by), term="slope_index")
    return "" if row is None else f"slope {size(row)}"


def _change(table: "pd.DataFrame", by: str) -> str:
    row = one(table, specification=f"gap_{by}", term="gap_change")
    return "" if row is None else f"slope changed {size(row)}"


def _draw_levels(axes: "Axes", rows: "pd.DataFrame", by: str, index: str) -> None:
    _points(axes, rows, by, "o")
    axes.set_ylabel("Mean before, %")
    axes.set_title(f"By {RANKS[by][0]}\n{index}", loc="left", fontsize=9.5)


def _draw_effects(axes: "Axes", rows: "pd.DataFrame", by: str, change: str) -> None:
    axes.axhline(0, color="#333333", linewidth=1)
    _points(axes, rows, by, "D")
    axes.set_ylabel("Effect, points")
    axes.set_title(f"Effect of the pilots\n{change}", loc="left", fontsize=9.5)


def _points(axes: "Axes", rows: "pd.DataFrame", by: str, marker: str) -> None:
    bare(axes)
    axes.grid(axis="x", visible=False)
    if rows.empty:
        axes.set_xticks([])
        axes.text(0.5, 0.5, "not estimated", transform=axes.transAxes, ha="center", va="center", color=MUTED)
        return
    error = [rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]]
    axes.errorbar(rows["group"], rows["estimate"], yerr=error, fmt=marker, color=ESTIMATE, capsize=3, markersize=5)
    groups = range(1, int(rows["groups"].iloc[0]) + 1)
    _, low, high = RANKS[by]
    names = {groups[0]: f"{groups[0]}\n{low}", groups[-1]: f"{groups[-1]}\n{high}"}
    axes.set_xticks(list(groups), [names.get(each, str(each)) for each in groups])
    axes.set_xlim(0.5, len(groups) + 0.5)


def _told(rows: "pd.DataFrame", table: "pd.DataFrame", ranks: Sequence[str], confidence: float) -> Told:
    caption = (
        "Left, mean continuity before the start in equal groups of patients, all practices together, with the slope "
        "index of inequality: the difference between the top and the bottom of the ranking. Right, the pilots' effect "
        "in each group, with how it changed the slope. "
        f"Bars are {100 * confidence:g}% confidence intervals."
    )
    alt = " ".join(_series(rows[rows["by"] == by], table, by) for by in ranks)
    return Told(NAME, caption, alt, bool(rows["simulated"].any()))


def _series(rows: "pd.DataFrame", table: "pd.DataFrame", by: str) -> str:
    levels = ", ".join(f"{value:.1f}%" for value in pick(rows, what="level")["estimate"])
    effects = ", ".join(signed(value) for value in pick(rows, what="effect")["estimate"])
    told = [
        f"means {levels}" if levels else "means not estimated",
        f"effects {effects} points" if effects else "effects not estimated",
        *(each for each in (_index(table, by), _change(table, by)) if each),
    ]
    return f"By {RANKS[by][0]}, low to high: {'; '.join(told)}."
