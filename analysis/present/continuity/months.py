"""The monthly share of contacts with the usual clinician, period by period around the start: the figure."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import pick
from analysis.plan.continuity import Continuity
from analysis.present.continuity.captions import Captions
from analysis.present.look.style import Told, canvas, nothing, save
from analysis.present.outcomes.event_study import bare_periods, draw_periods, drawn, joint_test, spans

if TYPE_CHECKING:
    import pandas as pd

NAME = "continuity-events"


@dataclass(frozen=True)
class Months:
    """What the figure shows: the level of its intervals, bars that are missing, and the joint test before the start."""

    level: str
    bare: str
    joint: str


def draw_months(estimates: "pd.DataFrame", asked: Continuity, words: Captions, figures: Path) -> None:
    """Draw the difference between pilot and comparison practices in each period, in percentage points."""
    table = pick(estimates, outcome=asked.outcome, design="event_study", specification="usual_by_month")
    rows = drawn(pick(table, term="period"))
    if rows.empty:
        nothing(figures, NAME, words.say(None, "figures/no-events"))
        return
    with canvas(7.2, 3.4) as (figure, axes):
        draw_periods(axes, rows, asked.bin_months, "percentage points")
        save(figures, figure, rows, _told(rows, Months(words.level, bare_periods(rows), joint_test(table)), words))


def _told(rows: "pd.DataFrame", shown: Months, words: Captions) -> Told:
    caption = words.caption(shown, "figures", "events")
    return Told(NAME, caption, spans(rows, " points"), bool(rows["simulated"].any()))
