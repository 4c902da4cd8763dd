"""The specification curve: every combination of the declared choices, sorted, with the choices below."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import pick
from analysis.present.assumptions.assumptions import Curve, Points, curve_of, sites_of
from analysis.present.assumptions.check import CheckSource
from analysis.present.look.style import ESTIMATE, MUTED, TRUTH, FigureText, nothing, panels, save, unframed
from analysis.present.provenance.address import slug
from analysis.present.templates.language import Filters
from analysis.wording import changed, number_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

UNCOUNTED = float("nan")
# What the choices are about, in the order in which a combination names them.
CHOICES = ("model", "months", "comparison", "washout")
TOLD = {
    "poisson_fixed_effects": "Poisson", "quasi_poisson": "quasi-Poisson", "linear_rate": "linear rates",
    "plan": "all months", "all": "all practices", "same_regions": "same regions", "other_regions": "other regions",
}  # fmt: skip
SPLIT = " · "
# The plan's own choice: the primary model.
OWN = SPLIT.join(("poisson_fixed_effects", "plan", "all", "0"))


def draw_curve(source: CheckSource, label: str, filters: Filters, folder: Path) -> None:
    """Draw the specification curve of one outcome.

    Parameters
    ----------
    source : CheckSource
        The check of one outcome.
    label : str
        The outcome in words.
    filters : dict
        The filters of templates, by which its words are told.
    folder : Path
        Where curve-OUTCOME.svg, .png, .csv and .md go.
    """
    name, data = f"curve-{slug(source.outcome)}", drawn(source.rows)
    if data.empty:
        nothing(folder, name, filters["say"](label, "assumptions/no-curve"))
        return
    own_first = data.sort_values("plan", ascending=False, kind="stable")
    kinds = [(key, each) for key in CHOICES for each in dict.fromkeys(own_first[key])]
    ratios = {"height_ratios": [3, max(1.0, 0.26 * len(kinds))]}
    with panels(7.2, 2.9 + 0.2 * len(kinds), 2, 1, sharex=True, gridspec_kw=ratios) as (figure, (above, below)):
        _estimates(above, data)
        _choices(below, data, kinds)
        save(folder, figure, data, _figure_text(name, label, data, curve_of(source), filters))


def drawn(rows: "pd.DataFrame") -> "pd.DataFrame":
    """The combinations from the lowest estimate to the highest: choices, estimate in per cent, interval, sites.

    `sites` have months both before and after their start, of `all_sites`; both are missing where nobody counted.
    """
    import pandas as pd

    lines, counts = [], sites_of(rows)
    for _, row in pick(rows, term="curve").iterrows():
        effect = changed(row)
        size = {"estimate": effect.estimate, "ci_low": effect.low, "ci_high": effect.high}
        sites, every = counts.get(row["horizon"], (UNCOUNTED, UNCOUNTED))
        size |= {"sites": sites, "all_sites": every}
        facts = {"plan": row["horizon"] == OWN, "whole": not sites < every, "simulated": bool(row["simulated"])}
        lines.append(_parts(row["horizon"]) | size | facts)
    columns = [*CHOICES, "estimate", "ci_low", "ci_high", "sites", "all_sites", "whole", "plan", "simulated"]
    table = pd.DataFrame(lines, columns=columns)
    return table.sort_values(["estimate", *CHOICES], ignore_index=True)


def _parts(horizon: str) -> dict[str, str]:
    """The choices of a combination, in words."""
    model, months, comparison, washout = horizon.split(SPLIT)
    parts = [TOLD.get(each, each.replace("_", " ")) for each in (model, months, comparison)]
    out = "none" if washout == "0" else f"first {number_of(int(washout), 'month')} out"
    return dict(zip(CHOICES, [*parts, out], strict=True))


def _estimates(axes: "Axes", data: "pd.DataFrame") -> None:
    axes.axhline(0, color="#333333", linewidth=1)
    looks: dict[str, tuple[pd.Series[bool], str, str, str]] = {
        "A combination of choices": (data["whole"] & ~data["plan"], ESTIMATE, "o", ESTIMATE),
        "It loses sites": (~data["whole"] & ~data["plan"], MUTED, "o", "white"),
        "The plan's own": (data["plan"], TRUTH, "D", TRUTH),
    }
    for label, (chosen, colour, marker, face) in looks.items():
        part = data[chosen]
        error = [part["estimate"] - part["ci_low"], part["ci_high"] - part["estimate"]]
        if len(part):
            axes.errorbar(
                part.index, part["estimate"], yerr=error, label=label, fmt=marker, color=colour, mfc=face,
                markersize=4.5,
            )  # fmt: skip
    for place, row in data[~data["whole"]].iterrows():
        axes.annotate(f"{row['sites']:.0f}", (place, row["ci_high"]), ha="center", va="bottom", fontsize=7, color=MUTED)
    axes.set_ylabel("Change, %")
    axes.legend(loc="lower right", ncols=3, frameon=False, bbox_to_anchor=(1, 1))
    axes.grid(axis="x", visible=False)
    unframed(axes)


def _choices(axes: "Axes", data: "pd.DataFrame", kinds: list[tuple[str, str]]) -> None:
    for place, (key, each) in enumerate(kinds):
        chosen = data.index[data[key] == each]
        axes.plot(chosen, [place] * len(chosen), "s", color=MUTED, markersize=4.5)
        own = data.index[(data[key] == each) & data["plan"]]
        axes.plot(own, [place] * len(own), "D", color=TRUTH, markersize=5.5)
    axes.set_yticks(range(len(kinds)), [f"{key}: {each}" for key, each in kinds], fontsize=9)
    axes.set_ylim(len(kinds) - 0.4, -0.6)
    axes.set_xticks([])
    axes.set_xlabel("Combinations, by their estimate")
    axes.grid(visible=False)
    unframed(axes)


def _figure_text(name: str, label: str, data: "pd.DataFrame", curve: Curve, filters: Filters) -> FigureText:
    it = _facts(label, data, curve)
    caption, alt = (filters["say"](it, f"assumptions/curve-{part}") for part in ("caption", "alt"))
    return FigureText(name, caption, alt, bool(data["simulated"].any()))


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What the words of the figure are told from.

    Attributes
    ----------
    label : str
        The outcome in words.
    curve : Curve
        The combinations, and in how many a change is clear.
    shown : Points
        Those of which the span is told: the ones that rest on every site, or all where none does.
    least, most, sites : int
        On how many sites those rest that lose some, and how many there are.
    one_size : bool
        Whether the former rest on equally many.
    place : int
        At which place from the lowest the plan's own choice stands; 0 where it is not there.
    """

    label: str
    curve: Curve
    shown: Points
    least: int
    most: int
    sites: int
    one_size: bool
    place: int


def _facts(label: str, data: "pd.DataFrame", curve: Curve) -> Drawn:
    fewer, own = data[~data["whole"]], data.index[data["plan"]]
    sites = fewer["sites"].astype(int) if len(fewer) else [0]
    shown = curve.whole or curve.fewer
    assert shown is not None
    return Drawn(
        label=label,
        curve=curve,
        shown=shown,
        least=min(sites),
        most=max(sites),
        sites=int(data["all_sites"].max()) if len(fewer) else 0,
        one_size=min(sites) == max(sites),
        place=int(own[0]) + 1 if len(own) else 0,
    )
