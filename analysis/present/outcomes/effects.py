"""Our estimates with the truth and the published value beside them: the figure and the table."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.estimates import pick, read_estimates, verdict_row
from analysis.plan.pilots import ActivityOutcome, AnyOutcome
from analysis.present.look.markdown import Table
from analysis.present.look.style import ESTIMATE, PUBLISHED, TRUTH, Told, bare, canvas, nothing, save
from analysis.present.provenance.benchmark_words import SAME, SAME_SAID, circular, whose
from analysis.present.provenance.context import Outcomes
from analysis.steps import write_text
from analysis.wording import change, changed, listed, sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SIZE = ["estimate", "ci_low", "ci_high"]
BESIDE = {"truth": (TRUTH, "D", "Truth in the simulation"), "published": (PUBLISHED, "s", "Published value")}


def effects(*, estimates: Path, benchmarks: Path, outcomes: Outcomes, figures: Path, table: Path) -> None:
    """Draw and tabulate each outcome's estimate, truth and published value.

    Parameters
    ----------
    estimates, benchmarks : Path
        The table of estimates; truth and published values.
    outcomes : dict
        Their plans by name, as JSON.
    figures : Path
        Folder for effects.svg, .png, .csv and .md.
    table : Path
        The table (Markdown).
    """
    import pandas as pd

    known = read_estimates(estimates)
    beside = pd.read_csv(benchmarks)
    rows, few = drawn(known, beside, outcomes), _few(known, outcomes)
    lacking = [each.label for name, each in outcomes.items() if name not in set(rows["outcome"])]
    if rows.empty:
        nothing(figures, "effects", f"Not estimated: {listed(lacking)}.")
        write_text(table, _nothing(lacking))
        return
    with canvas(7.2, 0.9 + 0.46 * len(rows)) as (figure, axes):
        _draw(axes, rows)
        save(figures, figure, rows, _told(rows, few))
    people = whose(beside, dict(zip(rows["outcome"], rows["label"], strict=True)))
    write_text(table, _table(rows, f"{people}{_left_out(lacking)}{few}"))


def drawn(estimates: "pd.DataFrame", benchmarks: "pd.DataFrame", outcomes: Outcomes) -> "pd.DataFrame":
    """One row per outcome, in per cent or percentage points: estimate, interval, truth, published value."""
    import pandas as pd

    rows = []
    for name, outcome in outcomes.items():
        row = verdict_row(estimates, name, "difference_in_differences")
        if row is None:  # it could not be estimated, which the caption says
            continue
        told = changed(row)
        beside = pick(benchmarks, outcome=name)
        values: dict[str, object] = {each: _value(beside, each) for each in BESIDE}
        values["set_to"] = circular(benchmarks, name)
        facts = {"outcome": name, "label": outcome.label, "unit": told.unit.strip(), "role": role(outcome)}
        size = {"estimate": told.estimate, "ci_low": told.low, "ci_high": told.high}
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


def _draw(axes: "Axes", rows: "pd.DataFrame") -> None:
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
    axes.set_xlabel(
        "Change in pilot practices, beyond that in comparison practices\n(in the unit that stands by each name)"
    )
    axes.grid(axis="y", visible=False)
    _legend(axes, rows)
    bare(axes)


def _names(rows: "pd.DataFrame") -> list[str]:
    return [f"{sentence(label)} ({unit})" for label, unit in zip(rows["label"], rows["unit"], strict=True)]


def _marked(rows: "pd.DataFrame") -> list[str]:
    """The names, with what the plan calls an outcome where not all are primary."""
    if not _ranked(rows):
        return _names(rows)
    told = zip(_names(rows), rows["role"], strict=True)
    return [name if role == "primary" else f"{name},\n{role}" for name, role in told]


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
    told = change("points", row["estimate"], row["ci_low"], row["ci_high"])
    unit = "%" if row["unit"] == "%" else ""
    return f"{_plain(told.signed())}{unit}  ({_plain(told.interval())})"


def _plain(text: str) -> str:
    """Without the unit, where the row or column names it."""
    return text.removesuffix(" points")


def _told(rows: "pd.DataFrame", few: str) -> Told:
    parts = [f"{sentence(row['label'])} {_text(row)} {row['unit']}" for _, row in rows.iterrows()]
    marks = {
        "truth": "the hollow diamond is the truth, where it is known",
        "published": "the hollow square is a published value (the table of these estimates says of whom)",
    }
    beside = f"; {', and '.join(there)}" if (there := [marks[source] for source in _shown(rows)]) else ""
    set_to = " Where the two are one number, the truth was set to the published value." * bool(rows["set_to"].any())
    ranks = {
        True: " Filled circles are primary outcomes of the plan, hollow circles are not.",
        False: " All are primary outcomes of the plan." * bool((rows["role"] == "primary").all()),
    }[_ranked(rows)]
    caption = (
        f"Change in pilot practices beyond that in comparison practices, with its interval{beside}.{set_to}{ranks}{few}"
    )
    return Told("effects", caption, f"Dot and interval plot. {'; '.join(parts)}.", bool(rows["simulated"].any()))


def _shown(rows: "pd.DataFrame") -> list[str]:
    """What stands beside any of the estimates."""
    return [source for source in BESIDE if rows[source].notna().any()]


def _few(estimates: "pd.DataFrame", outcomes: Outcomes) -> str:
    """What the interval is where clusters are too few for clustered errors."""
    rows = [verdict_row(estimates, name, "difference_in_differences") for name in outcomes]
    told = [changed(row) for row in rows if row is not None]
    if not any(each.few for each in told):
        return ""
    unknown = " Where it is not known, too few other assignments are possible." * any(not each.known for each in told)
    return (
        f" Where clusters are too few for clustered errors, the interval is that of randomisation inference.{unknown}"
    )


def _left_out(lacking: list[str]) -> str:
    return f" Not estimated: {listed(lacking)}." if lacking else ""


def _nothing(lacking: list[str]) -> str:
    """The table where no outcome could be estimated, so that what the text says of it leads somewhere."""
    columns = {"Outcome": [sentence(label) for label in lacking], "Estimate": ["Not estimated"] * len(lacking)}
    caption = "No change in pilot practices could be estimated. The annex on what could not be estimated says why."
    return Table("effects", caption, columns).markdown()


def _table(rows: "pd.DataFrame", more: str) -> str:
    told = [change("points", *values) for values in rows[SIZE].to_numpy()]
    columns = {
        "Outcome": _names(rows),
        "Estimate": [_plain(each.signed()) for each in told],
        "Interval": [_plain(each.interval()) for each in told],
    }
    if (rows["role"] == "primary").any():
        columns["In the plan"] = list(rows["role"])
    for source, (_, _, label) in BESIDE.items():
        if rows[source].notna().any():
            columns[label] = [_beside(row, source) for _, row in rows.iterrows()]
    names = {"truth": "the truth, where it is known", "published": "the published value"}
    beside = f" beside {', and '.join(there)}" if (there := [names[source] for source in _shown(rows)]) else ""
    caption = f"Estimated change in pilot practices{beside}.{SAME_SAID * bool(rows['set_to'].any())}{more}"
    return Table("effects", caption, columns, bool(rows["simulated"].any())).markdown()


def _beside(row: "pd.Series[Any]", source: str) -> str:
    told = _plain(change("points", *[row[source]] * 3).signed())
    return f"{told}{SAME * bool(source == 'published' and row['set_to'])}"
