"""Our estimates with the truth and the published value beside them: the figure and the table."""

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.estimates import pick, read_estimates, verdict_row
from analysis.plan.pilots import ActivityOutcome, AnyOutcome
from analysis.present.look.markdown import Table
from analysis.present.look.style import ESTIMATE, PUBLISHED, TRUTH, FigureText, canvas, nothing, save, unframed
from analysis.present.outcomes.benchmarks import SAME, circular, people
from analysis.present.outcomes.effects_shown import Point, Shown
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Outcomes
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters
from analysis.steps import Paths, write_text
from analysis.verdicts import Verdicts, read_verdicts
from analysis.wording import change, changed, sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

NAME = "effects"
SIZE = ["estimate", "ci_low", "ci_high"]
BESIDE = {"truth": (TRUTH, "D", "Truth in the simulation"), "published": (PUBLISHED, "s", "Published value")}

# Signs in a line of the name of the axis.
AXIS = 65


def effects(
    *, estimates: Path, verdicts: Path, benchmarks: Path, outcomes: Outcomes, phrases: Paths, figures: Path, table: Path
) -> None:
    """Draw and tabulate each outcome's estimate, truth and published value.

    Parameters
    ----------
    estimates, verdicts, benchmarks : Path
        The table of estimates; what each result is taken to say; truth and published values.
    outcomes : dict
        Their plans by name, as JSON.
    phrases : tuple of Path
        The phrases that it may tell from.
    figures : Path
        Folder for effects.svg, .png, .csv and .md.
    table : Path
        The table (Markdown).
    """
    import pandas as pd

    estimated, beside, words = read_estimates(estimates), pd.read_csv(benchmarks), formats(Book(), *phrases)
    rows = drawn(estimated, beside, outcomes)
    there = _shown(estimated, beside, outcomes, rows, read_verdicts(verdicts))
    if rows.empty:
        nothing(figures, NAME, words["say"](there.lacking, "outcomes/figures/lacking"))
        write_text(table, _nothing(there, words))
        return
    caption, alt = (words["say"](there, f"outcomes/figures/{part}") for part in ("effects", "effects-alt"))
    with canvas(7.2, 0.9 + 0.46 * len(rows)) as (figure, axes):
        _draw(axes, rows, words["say"](there, "outcomes/figures/effects-axis"))
        save(figures, figure, rows, FigureText(NAME, caption, alt, bool(rows["simulated"].any())))
    write_text(table, _table(rows, words["say"](there, "outcomes/tables/effects")))


def _shown(
    estimates: "pd.DataFrame", benchmarks: "pd.DataFrame", outcomes: Outcomes, rows: "pd.DataFrame", judged: Verdicts
) -> Shown:
    changes = [changed(row) for name in outcomes if (row := _effect(estimates, name)) is not None]
    few = any(each.few for each in changes)
    moved = {name: judged.of(name, Question.DIRECTION, about=About.OUTCOME) for name in outcomes}
    labels = {name: each.label for name, each in outcomes.items()}
    return Shown(
        fell=[labels[name] for name, direction in moved.items() if direction.fell],
        rose=[labels[name] for name, direction in moved.items() if direction.rose],
        unclear=[labels[name] for name, direction in moved.items() if direction.unclear],
        points=[Point(row["label"], _said(row)) for _, row in rows.iterrows()],
        lacking=[each.label for name, each in outcomes.items() if name not in set(rows["outcome"])],
        truth=bool(rows["truth"].notna().any()),
        published=bool(rows["published"].notna().any()),
        set_to=bool(rows["set_to"].any()),
        ranked=_ranked(rows),
        all_primary=bool((rows["role"] == "primary").all()),
        few=few,
        unknown=few and any(not each.known for each in changes),
        people=people(benchmarks, dict(zip(rows["outcome"], rows["label"], strict=True))),
    )


def _effect(estimates: "pd.DataFrame", name: str) -> "pd.Series[Any] | None":
    return verdict_row(estimates, name, "difference_in_differences")


def drawn(estimates: "pd.DataFrame", benchmarks: "pd.DataFrame", outcomes: Outcomes) -> "pd.DataFrame":
    """One row per outcome, in per cent or percentage points: estimate, interval, truth, published value."""
    import pandas as pd

    rows = []
    for name, outcome in outcomes.items():
        row = _effect(estimates, name)
        if row is None:  # it could not be estimated, which the caption says
            continue
        effect = changed(row)
        beside = pick(benchmarks, outcome=name)
        values: dict[str, object] = {each: _value(beside, each) for each in BESIDE}
        values["set_to"] = circular(benchmarks, name)
        facts = {"outcome": name, "label": outcome.label, "unit": effect.unit.strip(), "role": role(outcome)}
        size = {"estimate": effect.estimate, "ci_low": effect.low, "ci_high": effect.high}
        rows.append(facts | size | values | {"simulated": bool(row["simulated"])})
    return pd.DataFrame(rows, columns=["outcome", "label", "unit", "role", *SIZE, *BESIDE, "set_to", "simulated"])


