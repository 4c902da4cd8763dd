"""The same outcome by every design: the figure, the table, and the costs that follow.

``python -m analysis.present.designs.designs --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import pick, read_estimates
from analysis.plain_text import escaped_plan
from analysis.present.costs.cost_table import cost_table
from analysis.present.designs.design_rows import WEAKER, Key, asked, compared, effects, keys, named, told
from analysis.present.look.markdown import Table, dashed, size
from analysis.present.look.style import ESTIMATE, MUTED, TRUTH, Told, bare, nothing, panels, save
from analysis.present.provenance.context import Outcomes
from analysis.steps import command, write_text
from analysis.wording import changed, sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LOOKS = {"primary": (TRUTH, "D"), "other": (ESTIMATE, "o"), "weaker": (MUTED, "s")}


def designs(*, estimates: Path, outcomes: Outcomes, figures: Path, tables: Path, costs: bool = False) -> None:
    """Draw and tabulate the same outcomes by every design.

    Parameters
    ----------
    estimates : Path
        The table of estimates.
    outcomes : dict
        The plans of the activity outcomes by name, as JSON.
    figures : Path
        Folder for designs.svg, .png, .csv and .md where an outcome has more than one design.
    tables : Path
        Folder for designs.md, and costs.md where the plan has costs.
    costs : bool
        Whether the plan costs the changes in activity.
    """
    table, several = read_estimates(estimates), compared(outcomes)
    if several:
        _figure(drawn(table, several), several, figures)
        write_text(tables / "designs.md", designs_table(table, several).markdown())
    if costs:
        write_text(tables / "costs.md", cost_table(table, outcomes).markdown())


def drawn(estimates: "pd.DataFrame", outcomes: Outcomes) -> "pd.DataFrame":
    """One row per outcome and design in per cent; where sites are not pooled, the lowest and the highest of them."""
    import pandas as pd

    rows, made = effects(estimates, outcomes), []
    for place, key in enumerate(each for each in keys(estimates, outcomes) if each[1]):
        for name in outcomes:
            made += [facts | {"place": place} for facts in _facts(rows, name, key)]
    columns = ["outcome", "design", "label", "estimate", "ci_low", "ci_high", "role", "sites", "simulated", "place"]
    return pd.DataFrame(made, columns=columns)


def _facts(rows: "pd.DataFrame", name: str, key: Key) -> list[dict[str, object]]:
    found = told(rows, name, key)
    role = "weaker" if key in WEAKER else "primary" if key[0] == "difference_in_differences" else "other"
    common: dict[str, object] = {"outcome": name, "design": key[0], "label": named(key), "role": role}
    if found.row is not None:
        each = changed(found.row)
        return [
            common
            | {"estimate": each.estimate, "ci_low": each.low, "ci_high": each.high, "sites": 0}
            | {"simulated": bool(found.row["simulated"])}
        ]
    if found.sites.empty:
        return []
    sizes = 100 * (found.sites["estimate"] - 1)
    span = {"estimate": float("nan"), "ci_low": sizes.min(), "ci_high": sizes.max(), "sites": len(sizes)}
    return [common | span | {"simulated": bool(found.sites["simulated"].any())}]


def _figure(rows: "pd.DataFrame", outcomes: Outcomes, folder: Path) -> None:
    if rows.empty:
        nothing(folder, "designs", "No design could be estimated.")
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
        save(folder, figure, rows, _told(rows, outcomes))


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
    bare(axes)


def _told(rows: "pd.DataFrame", outcomes: Outcomes) -> Told:
    sites = " A dotted line runs from the lowest site to the highest where sites are not averaged."
    apart = " Matched patients, below, have an axis of their own." * bool((rows["design"] == "matched_cohort").any())
    caption = (
        "The same outcomes by every design of the plan. Diamond: the primary estimate. Circles: other designs. Grey "
        f"squares: weaker designs.{apart}{sites * bool(rows['sites'].any())}"
    )
    parts = []
    for name, outcome in outcomes.items():
        found = pick(rows, outcome=name)
        found = found[found["estimate"].notna()].sort_values("estimate")
        if len(found):
            low, high = found.iloc[0], found.iloc[-1]
            parts.append(
                f"{sentence(outcome.label)}: from {low['estimate']:+.1f}% ({low['label']}) to {high['estimate']:+.1f}% "
                f"({high['label']})"
            )
    alt = f"Dot and interval plots, a panel for each outcome. {'; '.join(parts)}.".replace("-", "−")
    return Told("designs", caption, alt, bool(rows["simulated"].any()))


def designs_table(estimates: "pd.DataFrame", outcomes: Outcomes) -> Table:
    """A row per design and a column per outcome."""
    found, rows = keys(estimates, outcomes), effects(estimates, outcomes)
    columns = {"Design": [named(key) for key in found]}
    for name, outcome in outcomes.items():
        columns[sentence(outcome.label)] = [
            _cell(rows, name, key) if key[0] in asked(outcome) else "–" for key in found
        ]
    caption = (
        "The same outcomes by every design of the plan, as change in per cent with interval. The first is primary; the "
        f"others are sensitivity.{dashed(columns, 'the plan does not ask for the design')}"
    )
    simulated = bool(rows["simulated"].any())
    widths = (34, *[66 // len(outcomes)] * len(outcomes))
    return Table("designs", caption, columns, simulated, widths if len(outcomes) < 4 else ())


def _cell(rows: "pd.DataFrame", name: str, key: Key) -> str:
    found = told(rows, name, key)
    if found.row is not None:
        return size(found.row).replace("%", "")
    if found.sites.empty:
        return "not estimated"
    told_sites = sorted((changed(row) for _, row in found.sites.iterrows()), key=lambda each: each.estimate)
    return f"sites from {told_sites[0].signed()} to {told_sites[-1].signed()}".replace("%", "")


if __name__ == "__main__":
    command(designs, given=escaped_plan)
