"""Continuity at each pilot's site before and after its start: a table."""

from typing import TYPE_CHECKING

from analysis.estimate.continuity.site_continuity import DESIGN, OTHERS
from analysis.estimates import one, pick
from analysis.plan.continuity import Continuity
from analysis.plan.pilots import ContactOutcome
from analysis.present.continuity.captions import Captions
from analysis.present.continuity.ways import effect_cell, span_cell
from analysis.present.look.markdown import Table

if TYPE_CHECKING:
    import pandas as pd

NAME = "continuity-sites"


def by_site_table(estimates: "pd.DataFrame", plan: Continuity, outcome: ContactOutcome, words: Captions) -> Table:
    """Each site before and after its start, and comparison practices last."""
    rows = pick(estimates, design=DESIGN, outcome=plan.outcome)
    if rows.empty:
        return words.empty(NAME, "tables/no-sites")
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
    caption = words.say(outcome.index, "tables/sites")
    return Table(NAME, caption, columns, bool(rows["simulated"].any()), (26, 12, 12, 12, 16, 22))
