"""The same outcome by every design: the figure.

``python -m analysis.present.designs.designs --help``
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import pick, read_estimates
from analysis.plain_text import escaped_plan
from analysis.present.designs.design_rows import (
    OTHER_PEOPLE,
    PRIMARY,
    WEAKER,
    Key,
    code,
    compared,
    design_result,
    effects,
    keys,
)
from analysis.present.look.style import ESTIMATE, MUTED, TRUTH, FigureText, nothing, panels, save, unframed
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Outcomes
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters
from analysis.present.templates.values import Value
from analysis.steps import Paths, command
from analysis.wording import changed, sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LOOKS = {"primary": (TRUTH, "D"), "other": (ESTIMATE, "o"), "weaker": (MUTED, "s")}


def designs(*, estimates: Path, outcomes: Outcomes, phrases: Paths, figures: Path) -> None:
    """Draw the same outcomes by every design.

    Parameters
    ----------
    estimates : Path
        The table of estimates.
    outcomes : dict
        The plans of the activity outcomes by name, as JSON.
    phrases : tuple of Path
        The phrases that it may tell from.
    figures : Path
        Folder for designs.svg, .png, .csv and .md where an outcome has more than one design.
    """
    table, several = read_estimates(estimates), compared(outcomes)
    if several:
        filters = formats(Book(), *phrases)
        _figure(drawn(table, several, filters), several, filters, figures)


def drawn(estimates: "pd.DataFrame", outcomes: Outcomes, filters: Filters) -> "pd.DataFrame":
    """One row per outcome and design in per cent; where sites are not pooled, the lowest and the highest of them."""
    import pandas as pd

    rows, lines = effects(estimates, outcomes), []
    for place, key in enumerate(each for each in keys(estimates, outcomes) if each[1]):
        for name in outcomes:
            lines += [facts | {"place": place} for facts in _facts(rows, name, key, filters)]
    columns = ["outcome", "design", "label", "estimate", "ci_low", "ci_high", "role", "sites", "simulated", "place"]
    return pd.DataFrame(lines, columns=columns)


def _facts(rows: "pd.DataFrame", name: str, key: Key, filters: Filters) -> list[dict[str, object]]:
    result = design_result(rows, name, key)
    role = "weaker" if key in WEAKER else "primary" if key[0] == "difference_in_differences" else "other"
    label = filters["say"](Named(code(key), key == PRIMARY, key in WEAKER), "designs/heading")
    common: dict[str, object] = {"outcome": name, "design": key[0], "label": label, "role": role}
    if result.row is not None:
        each = changed(result.row)
        return [
            common
            | {"estimate": each.estimate, "ci_low": each.low, "ci_high": each.high, "sites": 0}
            | {"simulated": bool(result.row["simulated"])}
        ]
    if result.sites.empty:
        return []
    sizes = 100 * (result.sites["estimate"] - 1)
    span = {"estimate": float("nan"), "ci_low": sizes.min(), "ci_high": sizes.max(), "sites": len(sizes)}
    return [common | span | {"simulated": bool(result.sites["simulated"].any())}]


def _figure(rows: "pd.DataFrame", outcomes: Outcomes, filters: Filters, folder: Path) -> None:
    if rows.empty:
        nothing(folder, "designs", filters["say"](None, "designs/no-design"))
        return
    # Matched patients have an axis of their own: theirs are larger changes, of fewer people.
    cohort = rows["design"] == "matched_cohort"
    parts = [part for part in (rows[~cohort], rows[cohort]) if len(part)]
    heights = [part["place"].nunique() + 0.5 for part in parts]
    wide = {"sharey": "row", "sharex": "row", "gridspec_kw": {"height_ratios": heights}}
    with panels(7.4, 1.2 + 0.33 * sum(heights), len(parts), len(outcomes), **wide) as (figure, axes):
        for at, part in enumerate(parts):
            _row(axes[at * len(outcomes) :], part, outcomes)
        for each, outcome in zip(axes, outcomes.values(), strict=False):
            each.set_title(sentence(outcome.label), fontsize=10, loc="left")
        figure.supxlabel("Change in pilot practices, %", fontsize=10)
        save(folder, figure, rows, _figure_text(rows, outcomes, filters))


def _row(axes: "list[Axes]", rows: "pd.DataFrame", outcomes: Outcomes) -> None:
    """One row of panels, a panel for each outcome, its designs without gaps between them."""
    rows = rows.assign(place=rows["place"].rank(method="dense") - 1)
    for each, name in zip(axes, outcomes, strict=False):
        _draw(each, pick(rows, outcome=name))
    labels = rows.drop_duplicates("place").sort_values("place")
    axes[0].set_yticks(labels["place"].tolist(), labels["label"].tolist(), fontsize=9)
    axes[0].set_ylim(labels["place"].max() + 0.5, labels["place"].min() - 0.5)


def _draw(axes: "Axes", rows: "pd.DataFrame") -> None:
    axes.axvline(0, color="#333333", linewidth=1)
    for _, row in rows.iterrows():
        colour, marker = LOOKS[row["role"]]
        if row["sites"]:
            axes.plot([row["ci_low"], row["ci_high"]], [row["place"]] * 2, "|:", color=colour, markersize=9)
        else:
            error = [[row["estimate"] - row["ci_low"]], [row["ci_high"] - row["estimate"]]]
            given = error if row["ci_low"] == row["ci_low"] else None
            axes.errorbar(row["estimate"], row["place"], xerr=given, fmt=marker, color=colour, capsize=2, markersize=5)
    axes.locator_params(axis="x", nbins=4)
    axes.grid(axis="y", visible=False)
    unframed(axes)


@dataclass(frozen=True)
class Named:
    """A design as it is named: its code, whether it is the primary one, whether it is a weaker one."""

    code: str
    primary: bool
    weaker: bool


@dataclass(frozen=True)
class Span:
    """From where to where an outcome runs, and by which designs."""

    label: str
    low: Value
    lowest: str
    high: Value
    highest: str


@dataclass(frozen=True)
class Drawn:
    """What the words of the figure are told from."""

    spans: list[Span]
    patients: bool
    sites: bool


def _figure_text(rows: "pd.DataFrame", outcomes: Outcomes, filters: Filters) -> FigureText:
    patients = bool((rows["design"] == OTHER_PEOPLE).any())
    it = Drawn(list(_spans(rows, outcomes)), patients, bool(rows["sites"].any()))
    caption, alt = (filters["say"](it, f"designs/{part}") for part in ("caption", "alt"))
    return FigureText("designs", caption, alt, bool(rows["simulated"].any()))


def _spans(rows: "pd.DataFrame", outcomes: Outcomes) -> Iterator[Span]:
    for name, outcome in outcomes.items():
        sites = pick(rows, outcome=name)
        sites = sites[sites["estimate"].notna()].sort_values("estimate")
        if len(sites):
            ends = [sites.iloc[0], sites.iloc[-1]]
            low, high = (Value(end["estimate"], "", None, "%") for end in ends)
            yield Span(outcome.label, low, ends[0]["label"], high, ends[1]["label"])


if __name__ == "__main__":
    command(designs, given=escaped_plan)
