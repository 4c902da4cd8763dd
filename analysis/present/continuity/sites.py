"""Continuity at each pilot's site before and after its start: a table."""

from typing import TYPE_CHECKING

from analysis.estimate.continuity.site_continuity import DESIGN, OTHERS
from analysis.estimates import one, pick
from analysis.plan.continuity import INDICES, Continuity
from analysis.plan.pilots import ContactOutcome
from analysis.present.continuity.ways import effect_cell, empty_table, span_cell
from analysis.present.look.markdown import Table

if TYPE_CHECKING:
    import pandas as pd

NAME = "continuity-sites"


def sites_table(estimates: "pd.DataFrame", asked: Continuity, outcome: ContactOutcome) -> Table:
    """Each site before and after its start, and comparison practices last."""
    rows = pick(estimates, design=DESIGN, outcome=asked.outcome)
    if rows.empty:
        return empty_table(NAME, "No site has contacts both before and after its start.")
    sites = sorted(rows["subgroup"].unique(), key=lambda site: (site == OTHERS, site))
    terms = [[one(rows, subgroup=site, term=term) for site in sites] for term in ("before", "after", "change")]
    before, after, moved = ([row for row in each if row is not None] for each in terms)
    columns = {
        "Site": sites,
        "Practices": [f"{row['n_units']:.0f}" for row in before],
        "Before": [f"{row['estimate']:.1f}" for row in before],
        "After": [f"{row['estimate']:.1f}" for row in after],
        "Change, points": [effect_cell(row) for row in moved],
        "Interval": [span_cell(row) for row in moved],
    }
    caption = (
        f"{INDICES[outcome.index]} at each site before and after its own start, in per cent, without a comparison: "
        "what changed everywhere is in it. Comparison practices are before and after the first start. Practices that "
        "lack a window are left out, so that a level does not change by who opens or closes. Intervals are clustered "
        "by practice; with few practices they are rough."
    )
    return Table(NAME, caption, columns, bool(rows["simulated"].any()), (26, 12, 12, 12, 16, 22))
