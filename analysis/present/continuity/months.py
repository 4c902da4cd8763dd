"""The monthly share of contacts with the usual clinician, period by period around the start: the figure."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import pick
from analysis.plan.continuity import Continuity
from analysis.present.continuity.captions import Captions
from analysis.present.look.style import Told, canvas, nothing, save
from analysis.present.outcomes.event_study import Shown, draw_periods, drawn, period_axis, shown

if TYPE_CHECKING:
    import pandas as pd

NAME = "continuity-events"


@dataclass(frozen=True)
class Months:
    """What the figure shows, and the level of its intervals."""

    level: str
    shown: Shown


def draw_months(estimates: "pd.DataFrame", asked: Continuity, words: Captions, figures: Path) -> None:
    """Draw the difference between pilot and comparison practices in each period, in percentage points."""
    table = pick(estimates, outcome=asked.outcome, design="event_study", specification="usual_by_month")
    rows = drawn(pick(table, term="period"))
    if rows.empty:
        nothing(figures, NAME, words.say(None, "figures/no-events"))
        return
    with canvas(7.2, 3.4) as (figure, axes):
        draw_periods(axes, rows, period_axis(words.filters, asked.bin_months), "percentage points")
        save(figures, figure, rows, _told(rows, Months(words.level, shown(rows, table, "", " points")), words))


def _told(rows: "pd.DataFrame", months: Months, words: Captions) -> Told:
    alt = words.filters["say"](months.shown, "outcomes/figures/periods-alt")
    return Told(NAME, words.caption(months, "figures", "events"), alt, bool(rows["simulated"].any()))
