"""The monthly share of contacts with the usual clinician, period by period around the start: the figure."""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import pick
from analysis.plan.continuity import Continuity
from analysis.present.look.style import Told, canvas, nothing, save
from analysis.present.outcomes.event_study import bare_periods, draw_periods, drawn, joint_test, spans

if TYPE_CHECKING:
    import pandas as pd

NAME = "continuity-events"


def draw_months(estimates: "pd.DataFrame", asked: Continuity, confidence: float, figures: Path) -> None:
    """Draw the difference between pilot and comparison practices in each period, in percentage points."""
    table = pick(estimates, outcome=asked.outcome, design="event_study", specification="usual_by_month")
    rows = drawn(pick(table, term="period"))
    if rows.empty:
        nothing(figures, NAME, "Contacts with the usual clinician: not estimated period by period. An annex says why.")
        return
    with canvas(7.2, 3.4) as (figure, axes):
        draw_periods(axes, rows, asked.bin_months, "percentage points")
        save(figures, figure, rows, _told(rows, joint_test(table), confidence))


def _told(rows: "pd.DataFrame", joint: str, confidence: float) -> Told:
    joint = joint or " The periods before the start were not tested together."
    caption = (
        "Share of a month's contacts with the clinician whom the patient saw most in the twelve months before it: "
        "difference between pilot and comparison practices in each period, against the period just before the start. "
        f"Bars are {100 * confidence:g}% confidence intervals.{bare_periods(rows)}{joint}"
    )
    return Told(NAME, caption, spans(rows, " points"), bool(rows["simulated"].any()))
