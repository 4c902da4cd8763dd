"""How many patients have which continuity, before the start and after it: the figure of the distribution."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.disclosure import protected, rounded
from analysis.present.look.style import ESTIMATE, MUTED, Told, bare, nothing, panels, save
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


def draw_distribution(path: Path, fewest: int, figures: Path) -> None:
    """Draw the shares of patients by their Usual Provider of Care index.

    Parameters
    ----------
    path : Path
        Patients by group, time and bin of the index.
    fewest : int
        Contacts that a patient needs to be counted.
    figures : Path
        Folder for the figure.
    """
    table, lineage = read_table(path)
    if table.empty:
        nothing(figures, NAME, "Continuity before and after the start: no patient had enough contacts to be drawn.")
        return
    rows = shares(table).assign(simulated=lineage.simulated)
    groups = [pilot for pilot in GROUPS if pilot in set(rows["pilot"])]
    with panels(7.2, 3.5, 1, len(groups), sharey=True) as (figure, axes):
        for panel, pilot in zip(axes, groups, strict=True):
            _draw(panel, rows[rows["pilot"] == pilot], GROUPS[pilot])
        axes[0].set_ylabel("Patients, %")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2, frameon=False)
        save(figures, figure, rows, _told(rows, fewest))


def shares(table: "pd.DataFrame") -> "pd.DataFrame":
    """Shares of patients by bin in per cent of their group and time; small counts are hidden, others rounded.

    Bins below the lowest index of any group are left out: the index cannot be nought.
    """
    shown = table["patients"].map(rounded).astype(float)
    told = table["patients"].map(protected)
    share = 100 * shown / shown.groupby([table["pilot"], table["after"]]).transform("sum")
    rows = table[["pilot", "after", "low", "high"]].assign(patients=told, share=share)
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
    bare(axes)


def _told(rows: "pd.DataFrame", fewest: int) -> Told:
    caption = (
        f"Patients with at least {fewest} contacts, by the share of their contacts that was with the clinician they "
        "saw most. Few contacts allow few values: those who saw two clinicians equally often stand from 0.5 to 0.6, "
        "those who saw only one from 0.9 to 1. Counts of people are rounded to the nearest five; bins with seven or "
        "fewer are left empty."
    )
    parts = [_series(rows, pilot, after) for pilot in GROUPS for after in BARS]
    return Told(NAME, caption, f"Bars in per cent of patients. {' '.join(parts)}", bool(rows["simulated"].any()))


def _series(rows: "pd.DataFrame", pilot: bool, after: bool) -> str:
    rows = rows[(rows["pilot"] == pilot) & (rows["after"] == after)]
    told = [
        f"{share:.1f} from {low:.1f} to {high:.1f}"
        for low, high, share in rows[["low", "high", "share"]].itertuples(index=False)
        if share == share
    ]
    return f"{GROUPS[pilot]}, {'after' if after else 'before'}: {', '.join(told) or 'too few to show'}."
