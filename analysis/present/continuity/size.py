"""Continuity by the size of practices: the figure of the gradient."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import one, pick
from analysis.plan.continuity import Continuity
from analysis.present.continuity.captions import Captions, value
from analysis.present.look.style import ESTIMATE, MUTED, FigureText, nothing, panels, save, unframed
from analysis.present.templates.values import Row, Value
from analysis.wording import measured, sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

NAME = "continuity-size"
COLUMNS = ["exposure", "term", "x", "estimate", "ci_low", "ci_high", "simulated"]


@dataclass(frozen=True)
class Doubling:
    """The change with each doubling of an exposure, and the test that the line bends."""

    exposure: str
    row: Row
    bend: Row | None


@dataclass(frozen=True)
class Place:
    """The value of a line or a row of means at one size."""

    value: Value
    at: Value
    decimals: int


@dataclass(frozen=True)
class Run:
    """Where the means, or the line, begin and end."""

    code: str
    first: Place
    last: Place


@dataclass(frozen=True)
class Exposure:
    """The runs by one exposure."""

    exposure: str
    runs: list[Run]


@dataclass(frozen=True)
class Sizes:
    """What the figure shows."""

    exposures: list[str]
    held: list[str]
    level: str
    doublings: list[Doubling]
    runs: list[Exposure]


def draw_size(estimates: "pd.DataFrame", plan: Continuity, words: Captions, figures: Path) -> None:
    """Draw the means of equal groups of practices, and the line that the spline expects."""
    table = pick(estimates, outcome=plan.outcome, design="practice_size")
    rows = points(table)
    exposures = [each for each in (plan.size.exposures if plan.size else ()) if each in set(rows["exposure"])]
    if not plan.size or not exposures:
        nothing(figures, NAME, words.say(None, "figures/no-size"))
        return
    with panels(7.2, 3.4, 1, len(exposures), sharey=True) as (figure, axes):
        for panel, exposure in zip(axes, exposures, strict=True):
            _draw(panel, rows[rows["exposure"] == exposure], words.phrase(exposure, "exposure"))
        axes[0].set_ylabel("Mean continuity, %")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2, frameon=False)
        shown = Sizes(
            exposures=list(exposures),
            held=[measured(name) for name in plan.size.adjust],
            level=words.level,
            doublings=[each for exposure in exposures if (each := _doubling(table, exposure, words))],
            runs=[Exposure(each, _runs(rows[rows["exposure"] == each])) for each in exposures],
        )
        caption, alt = words.caption(shown, "figures", "size"), words.say(shown, "figures/size-alt")
        save(figures, figure, rows, FigureText(NAME, caption, alt, bool(rows["simulated"].any())))


def points(table: "pd.DataFrame") -> "pd.DataFrame":
    """The fitted line and the means of fourths, by exposure and its value."""
    rows = table[table["term"].isin(["fitted", "mean"])]
    rows = rows.assign(exposure=rows["subgroup"].str.split(": ").str[-1], x=rows["horizon"].astype(float))
    return rows[COLUMNS].sort_values(["exposure", "term", "x"], ignore_index=True)


def _draw(axes: "Axes", rows: "pd.DataFrame", name: str) -> None:
    line, means = rows[rows["term"] == "fitted"], rows[rows["term"] == "mean"]
    if len(line):
        axes.plot(line["x"], line["estimate"], color=MUTED, linewidth=1.6, label="Expected by the spline")
        axes.fill_between(line["x"], line["ci_low"], line["ci_high"], color=MUTED, alpha=0.2, linewidth=0)
    if len(means):
        error = [means["estimate"] - means["ci_low"], means["ci_high"] - means["estimate"]]
        label = "Mean of a quarter of practices"
        axes.errorbar(means["x"], means["estimate"], error, fmt="o", color=ESTIMATE, capsize=3, label=label)
    _doublings(axes, rows["x"])
    axes.set_xlabel(sentence(name))
    axes.grid(axis="x", visible=False)
    unframed(axes)


def _doublings(axes: "Axes", places: "pd.Series[float]") -> None:
    """An axis in doublings from 1 or from 1,000, with the numbers written out."""
    import math

    from matplotlib.ticker import FuncFormatter, NullLocator

    unit = 1000 if places.max() > 500 else 1
    low, high = (math.log2(place / unit) for place in (places.min(), places.max()))
    axes.set_xscale("log", base=2)
    ticks = [unit * 2.0**power for power in range(math.ceil(low), math.floor(high) + 1)]
    axes.set_xticks(ticks if len(ticks) > 1 else [places.min(), places.max()])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
    axes.xaxis.set_minor_locator(NullLocator())


def _doubling(table: "pd.DataFrame", exposure: str, words: Captions) -> Doubling | None:
    row = words.row(one(table, term="per_doubling", subgroup=exposure, specification="adjusted"))
    bend = words.row(one(table, term="nonlinearity", subgroup=exposure))
    return None if row is None else Doubling(exposure, row, bend)


def _runs(rows: "pd.DataFrame") -> list[Run]:
    parts = {term: rows[rows["term"] == term] for term in ("mean", "fitted")}
    return [
        Run(term, *(_place(part.iloc[at]["estimate"], part.iloc[at]["x"]) for at in (0, -1)))
        for term, part in parts.items()
        if len(part)
    ]


def _place(estimate: float, size: float) -> Place:
    return Place(value(estimate), value(size), 0 if size > 100 else 1)
