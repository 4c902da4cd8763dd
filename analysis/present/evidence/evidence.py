"""The published evidence: the forest plot of each synthesis.

``python -m analysis.present.evidence.evidence --help``
"""

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.estimates import pick, read_estimates
from analysis.plain_text import escaped_plan
from analysis.present.evidence.page import Way, ways
from analysis.present.look.style import ESTIMATE, MUTED, TRUTH, FigureText, canvas, save, unframed
from analysis.present.provenance.address import Book, slug
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters
from analysis.steps import Paths, command
from analysis.study import Synthesis
from analysis.tables import read_table
from analysis.verdicts import Verdict, read_verdicts
from analysis.wording import change

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LOOK = {
    "in_synthesis": (ESTIMATE, "o", ESTIMATE, "Controlled, with an interval"),
    "no_interval": (ESTIMATE, "o", "white", "Controlled, no interval confirmed"),
    "uncontrolled": (MUTED, "X", MUTED, "No comparison group"),
}


@dataclass(frozen=True, kw_only=True)
class Study:
    """One published estimate: its programme, and its size with the interval, if any."""

    name: str
    size: str


@dataclass(frozen=True, kw_only=True)
class Forest:
    """What a figure shows.

    Attributes
    ----------
    label : str
        The outcome, in words.
    direction : Verdict
        Whether the pooled change is clear, and which way.
    pooled : str
        The pooled estimate; empty where nothing is pooled.
    ways : tuple of Way
        Which way those point that have no interval.
    studies : tuple of Study
    """

    label: str
    direction: Verdict
    pooled: str
    ways: tuple[Way, ...]
    studies: tuple[Study, ...]


def evidence(
    *, estimates: Path, verdicts: Path, published: Path, syntheses: dict[str, Synthesis], phrases: Paths, figures: Path
) -> None:
    """Draw every published estimate of an outcome, and what they say together, for each synthesis.

    Parameters
    ----------
    estimates, verdicts : Path
        The table of estimates, and what its rows are taken to say.
    published : Path
        The prepared evidence, for the programmes' names.
    syntheses : dict
        Their plans by name, as JSON.
    phrases : tuple of Path
        The phrases that it may tell from.
    figures : Path
        Folder for evidence-NAME.svg, .png, .csv and .md.
    """
    words, judged = formats(Book(), *phrases), read_verdicts(verdicts)
    table, programmes = read_estimates(estimates), read_table(published)[0]
    for name, synthesis in syntheses.items():
        rows = drawn(pick(table, outcome=name, design="synthesis"), programmes)
        with canvas(7.2, 1.2 + 0.18 * _lines(rows)) as (figure, axes):
            _draw(axes, rows)
            direction = judged.of(name, Question.DIRECTION, about=About.SYNTHESIS)
            save(figures, figure, rows, _figure_text(name, synthesis.label, direction, rows, words))


def _lines(rows: "pd.DataFrame") -> int:
    """Lines of text beside the plot: one for each line of a label, and one between."""
    return int((rows["label"].str.count("\n") + 2).sum())


def drawn(estimates: "pd.DataFrame", published: "pd.DataFrame") -> "pd.DataFrame":
    """Published estimates by group and size, the pooled one last, in per cent; those left out stand in the table."""
    import pandas as pd

    names = published.set_index("evidence_id")["programme"]
    rows = estimates[estimates["term"].isin(["study", "pooled"]) & (estimates["specification"] != "left_out")]
    label = rows["horizon"].map(names).fillna("Together (random effects)").map(lambda name: textwrap.fill(name, 34))
    percent = 100 * (rows[["estimate", "ci_low", "ci_high"]] - 1)
    rows = percent.assign(
        label=label, group=rows["specification"], term=rows["term"], id=rows["horizon"], simulated=rows["simulated"]
    )
    order = pd.Categorical(rows["group"], list(LOOK))
    rows = rows.assign(order=order, last=rows["term"] == "pooled").sort_values(["last", "order", "estimate"])
    return rows.drop(columns=["order", "last"]).reset_index(drop=True)


def _draw(axes: "Axes", rows: "pd.DataFrame") -> None:
    axes.axvline(0, color="#333333", linewidth=1)
    for place, (_, row) in enumerate(rows[::-1].iterrows()):
        _mark(axes, row, place)
        axes.annotate(_text(row), (1.02, place), xycoords=("axes fraction", "data"), va="center", annotation_clip=False)
    axes.set_yticks(range(len(rows)), list(rows["label"][::-1]))
    axes.set_ylim(-0.7, len(rows) - 0.3)
    furthest = float(rows[["estimate", "ci_low", "ci_high"]].abs().to_numpy(float, na_value=0).max())
    axes.set_xlim(-1.1 * furthest, 1.1 * furthest)
    axes.set_xlabel("Change, % (left of zero: fewer)")
    axes.grid(axis="y", visible=False)
    pooled = bool((rows["term"] == "pooled").any())
    for group in [each for each in LOOK if each in set(rows["group"])]:
        colour, marker, face, label = LOOK[group]
        label += ": pooled" * (pooled and group == "in_synthesis")
        axes.plot([], [], marker, color=colour, markerfacecolor=face, label=label)
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2, frameon=False, fontsize=9)
    unframed(axes)


def _mark(axes: "Axes", row: "pd.Series[Any]", place: int) -> None:
    colour, marker, face, _ = LOOK[str(row["group"])]
    if row["term"] == "pooled":
        colour, marker, face = TRUTH, "D", TRUTH
    if row["ci_low"] == row["ci_low"]:
        axes.plot([row["ci_low"], row["ci_high"]], [place, place], color=colour, linewidth=1.6)
    axes.plot(row["estimate"], place, marker, color=colour, markerfacecolor=face, markersize=6.5)


def _text(row: "pd.Series[Any]") -> str:
    effect = change("points", row["estimate"], row["ci_low"], row["ci_high"])
    size = effect.signed().replace(" points", "%")
    if row["ci_low"] != row["ci_low"]:
        return size
    return f"{size}  ({effect.interval().removesuffix(' points')})"


def _unbroken(label: str) -> str:
    """A label in one line; one that was broken after a hyphen goes on there."""
    return re.sub(r"(?<=\w-)\n", "", label).replace("\n", " ")


def _figure_text(name: str, label: str, direction: Verdict, rows: "pd.DataFrame", words: Filters) -> FigureText:
    pooled, studies = rows[rows["term"] == "pooled"], rows[rows["term"] == "study"]
    forest = Forest(
        label=label,
        direction=direction,
        pooled=_text(pooled.iloc[0]) if len(pooled) else "",
        ways=ways(studies.loc[studies["group"] == "no_interval", "estimate"]),
        studies=tuple(Study(name=_unbroken(row["label"]), size=_text(row)) for _, row in studies.iterrows()),
    )
    caption, alt = (words["say"](forest, f"evidence/figures/{part}") for part in ("forest", "forest-alt"))
    return FigureText(f"evidence-{slug(name)}", caption, alt, bool(rows["simulated"].any()))


if __name__ == "__main__":
    command(evidence, given=escaped_plan)
