"""Outcomes, period by period around the start: the event-study figures."""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import pick, read_estimates
from analysis.plan.pilots import ActivityOutcome
from analysis.present.look.style import ESTIMATE, MUTED, Told, bare, canvas, nothing, save
from analysis.present.outcomes.pre_trend import Periods, tested
from analysis.present.provenance.address import slug
from analysis.wording import change, in_words, listed, number_of, p_value, plural, sentence, signed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def event_studies(*, estimates: Path, outcomes: dict[str, ActivityOutcome], figures: Path) -> None:
    """Draw the difference between pilot and comparison practices in each period, for each outcome.

    Parameters
    ----------
    estimates : Path
        The table of estimates.
    outcomes : dict
        Their plans by name, as JSON.
    figures : Path
        Folder for event-NAME.svg, .png, .csv and .md.
    """
    known = read_estimates(estimates)
    for name, outcome in outcomes.items():
        _event_study(pick(known, outcome=name, design="event_study"), name, outcome, figures)


def _event_study(table: "pd.DataFrame", name: str, outcome: ActivityOutcome, figures: Path) -> None:
    if table.empty:
        told = f"{sentence(outcome.label)}: not estimated period by period. An annex says why."
        nothing(figures, f"event-{slug(name)}", told)
        return
    rows = drawn(pick(table, term="period"))
    with canvas(7.2, 3.4) as (figure, axes):
        draw_periods(axes, rows, outcome.bin_months, "%")
        save(figures, figure, rows, _told(name, outcome, rows, joint_test(table)))


def drawn(periods: "pd.DataFrame") -> "pd.DataFrame":
    """Periods in order, as percentage changes against the period before the start."""
    import pandas as pd

    told = [change(*values) for values in periods[["scale", "estimate", "ci_low", "ci_high"]].itertuples(index=False)]
    sizes = [{"estimate": each.estimate, "ci_low": each.low, "ci_high": each.high} for each in told]
    rows = pd.DataFrame(sizes).assign(period=periods["horizon"].astype(int).to_numpy())
    return rows.assign(simulated=periods["simulated"].to_numpy()).sort_values("period", ignore_index=True)


def draw_periods(axes: "Axes", rows: "pd.DataFrame", bin_months: int, unit: str) -> None:
    """Draw the periods that :func:`drawn` returned, with their intervals and the hollow reference period."""
    axes.axhline(0, color="#333333", linewidth=1)
    axes.axvline(-0.5, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    low, high = rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]
    axes.errorbar(rows["period"], rows["estimate"], yerr=[low, high], fmt="o", color=ESTIMATE, capsize=3, markersize=6)
    axes.plot(-1, 0, "o", color=ESTIMATE, markerfacecolor="white", markersize=6)
    axes.annotate("start", (-0.5, 1), (4, -10), xycoords=("data", "axes fraction"), textcoords="offset points")
    length = "quarters" if bin_months == 3 else f"periods of {number_of(bin_months, 'month')}"
    axes.set_xlabel(f"Time from the start, in {length} (hollow: reference)")
    axes.set_ylabel(f"Difference, {unit}")
    axes.set_xticks([*rows["period"], -1])
    axes.grid(axis="x", visible=False)
    bare(axes)


def joint_test(table: "pd.DataFrame") -> str:
    """The joint test of an event study's periods before the start, a sentence; empty where there is none."""
    tests = pick(table, term="pre_trend")
    if tests.empty:
        return ""
    row = tests.iloc[0]
    return f" Joint test of {_which(tested(table, row))}: {p_value(row['p_value'])}."


def _which(periods: Periods) -> str:
    if periods.all:
        return "the periods before the last one"
    latest = "latest" if periods.one else f"latest {in_words(periods.latest)}"
    return f"the {latest} of {in_words(periods.before)} periods before the last one"


def _told(name: str, outcome: ActivityOutcome, rows: "pd.DataFrame", joint: str) -> Told:
    caption = (
        f"{sentence(outcome.label)}: difference between pilot and comparison practices in each period, against the "
        f"period just before the start.{joint}{bare_periods(rows)}{blank(rows)}"
    )
    alt = spans(rows, "%")
    return Told(f"event-{slug(name)}", caption, alt, bool(rows["simulated"].any()))


def bare_periods(rows: "pd.DataFrame") -> str:
    """Why periods have no bar, where some have none."""
    bare = rows["ci_low"].isna()
    if bare.all():
        return " No period has a bar, because clusters are too few for intervals."
    return " A period without a bar has too few clusters for an interval." if bare.any() else ""


def blank(rows: "pd.DataFrame") -> str:
    """Which periods have no estimate between the first and the last that are drawn."""
    known = {*rows["period"], -1}
    without = [each for each in range(min(known), max(known)) if each not in known]
    if not without:
        return ""
    periods = plural(len(without), "Period", "Periods")
    numbers = listed([str(each).replace("-", "−") for each in without])
    return f" {periods} {numbers} could not be estimated; an annex says why."


def spans(rows: "pd.DataFrame", unit: str) -> str:
    """How many periods are drawn, and from where to where their differences run before the start and after it."""
    told = [
        f"Plot of {number_of(len(rows), 'period')} {'without' if rows['ci_low'].isna().all() else 'with'} intervals."
    ]
    for when, part in (("Before the start", rows[rows["period"] < 0]), ("After it", rows[rows["period"] >= 0])):
        if len(part):
            low, high = signed(part["estimate"].min(), unit), signed(part["estimate"].max(), unit)
            told.append(f"{when} the difference runs from {low} to {high}.")
    return " ".join(told)
