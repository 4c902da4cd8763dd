"""The monthly share of contacts with the usual clinician, period by period around the start: the figure."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import pick
from analysis.plan.continuity import Continuity
from analysis.present.continuity.captions import Captions
from analysis.present.look.style import FigureText, canvas, nothing, save
from analysis.present.outcomes.event_study import Shown, draw_periods, drawn, period_axis, shown_periods

if TYPE_CHECKING:
    import pandas as pd

NAME = "continuity-events"


@dataclass(frozen=True)
class Months:
    """What the figure shows, and the level of its intervals."""

    level: str
    shown: Shown


def draw_months(estimates: "pd.DataFrame", plan: Continuity, words: Captions, figures: Path) -> None:
    """Draw the difference between pilot and comparison practices in each period, in percentage points."""
    table = pick(estimates, outcome=plan.outcome, design="event_study", specification="usual_by_month")
    rows = drawn(pick(table, term="period"))
    if rows.empty:
        nothing(figures, NAME, words.say(None, "figures/no-events"))
        return
    with canvas(7.2, 3.4) as (figure, axes):
        draw_periods(axes, rows, period_axis(words.filters, plan.bin_months), "percentage points")
        save(
            figures,
            figure,
            rows,
            _figure_text(rows, Months(words.level, shown_periods(rows, table, "", " points")), words),
        )


def _figure_text(rows: "pd.DataFrame", months: Months, words: Captions) -> FigureText:
    alt = words.filters["say"](months.shown, "outcomes/figures/periods-alt")
    return FigureText(NAME, words.caption(months, "figures", "events"), alt, bool(rows["simulated"].any()))
