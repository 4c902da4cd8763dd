"""Continuity by the size of practices: the figure of the gradient."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import one, pick
from analysis.plan.continuity import Continuity, PracticeSize
from analysis.present.look.style import ESTIMATE, MUTED, Told, bare, nothing, panels, save
from analysis.present.verdict import size
from analysis.wording import listed, measured, p_value, sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

NAME = "continuity-size"
EXPOSURES = {"list_size": "registered patients", "gp_fte": "full-time-equivalent GPs"}
COLUMNS = ["exposure", "term", "x", "estimate", "ci_low", "ci_high", "simulated"]


def draw_size(estimates: "pd.DataFrame", asked: Continuity, confidence: float, figures: Path) -> None:
    """Draw the means of equal groups of practices, and the line that the spline expects."""
    table = pick(estimates, outcome=asked.outcome, design="practice_size")
    rows = points(table)
    exposures = [each for each in (asked.size.exposures if asked.size else ()) if each in set(rows["exposure"])]
    if not asked.size or not exposures:
        nothing(figures, NAME, "Continuity by the size of practices: not estimated. An annex says why.")
        return
    with panels(7.2, 3.4, 1, len(exposures), sharey=True) as (figure, axes):
        for panel, exposure in zip(axes, exposures, strict=True):
            _draw(panel, rows[rows["exposure"] == exposure], exposure)
        axes[0].set_ylabel("Mean continuity, %")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=2, frameon=False)
        save(figures, figure, rows, _told(rows, table, exposures, asked.size, confidence))


def points(table: "pd.DataFrame") -> "pd.DataFrame":
    """The fitted line and the means of fourths, by exposure and its value."""
    rows = table[table["term"].isin(["fitted", "mean"])]
    rows = rows.assign(exposure=rows["subgroup"].str.split(": ").str[-1], x=rows["horizon"].astype(float))
    return rows[COLUMNS].sort_values(["exposure", "term", "x"], ignore_index=True)


def _draw(axes: "Axes", rows: "pd.DataFrame", exposure: str) -> None:
    line, means = rows[rows["term"] == "fitted"], rows[rows["term"] == "mean"]
    if len(line):
        axes.plot(line["x"], line["estimate"], color=MUTED, linewidth=1.6, label="Expected by the spline")
        axes.fill_between(line["x"], line["ci_low"], line["ci_high"], color=MUTED, alpha=0.2, linewidth=0)
    if len(means):
        error = [means["estimate"] - means["ci_low"], means["ci_high"] - means["estimate"]]
        label = "Mean of a quarter of practices"
        axes.errorbar(means["x"], means["estimate"], error, fmt="o", color=ESTIMATE, capsize=3, label=label)
    _doublings(axes, rows["x"])
    axes.set_xlabel(sentence(EXPOSURES[exposure]))
    axes.grid(axis="x", visible=False)
    bare(axes)


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


def _told(
    rows: "pd.DataFrame", table: "pd.DataFrame", exposures: Sequence[str], plan: PracticeSize, confidence: float
) -> Told:
    caption = (
        f"Continuity before the start, by {listed([EXPOSURES[each] for each in exposures])} of the practice: means of "
        f"quarters of practices, and what the spline expects with {_held(plan)} held constant, both with "
        f"{100 * confidence:g}% confidence intervals. Along the axis each number is twice the one before. "
        f"{' '.join(_slope(table, each) for each in exposures)}"
    ).strip()
    alt = " ".join(_span(rows[rows["exposure"] == each], each) for each in exposures)
    return Told(NAME, caption, alt, bool(rows["simulated"].any()))


def _held(plan: PracticeSize) -> str:
    return listed([measured(name) for name in plan.adjust]) if plan.adjust else "nothing else"


def _slope(table: "pd.DataFrame", exposure: str) -> str:
    """The change with each doubling, and whether the line bends."""
    row = one(table, term="per_doubling", subgroup=exposure, specification="adjusted")
    if row is None:
        return ""
    bend = one(table, term="nonlinearity", subgroup=exposure)
    test = f"; test that the line bends: {p_value(bend['p_value'])}" if bend is not None else ""
    return f"With each doubling of {EXPOSURES[exposure]}: {size(row)}{test}."


def _span(rows: "pd.DataFrame", exposure: str) -> str:
    told = []
    for term, name in (("mean", "the means run"), ("fitted", "the line runs")):
        part = rows[rows["term"] == term]
        if len(part):
            first, last = part.iloc[0], part.iloc[-1]
            told.append(
                f"{name} from {first['estimate']:.1f}% at {_place(first['x'])} to {last['estimate']:.1f}% at "
                f"{_place(last['x'])}"
            )
    return f"By {EXPOSURES[exposure]} {' and '.join(told)}."


def _place(value: float) -> str:
    return f"{value:,.0f}" if value > 100 else f"{value:.1f}"
