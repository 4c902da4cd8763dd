"""The specification curve: every combination of the declared choices, sorted, with the choices below."""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import pick
from analysis.present.assumptions.assumption_lines import clear_shares, sides, sites_of, span_of, whole_points
from analysis.present.look.style import ESTIMATE, MUTED, TRUTH, Told, bare, nothing, panels, save
from analysis.present.provenance.address import slug
from analysis.wording import changed, number_of, plural, sentence, signed

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


def curve(rows: "pd.DataFrame", outcome: str, label: str, folder: Path) -> None:
    """Draw the specification curve of one outcome.

    Parameters
    ----------
    rows : DataFrame
        The rows of the check, of one outcome.
    outcome, label : str
        The outcome's name in the study, and in words.
    folder : Path
        Where curve-OUTCOME.svg, .png, .csv and .md go.
    """
    name, data = f"curve-{slug(outcome)}", drawn(rows)
    if data.empty:
        nothing(folder, name, f"No combination of choices could be estimated for {label}.")
        return
    own_first = data.sort_values("plan", ascending=False, kind="stable")
    kinds = [(key, each) for key in CHOICES for each in dict.fromkeys(own_first[key])]
    ratios = {"height_ratios": [3, max(1.0, 0.26 * len(kinds))]}
    with panels(7.2, 2.9 + 0.2 * len(kinds), 2, 1, sharex=True, gridspec_kw=ratios) as (figure, (above, below)):
        _estimates(above, data)
        _choices(below, data, kinds)
        save(folder, figure, data, _told(name, label, data, rows))


def drawn(rows: "pd.DataFrame") -> "pd.DataFrame":
    """The combinations from the lowest estimate to the highest: choices, estimate in per cent, interval, sites.

    `sites` have months both before and after their start, of `all_sites`; both are missing where nobody counted.
    """
    import pandas as pd

    made, counts = [], sites_of(rows)
    for _, row in pick(rows, term="curve").iterrows():
        told = changed(row)
        size = {"estimate": told.estimate, "ci_low": told.low, "ci_high": told.high}
        sites, every = counts.get(row["horizon"], (UNCOUNTED, UNCOUNTED))
        size |= {"sites": sites, "all_sites": every}
        facts = {"plan": row["horizon"] == OWN, "whole": not sites < every, "simulated": bool(row["simulated"])}
        made.append(_parts(row["horizon"]) | size | facts)
    columns = [*CHOICES, "estimate", "ci_low", "ci_high", "sites", "all_sites", "whole", "plan", "simulated"]
    table = pd.DataFrame(made, columns=columns)
    return table.sort_values(["estimate", *CHOICES], ignore_index=True)


def _parts(horizon: str) -> dict[str, str]:
    """The choices of a combination, in words."""
    model, months, comparison, washout = horizon.split(SPLIT)
    told = [TOLD.get(each, each.replace("_", " ")) for each in (model, months, comparison)]
    out = "none" if washout == "0" else f"first {number_of(int(washout), 'month')} out"
    return dict(zip(CHOICES, [*told, out], strict=True))


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
    bare(axes)


def _choices(axes: "Axes", data: "pd.DataFrame", kinds: list[tuple[str, str]]) -> None:
    for place, (key, each) in enumerate(kinds):
        chosen = data.index[data[key] == each]
        axes.plot(chosen, [place] * len(chosen), "s", color=MUTED, markersize=4.5)
        own = data.index[(data[key] == each) & data["plan"]]
        axes.plot(own, [place] * len(own), "D", color=TRUTH, markersize=5.5)
    axes.set_yticks(range(len(kinds)), [f"{key}: {each}" for key, each in kinds], fontsize=9)
    axes.set_ylim(len(kinds) - 0.4, -0.6)
    axes.set_xticks([])
    axes.set_xlabel("Combinations, from the lowest estimate to the highest")
    axes.grid(visible=False)
    bare(axes)


def _told(name: str, label: str, data: "pd.DataFrame", rows: "pd.DataFrame") -> Told:
    whole = data[data["whole"]]
    ends = (whole if len(whole) else data)["estimate"].iloc[[0, -1]]
    span = (
        f"{number_of(len(whole) or len(data), 'combination')} of model, months, comparison group and washout give "
        f"{signed(ends.iloc[0], '%')} to {signed(ends.iloc[-1], '%')}"
    )
    caption = f"{sentence(label)}: {span}.{_sides(rows)}{lost(data, rows)} The diamond is the plan's own choice."
    own = data[data["plan"]]
    place = f" The plan's own is number {own.index[0] + 1} from the lowest." if len(own) else ""
    alt = f"Sorted estimates with intervals above, the choices behind each below. {span}.{place}"
    return Told(name, caption, alt, bool(data["simulated"].any()))


def lost(data: "pd.DataFrame", rows: "pd.DataFrame") -> str:
    """Which combinations rest on fewer sites, that they are not counted, what they say; empty where none does."""
    fewer = data[~data["whole"]]
    if fewer.empty:
        return ""
    least, most = int(fewer["sites"].min()), int(fewer["sites"].max())
    span, points = f"{least}" if least == most else f"{least} to {most}", whole_points(rows)[1]
    return (
        f" {number_of(len(fewer), 'further combination')} {plural(len(fewer), 'rests', 'rest')} on {span} of "
        f"{int(data['all_sites'].max())} sites, because the others have no months left on one side of their start: "
        f"hollow, with the number of sites, and not counted. "
        f"{plural(len(points), 'It gives', 'They give')} {span_of(points)}, {sides(points)}."
    )


def _sides(rows: "pd.DataFrame") -> str:
    """The shares of combinations on each side of no change, and of those that are clear."""
    told = pick(rows, term="share_below")
    if told.empty:
        return ""
    below = float(told["estimate"].iloc[0])
    fall, rise = clear_shares(rows)
    clear = f" a fall is clear in {fall:.0%} and a rise in {rise:.0%}." if fall == fall and rise == rise else ""
    return (
        f" {below:.0%} of them lie below no change;{clear}" if clear else f" {below:.0%} of them lie below no change."
    )
