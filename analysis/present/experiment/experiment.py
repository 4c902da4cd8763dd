"""An experiment: the figure of its arms, and the tables that set them beside what was published.

``python -m analysis.present.experiment.experiment --help``
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.estimates import pick, read_estimates, sole
from analysis.plain_text import escaped_plan
from analysis.plan.experiment import Experiment
from analysis.present.experiment.captions import Message, message
from analysis.present.experiment.experiment_tables import arms_table, published_table, specification_table
from analysis.present.look.style import ESTIMATE, MUTED, PUBLISHED, TRUTH, FigureText, canvas, save, unframed
from analysis.present.provenance.address import Book
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters
from analysis.steps import AsJson, Paths, command, write_text
from analysis.verdicts import read_verdicts
from analysis.wording import change, sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LOOKS = [(PUBLISHED, "s"), (TRUTH, "D"), (MUTED, "^")]


@dataclass(frozen=True, kw_only=True)
class Arm:
    """One arm and outcome of the figure: its name, its size and its interval."""

    label: str
    size: str
    interval: str


@dataclass(frozen=True, kw_only=True)
class Arms:
    """What the figure shows: what was judged of the leading arm, the arms, and against which one."""

    message: Message
    reference: str
    arms: tuple[Arm, ...]


def experiment(
    *,
    estimates: Path,
    verdicts: Path,
    arms: Path,
    experiment: Annotated[Experiment, AsJson],
    phrases: Paths,
    figures: Path,
    tables: Path,
) -> None:
    """Draw each arm against the reference arm, and tabulate arms, published means and the published model.

    Parameters
    ----------
    estimates, verdicts, arms : Path
        The table of estimates, and what its rows are taken to say; what others published.
    experiment : Experiment
        The plan of the experiment, as JSON.
    phrases : tuple of Path
        The phrases that it may tell from.
    figures : Path
        Folder for arms.svg, .png, .csv and .md.
    tables : Path
        Folder for arms.md, published-arms.md and specification.md; the last is empty where the plan names no model.
    """
    import pandas as pd

    words = formats(Book(), *phrases)
    table, beside = pick(read_estimates(estimates), design="experiment"), pd.read_csv(arms)
    judged = read_verdicts(verdicts)
    rows, leading = drawn(table, beside, experiment), message(experiment, judged)
    with canvas(7.2, 1.2 + 0.45 * len(rows)) as (figure, axes):
        _draw(axes, rows, experiment)
        save(figures, figure, rows, _figure_text(rows, experiment, leading, words))
    simulated = bool(table["simulated"].any())
    write_text(tables / "arms.md", arms_table(table, experiment, leading, words).markdown())
    means = published_table(table, beside, experiment, judged, words, simulated=simulated)
    write_text(tables / "published-arms.md", means.markdown())
    model = specification_table(table, beside, experiment, judged, words, simulated=simulated)
    write_text(tables / "specification.md", model.markdown() if model else "")


def drawn(table: "pd.DataFrame", beside: "pd.DataFrame", plan: Experiment) -> "pd.DataFrame":
    """One row per outcome and arm, as percentage change against the reference arm, with what each study published."""
    import pandas as pd

    effects = table[(table["term"] == "arm_effect") & (table["specification"] == "primary")]
    published = beside.set_index(["outcome", "subgroup", "study"])["ratio"]
    rows = []
    for name, outcome in plan.outcomes.items():
        for arm in (each for each in plan.arms if each != plan.reference):
            row = sole(effects, outcome=name, subgroup=arm)
            effect = change("ratio", row["estimate"], row["ci_low"], row["ci_high"])
            facts = {"outcome": name, "arm": arm, "label": f"{sentence(outcome.label)}: {plan.arms[arm].label}"}
            size = {"estimate": effect.estimate, "ci_low": effect.low, "ci_high": effect.high}
            theirs = {study: 100 * (published.get((name, arm, study), float("nan")) - 1) for study in plan.beside}
            rows.append(facts | size | theirs | {"simulated": bool(row["simulated"])})
    return pd.DataFrame(rows)


def _draw(axes: "Axes", rows: "pd.DataFrame", plan: Experiment) -> None:
    axes.axvline(0, color="#333333", linewidth=1)
    places = range(len(rows))[::-1]
    spread = [rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]]
    axes.plot([], [], "o", color=ESTIMATE, label="Estimate with interval")
    axes.errorbar(rows["estimate"], places, xerr=spread, fmt="o", color=ESTIMATE, capsize=3, markersize=6)
    for at, ((study, name), (colour, marker)) in enumerate(zip(plan.beside.items(), LOOKS, strict=False)):
        lifted = [place + (0.24, -0.24, 0.36)[at] for place in places]
        axes.plot(rows[study], lifted, marker, color=colour, markerfacecolor="white", markersize=6, label=name)
    axes.set_yticks(list(places), list(rows["label"]))
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_xlabel(f"Difference from {plan.arms[plan.reference].label}, %")
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.2, 1.0), ncols=3, frameon=False)
    unframed(axes)


def _figure_text(rows: "pd.DataFrame", plan: Experiment, leading: Message, words: Filters) -> FigureText:
    arms = tuple(_arm(row) for _, row in rows.iterrows())
    shown = Arms(message=leading, reference=plan.arms[plan.reference].label, arms=arms)
    caption, alt = (words["say"](shown, f"experiment/figures/{each}") for each in ("arms", "arms-alt"))
    return FigureText("arms", caption, alt, bool(rows["simulated"].any()))


def _arm(row: "pd.Series[Any]") -> Arm:
    effect = change("points", row["estimate"], row["ci_low"], row["ci_high"])
    size, interval = (text.replace(" points", "%") for text in (effect.signed(), effect.interval()))
    return Arm(label=row["label"], size=size, interval=interval)


if __name__ == "__main__":
    command(experiment, given=escaped_plan)
