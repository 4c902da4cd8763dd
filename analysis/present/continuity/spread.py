"""How many patients have which continuity, before the start and after it: the figure of the distribution."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.disclosure import protected, rounded
from analysis.present.continuity.captions import Captions, value
from analysis.present.look.style import ESTIMATE, MUTED, FigureText, nothing, panels, save, unframed
from analysis.present.templates.values import Value
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

NAME = "continuity-distribution"
GROUPS = {True: "Pilot practices", False: "Comparison practices"}
# Before and after differ by pattern as well as by colour.
BARS: dict[bool, dict[str, Any]] = {
    False: {"label": "Before the start", "facecolor": "white", "edgecolor": MUTED, "hatch": "////"},
    True: {"label": "After it", "facecolor": ESTIMATE, "edgecolor": ESTIMATE},
}


@dataclass(frozen=True)
class Bar:
    """One bar: so many per cent of patients have an index from low to high."""

    share: Value
    low: Value
    high: Value


@dataclass(frozen=True)
class Bars:
    """The bars of one group before or after the start; none where patients are too few to show."""

    pilot: bool
    after: bool
    bars: list[Bar]


@dataclass(frozen=True)
class Spread:
    """What the figure shows: patients with at least so many contacts, by group and time."""

    fewest: int
    series: list[Bars]


def draw_distribution(path: Path, fewest: int, words: Captions, figures: Path) -> None:
    """Draw the shares of patients by their Usual Provider of Care index.

    Parameters
    ----------
    path : Path
        Patients by group, time and bin of the index.
    fewest : int
        Contacts that a patient needs to be counted.
    words : Captions
        The library of phrases.
    figures : Path
        Folder for the figure.
    """
    table, lineage = read_table(path)
    if table.empty:
        nothing(figures, NAME, words.say(None, "figures/no-distribution"))
        return
    rows = shares(table).assign(simulated=lineage.simulated)
    groups = [pilot for pilot in GROUPS if pilot in set(rows["pilot"])]
    with panels(7.2, 3.5, 1, len(groups), sharey=True) as (figure, axes):
        for panel, pilot in zip(axes, groups, strict=True):
            _draw(panel, rows[rows["pilot"] == pilot], GROUPS[pilot])
        axes[0].set_ylabel("Patients, %")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2, frameon=False)
        save(figures, figure, rows, _figure_text(rows, fewest, words))


def shares(table: "pd.DataFrame") -> "pd.DataFrame":
    """Shares of patients by bin in per cent of their group and time; small counts are hidden, others rounded.

    Bins below the lowest index of any group are left out: the index cannot be nought.
    """
    shown = table["patients"].map(rounded).astype(float)
    counts = table["patients"].map(protected)
    share = 100 * shown / shown.groupby([table["pilot"], table["after"]]).transform("sum")
    rows = table[["pilot", "after", "low", "high"]].assign(patients=counts, share=share)
    rows = rows.sort_values(["pilot", "after", "low"], ascending=[False, True, True])
    lowest = float(table.loc[table["patients"] > 0, "low"].min())
    return rows[rows["low"] >= lowest].reset_index(drop=True)


def _draw(axes: "Axes", rows: "pd.DataFrame", title: str) -> None:
    for after, look in BARS.items():
        part = rows[rows["after"] == after]
        width = 0.42 * (part["high"] - part["low"])
        axes.bar((part["low"] + part["high"]) / 2 + (after - 0.5) * width, part["share"], width, linewidth=0.9, **look)
    edges = sorted({*rows["low"], *rows["high"]})
    axes.set_xticks(edges, [f"{edge:.1f}" for edge in edges])
    axes.set_xlabel("Usual Provider of Care index")
    axes.set_title(title, loc="left", fontsize=10.5)
    axes.grid(axis="x", visible=False)
    unframed(axes)


def _figure_text(rows: "pd.DataFrame", fewest: int, words: Captions) -> FigureText:
    shown = Spread(fewest, [Bars(pilot, after, _bars(rows, pilot, after)) for pilot in GROUPS for after in BARS])
    caption, alt = (words.say(shown, f"figures/{name}") for name in ("distribution", "distribution-alt"))
    return FigureText(NAME, caption, alt, bool(rows["simulated"].any()))


def _bars(rows: "pd.DataFrame", pilot: bool, after: bool) -> list[Bar]:
    rows = rows[(rows["pilot"] == pilot) & (rows["after"] == after) & rows["share"].notna()]
    return [
        Bar(value(share), value(low), value(high))
        for low, high, share in rows[["low", "high", "share"]].itertuples(index=False)
    ]
