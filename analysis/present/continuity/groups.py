"""Who has less continuity, and whose continuity the pilots changed: the figure of the inequality slopes."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import one, pick
from analysis.plan.continuity import Continuity
from analysis.present.continuity.captions import Captions, value
from analysis.present.look.style import ESTIMATE, MUTED, FigureText, nothing, panels, save, unframed
from analysis.present.templates.values import Row, Value

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


@dataclass(frozen=True)
class Rank:
    """Levels and effects from the low to the high end of one ranking, and its slope before and its change."""

    by: str
    levels: list[Value]
    effects: list[Value]
    slope: Row | None
    change: Row | None


@dataclass(frozen=True)
class Groups:
    """What the figure shows."""

    level: str
    ranks: list[Rank]


def draw_groups(estimates: "pd.DataFrame", plan: Continuity, words: Captions, figures: Path) -> None:
    """Draw the mean of each group before the start, and the pilots' effect in it."""
    table = pick(estimates, outcome=plan.outcome)
    rows = grouped(table)
    ranks = [_rank(rows, table, each, words) for each in (plan.gaps.by if plan.gaps else ()) if each in set(rows["by"])]
    if not ranks:
        nothing(figures, NAME, words.say(None, "figures/no-gaps"))
        return
    with panels(7.2, 0.4 + 1.75 * len(ranks), len(ranks), 2, sharey="col") as (figure, axes):
        for place, rank in enumerate(ranks):
            part = rows[rows["by"] == rank.by]
            slope = words.say(rank.slope, "figures/slope") if rank.slope else ""
            change = words.say(rank.change, "figures/slope-changed") if rank.change else ""
            _draw_levels(axes[2 * place], pick(part, what="level"), rank.by, slope)
            _draw_effects(axes[2 * place + 1], pick(part, what="effect"), rank.by, change)
        shown = Groups(words.level, ranks)
        caption, alt = words.caption(shown, "figures", "gaps"), words.say(shown, "figures/gaps-alt")
        save(figures, figure, rows, FigureText(NAME, caption, alt, bool(rows["simulated"].any())))


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


def _rank(rows: "pd.DataFrame", table: "pd.DataFrame", by: str, words: Captions) -> Rank:
    part = rows[rows["by"] == by]
    slope = one(pick(table, design="continuity_gaps", specification=by), term="slope_index")
    change = one(table, specification=f"gap_{by}", term="gap_change")
    levels, effects = (list(map(value, pick(part, what=what)["estimate"])) for what in ("level", "effect"))
    return Rank(by, levels, effects, words.row(slope), words.row(change))


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
    unframed(axes)
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
