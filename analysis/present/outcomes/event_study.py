"""Outcomes, period by period around the start: the event-study figures."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.answers import About, Question
from analysis.estimates import pick, read_estimates
from analysis.plan.pilots import ActivityOutcome
from analysis.present.look.style import ESTIMATE, MUTED, FigureText, canvas, nothing, save, unframed
from analysis.present.outcomes.pre_trend import Periods, tested
from analysis.present.provenance.address import Book, slug
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters
from analysis.steps import Paths
from analysis.verdicts import Verdict, read_verdicts
from analysis.wording import change, p_value, signed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

FIGURES = "outcomes/figures"


@dataclass(frozen=True)
class JointTest:
    """The joint test of periods before the start: of which, and its p-value as it prints."""

    tested: Periods
    p_value: str


@dataclass(frozen=True)
class Run:
    """From where to where differences run, as they print."""

    low: str
    high: str


@dataclass(frozen=True)
class Length:
    """How long a period is."""

    months: int

    @property
    def quarters(self) -> bool:
        """Whether it is a quarter of a year."""
        return self.months == 3


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a figure of periods shows.

    Attributes
    ----------
    label : str
        The outcome in words.
    count : int
        How many periods are drawn.
    joint : JointTest or None
    no_bars, some_bars : bool
        Whether no period has an interval; whether some have none, but not all.
    missing : list of str
        Periods between the first and the last that have no estimate.
    before, after : Run or None
        Their differences before the start, and after it.
    direction : Verdict or None
        Whether the outcome fell or rose; None where nobody can tell.
    """

    label: str
    count: int
    joint: JointTest | None
    no_bars: bool
    some_bars: bool
    missing: list[str]
    before: Run | None
    after: Run | None
    direction: Verdict | None = None


def event_studies(
    *, estimates: Path, verdicts: Path, outcomes: dict[str, ActivityOutcome], phrases: Paths, figures: Path
) -> None:
    """Draw the difference between pilot and comparison practices in each period, for each outcome.

    Parameters
    ----------
    estimates, verdicts : Path
        The table of estimates, and what each result is taken to say.
    outcomes : dict
        Their plans by name, as JSON.
    phrases : tuple of Path
        The phrases that it may tell from.
    figures : Path
        Folder for event-NAME.svg, .png, .csv and .md.
    """
    estimated, judged, words = read_estimates(estimates), read_verdicts(verdicts), formats(Book(), *phrases)
    for name, outcome in outcomes.items():
        direction = judged.of(name, Question.DIRECTION, about=About.OUTCOME)
        table = pick(estimated, outcome=name, design="event_study")
        _event_study(table, name, outcome, direction, words, figures)


def _event_study(
    table: "pd.DataFrame", name: str, outcome: ActivityOutcome, direction: Verdict, words: Filters, figures: Path
) -> None:
    if table.empty:
        nothing(figures, f"event-{slug(name)}", words["say"](outcome.label, f"{FIGURES}/no-periods"))
        return
    rows = drawn(pick(table, term="period"))
    there = replace(shown_periods(rows, table, outcome.label, "%"), direction=direction if direction.known else None)
    caption, alt = (words["say"](there, f"{FIGURES}/{part}") for part in ("periods", "periods-alt"))
    with canvas(7.2, 3.4) as (figure, axes):
        draw_periods(axes, rows, period_axis(words, outcome.bin_months), "%")
        save(figures, figure, rows, FigureText(f"event-{slug(name)}", caption, alt, bool(rows["simulated"].any())))


def drawn(periods: "pd.DataFrame") -> "pd.DataFrame":
    """Periods in order, as percentage changes against the period before the start."""
    import pandas as pd

    changes = [
        change(*values) for values in periods[["scale", "estimate", "ci_low", "ci_high"]].itertuples(index=False)
    ]
    sizes = [{"estimate": each.estimate, "ci_low": each.low, "ci_high": each.high} for each in changes]
    rows = pd.DataFrame(sizes).assign(period=periods["horizon"].astype(int).to_numpy())
    return rows.assign(simulated=periods["simulated"].to_numpy()).sort_values("period", ignore_index=True)


def draw_periods(axes: "Axes", rows: "pd.DataFrame", time: str, unit: str) -> None:
    """Draw the periods that :func:`drawn` returned, with their intervals and the hollow reference period."""
    axes.axhline(0, color="#333333", linewidth=1)
    axes.axvline(-0.5, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    low, high = rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]
    axes.errorbar(rows["period"], rows["estimate"], yerr=[low, high], fmt="o", color=ESTIMATE, capsize=3, markersize=6)
    axes.plot(-1, 0, "o", color=ESTIMATE, markerfacecolor="white", markersize=6)
    axes.annotate("start", (-0.5, 1), (4, -10), xycoords=("data", "axes fraction"), textcoords="offset points")
    axes.set_xlabel(time)
    axes.set_ylabel(f"Difference, {unit}")
    axes.set_xticks([*rows["period"], -1])
    axes.grid(axis="x", visible=False)
    unframed(axes)


def period_axis(words: Filters, months: int) -> str:
    """The name of the axis of time, for periods of so many months."""
    return str(words["say"](Length(months), f"{FIGURES}/period-axis"))


def shown_periods(rows: "pd.DataFrame", table: "pd.DataFrame", label: str, unit: str) -> Shown:
    """What a figure of these rows shows; the joint test stands in the table that they come from."""
    bars, period = rows["ci_low"].notna(), rows["period"]
    return Shown(
        label=label,
        count=len(rows),
        joint=joint_test(table),
        no_bars=not bars.any(),
        some_bars=bool(bars.any() and not bars.all()),
        missing=missing_periods(rows),
        before=_run(rows[period < 0], unit),
        after=_run(rows[period >= 0], unit),
    )


def joint_test(table: "pd.DataFrame") -> JointTest | None:
    """The joint test of an event study's periods before the start; None where there is none."""
    tests = pick(table, term="pre_trend")
    return None if tests.empty else JointTest(tested(table, tests.iloc[0]), p_value(tests.iloc[0]["p_value"]))


def missing_periods(rows: "pd.DataFrame") -> list[str]:
    """Which periods have no estimate between the first and the last that are drawn."""
    periods = {*rows["period"], -1}
    without = (each for each in range(min(periods), max(periods)) if each not in periods)
    return [str(each).replace("-", "\N{MINUS SIGN}") for each in without]


def _run(part: "pd.DataFrame", unit: str) -> Run | None:
    return Run(signed(part["estimate"].min(), unit), signed(part["estimate"].max(), unit)) if len(part) else None