def role(outcome: AnyOutcome) -> str:
    """What the plan calls an outcome: primary, secondary, or a placebo that the pilots are not expected to move."""
    if isinstance(outcome, ActivityOutcome) and outcome.placebo:
        return "placebo"
    return "primary" if outcome.primary else "secondary"


def _value(beside: "pd.DataFrame", source: str) -> float:
    rows = pick(beside, source=source)
    if rows.empty:
        return float("nan")
    value = float(rows["value"].iloc[0])
    return change(str(rows["scale"].iloc[0]), value, value, value).estimate


def _draw(axes: "Axes", rows: "pd.DataFrame", sizes: str) -> None:
    ranked = _ranked(rows)
    axes.axvline(0, color="#333333", linewidth=1)
    for place, (_, row) in enumerate(rows[::-1].iterrows()):
        error = [[row["estimate"] - row["ci_low"]], [row["ci_high"] - row["estimate"]]]
        face = "white" if ranked and row["role"] != "primary" else ESTIMATE
        axes.errorbar(row["estimate"], place, xerr=error, fmt="o", color=ESTIMATE, capsize=3, markersize=7, mfc=face)
        for lift, (source, (colour, marker, _)) in zip((0.2, -0.2), BESIDE.items(), strict=True):
            axes.plot(row[source], place + lift, marker, color=colour, markerfacecolor="white", markersize=6)
        axes.annotate(_text(row), (1.02, place), xycoords=("axes fraction", "data"), va="center", annotation_clip=False)
    axes.set_yticks(range(len(rows)), _marked(rows)[::-1])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_xlabel(textwrap.fill(sizes, AXIS))
    axes.grid(axis="y", visible=False)
    _legend(axes, rows)
    unframed(axes)


def _names(rows: "pd.DataFrame") -> list[str]:
    return [f"{sentence(label)} ({unit})" for label, unit in zip(rows["label"], rows["unit"], strict=True)]


def _marked(rows: "pd.DataFrame") -> list[str]:
    """The names, with what the plan calls an outcome where not all are primary."""
    if not _ranked(rows):
        return _names(rows)
    pairs = zip(_names(rows), rows["role"], strict=True)
    return [name if role == "primary" else f"{name},\n{role}" for name, role in pairs]


def _ranked(rows: "pd.DataFrame") -> bool:
    """Whether the plan calls some outcomes primary and others not."""
    return rows["role"].nunique() > 1


def _legend(axes: "Axes", rows: "pd.DataFrame") -> None:
    axes.plot([], [], "o", color=ESTIMATE, label="Estimate with interval")
    for source, (colour, marker, label) in BESIDE.items():
        if rows[source].notna().any():
            axes.plot([], [], marker, color=colour, markerfacecolor="white", label=label)
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3, frameon=False)


def _text(row: "pd.Series[Any]") -> str:
    effect = change("points", row["estimate"], row["ci_low"], row["ci_high"])
    unit = "%" if row["unit"] == "%" else ""
    return f"{_plain(effect.signed())}{unit}  ({_plain(effect.interval())})"


def _said(row: "pd.Series[Any]") -> str:
    """A change in words, its unit once: ``+4.1% (−0.5 to +8.9)``."""
    told = change("points", row["estimate"], row["ci_low"], row["ci_high"])
    unit = "%" if row["unit"] == "%" else f" {row['unit']}"
    return f"{_plain(told.signed())}{unit} ({_plain(told.interval())})"


def _plain(text: str) -> str:
    """Without the unit, where the row or column names it."""
    return text.removesuffix(" points")


def _nothing(there: Shown, words: Filters) -> str:
    """The table where no outcome could be estimated, so that what the text says of it leads somewhere."""
    labels = [sentence(label) for label in there.lacking]
    columns = {"Outcome": labels, "Estimate": ["Not estimated"] * len(labels)}
    return Table(NAME, words["say"](there, "outcomes/tables/no-effects"), columns).markdown()


def _table(rows: "pd.DataFrame", caption: str) -> str:
    sizes = [change("points", *values) for values in rows[SIZE].to_numpy()]
    columns = {
        "Outcome": _names(rows),
        "Estimate": [_plain(each.signed()) for each in sizes],
        "Interval": [_plain(each.interval()) for each in sizes],
    }
    if (rows["role"] == "primary").any():
        columns["In the plan"] = list(rows["role"])
    for source, (_, _, label) in BESIDE.items():
        if rows[source].notna().any():
            columns[label] = [_beside(row, source) for _, row in rows.iterrows()]
    return Table(NAME, caption, columns, bool(rows["simulated"].any())).markdown()


def _beside(row: "pd.Series[Any]", source: str) -> str:
    text = _plain(change("points", *[row[source]] * 3).signed())
    return f"{text}{SAME * bool(source == 'published' and row['set_to'])}"
