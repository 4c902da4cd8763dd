"""The matched cohort: how it came about, whether cases and controls were alike, and what was found.

``python -m analysis.present.matched_cohort.cohort --help``
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.assess.verdicts.matched_cohort import disclosed
from analysis.assess.verdicts.rules.robustness import SMALL
from analysis.disclosure import protected
from analysis.estimates import pick, read_estimates, sole
from analysis.plain_text import escaped_plan
from analysis.present.look.markdown import Table
from analysis.present.look.style import ESTIMATE, MUTED, TRUTH, FigureText, canvas, nothing, save, unframed
from analysis.present.outcomes.benchmarks import SAME, circular
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Outcomes
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters
from analysis.steps import Paths, command, read_json, write_text
from analysis.tables import read_table
from analysis.wording import change, changed, sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

STAGES = {"before": ("o", MUTED, "white", "Before matching"), "after": ("D", ESTIMATE, ESTIMATE, "After matching")}
# The boxes of the flow, by column: each is a count of the matching, and a code of the phrases `cohort_box`.
BOXES = {
    "cases": ("cases", "cases_followed", "cases_matched"),
    "left out": ("outside", "cases_unmatched"),
    "candidates": ("candidates", "candidates_at_risk", "controls_matched"),
}
ESTIMATORS = {"poisson_matched": "Matched controls", "entropy_balancing": "Entropy balancing"}


@dataclass(frozen=True, kw_only=True)
class Covariate:
    """One characteristic: its standardised difference without sign, before and after matching."""

    name: str
    before: str
    after: str


def cohort(
    *,
    estimates: Path,
    balance: Path,
    flow: Path,
    benchmarks: Path,
    outcomes: Outcomes,
    phrases: Paths,
    figures: Path,
    table: Path,
) -> None:
    """Draw the flow of patients and the love plot, and tabulate the estimates.

    Parameters
    ----------
    estimates : Path
        The table of estimates.
    balance, flow : Path
        Balance and numbers that :mod:`analysis.estimate.matched_cohort.matching` wrote; counts of people are protected
        here.
    benchmarks : Path
        Truth and published values.
    outcomes : dict
        Plans of the outcomes that have this design, by name, as JSON.
    phrases : tuple of Path
        The phrases that it may tell from.
    figures : Path
        Folder for cohort-flow and cohort-balance as .svg, .png, .csv and .md.
    table : Path
        The table of results (Markdown).
    """
    import pandas as pd

    words = formats(Book(), *phrases)
    differences, lineage = read_table(balance)
    boxes = flow_rows(read_json(flow), words).assign(simulated=lineage.simulated)
    with canvas(7.2, 3.6) as (figure, axes):
        _draw_flow(axes, boxes)
        save(figures, figure, boxes, _flow_text(boxes, words))
    _love(figures, love_rows(disclosed(differences)).assign(simulated=lineage.simulated), words)
    write_text(table, results_table(read_estimates(estimates), pd.read_csv(benchmarks), outcomes, words))


def flow_rows(numbers: dict[str, Any], words: Filters) -> "pd.DataFrame":
    """One row per box: column, row, text and the count as it may be shown."""
    import pandas as pd

    counts = numbers | {"outside": numbers["too_early"] + numbers["too_late"]}
    boxes = [
        (group, step, words["phrase"](key, "cohort_box"), counts[key])
        for group, keys in BOXES.items()
        for step, key in enumerate(keys)
    ]
    rows = pd.DataFrame(boxes, columns=["group", "step", "box", "exact"])
    return rows.assign(patients=rows["exact"].map(protected)).drop(columns="exact")


def _draw_flow(axes: "Axes", rows: "pd.DataFrame") -> None:
    places = {"cases": 0.0, "left out": 1.0, "candidates": 2.0}
    style = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": ESTIMATE, "linewidth": 1.2}
    for group, step, box, patients in rows[["group", "step", "box", "patients"]].to_numpy(object).tolist():
        lost = group == "left out"
        across, down = places[group], -step - 0.5 * lost
        look = style | {"edgecolor": MUTED, "linestyle": (0, (4, 3))} if lost else style
        axes.text(across, down, f"{_wrapped(box)}\n{patients}", ha="center", va="center", bbox=look)
        arrow = {"arrowstyle": "->", "color": MUTED}
        if lost:
            axes.annotate("", (across - 0.36, down), (0, down), arrowprops=arrow | {"shrinkA": 0})
        elif step < 2:
            axes.annotate("", (across, down - 0.72), (across, down - 0.28), arrowprops=arrow)
    axes.annotate("", (0.42, -2), (1.62, -2), arrowprops={"arrowstyle": "<->", "color": ESTIMATE})
    axes.set_xlim(-0.5, 2.5)
    axes.set_ylim(-2.4, 0.4)
    axes.set_axis_off()


def _wrapped(text: str) -> str:
    import textwrap

    return textwrap.fill(text, 22)


def _flow_text(rows: "pd.DataFrame", words: Filters) -> FigureText:
    caption, alt = (
        words["say"](rows.to_dict("records"), f"matched_cohort/figures/{each}") for each in ("flow", "flow-alt")
    )
    return FigureText("cohort-flow", caption, alt, bool(rows["simulated"].any()))


def _love(figures: Path, rows: "pd.DataFrame", words: Filters) -> None:
    if rows.empty:
        nothing(figures, "cohort-balance", words["say"](None, "matched_cohort/balance"))
        return
    with canvas(7.2, 1.1 + 0.3 * rows["characteristic"].nunique()) as (figure, axes):
        _draw_love(axes, rows)
        save(figures, figure, rows, _love_text(rows, words))


def love_rows(balance: "pd.DataFrame") -> "pd.DataFrame":
    """Standardised differences without sign, the largest before matching first."""
    rows = balance.assign(difference=balance["standardised_difference"].abs())
    before = rows[rows["stage"] == "before"].set_index("covariate")["difference"]
    rows = rows.assign(order=rows["covariate"].map(before))
    rows = rows.sort_values(["order", "characteristic", "stage"], ascending=[False, True, False], ignore_index=True)
    return rows.drop(columns="order")


def _draw_love(axes: "Axes", rows: "pd.DataFrame") -> None:
    names = list(dict.fromkeys(rows["characteristic"]))[::-1]
    axes.axvline(SMALL, color=TRUTH, linewidth=1, linestyle=(0, (4, 3)))
    for stage, (marker, edge, face, label) in STAGES.items():
        part = rows[rows["stage"] == stage]
        places = [names.index(name) for name in part["characteristic"]]
        axes.plot(
            part["difference"], places, marker, color=edge, markerfacecolor=face, markersize=6.5, linestyle="none",
            label=label,
        )  # fmt: skip
    axes.set_yticks(range(len(names)), names)
    axes.set_xlim(left=-0.02)
    axes.set_xlabel("Standardised difference, without sign")
    axes.legend(loc="lower right", frameon=True)
    unframed(axes)


def _love_text(rows: "pd.DataFrame", words: Filters) -> FigureText:
    wide = rows.pivot(index="characteristic", columns="stage", values="difference")
    parts = [
        Covariate(name=str(name), before=f"{row['before']:.2f}", after=f"{row['after']:.2f}")
        for name, row in wide.iterrows()
    ]
    caption, alt = (words["say"](parts, f"matched_cohort/figures/{each}") for each in ("balance", "balance-alt"))
    return FigureText("cohort-balance", caption, alt, bool(rows["simulated"].any()))


def results_table(estimates: "pd.DataFrame", benchmarks: "pd.DataFrame", outcomes: Outcomes, words: Filters) -> str:
    """One row per outcome: both estimators, the interval by site, truth and published value."""
    rows = pick(estimates, design="matched_cohort", scale="ratio", specification="primary")
    named = {name: outcome.label for name, outcome in outcomes.items()} | {"mortality": "death, as a check"}
    labels = {name: label for name, label in named.items() if name in set(rows["outcome"])}
    columns = {"Outcome": [sentence(label) for label in labels.values()]}
    for estimator, heading in ESTIMATORS.items():
        columns[heading] = [_cell(pick(rows, outcome=name, estimator=estimator, term="effect")) for name in labels]
    columns["Interval, by site"] = [_span(pick(rows, outcome=name, term="inference")) for name in labels]
    for source, heading in (("truth", "Truth"), ("published", "Published")):
        if (benchmarks["source"] == source).any():
            columns[heading] = [
                _beside(pick(benchmarks, outcome=name, source=source))
                + SAME * bool(source == "published" and circular(benchmarks, name))
                for name in labels
            ]
    caption = words["say"](any(circular(benchmarks, name) for name in labels), "matched_cohort/tables/results")
    return Table("cohort", caption, columns, bool(rows["simulated"].any())).markdown()


def _cell(rows: "pd.DataFrame") -> str:
    if rows.empty:
        return "not estimated"
    effect = changed(sole(rows))
    return f"{effect.signed()} ({effect.interval()})"


def _span(rows: "pd.DataFrame") -> str:
    return "" if rows.empty else changed(sole(rows)).interval()


def _beside(rows: "pd.DataFrame") -> str:
    if rows.empty:
        return ""
    value = float(rows["value"].iloc[0])
    return change(str(rows["scale"].iloc[0]), value, value, value).signed()


if __name__ == "__main__":
    command(cohort, given=escaped_plan)
