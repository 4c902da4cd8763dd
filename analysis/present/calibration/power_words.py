"""How often the primary test saw an effect that was there, where the truth was known."""

from typing import TYPE_CHECKING, Any

from analysis.assess.calibration.narrow import ENOUGH
from analysis.plan.calibration import Calibration
from analysis.present.calibration.calibration_words import parallel
from analysis.present.provenance.address import Origin
from analysis.present.provenance.context import Context
from analysis.wording import changed, listed

if TYPE_CHECKING:
    import pandas as pd

STEP = "analysis.estimate.calibration.calibration"
# From this share of worlds on, a test that sees nothing says something.
STRONG = 0.8


def power_words(
    context: Context, table: "pd.DataFrame", plan: Calibration, row: "pd.Series[Any]", file: str = "default.csv"
) -> dict[str, str]:
    """How often the primary test saw an effect that was there, beside a finding that is not clear.

    Parameters
    ----------
    context : Context
        The book of numbers.
    table : DataFrame
        What `make calibrate` wrote for this plan.
    plan : Calibration
        The scenarios.
    row : Series
        The finding, with the clusters that the pilots reach.
    file : str
        The table's file in reports/calibration.

    Returns
    -------
    dict
        ``power``, two sentences, and ``power_short``, one; both empty where a change is clear, or too few worlds with
        as many sites were tried.
    """
    told = changed(row)
    own = (table["design"] == "difference_in_differences") & (table["estimator"] == "poisson_fixed_effects")
    rows = table[own & (table["term"] == "effect") & (table["effect"] != 1) & (table["worlds"] >= ENOUGH)]
    rows = rows[rows["scenario"].isin(parallel(plan)) & (rows["sites"] == row["treated_clusters"])]
    if told.clear or not told.known or rows.empty:
        return {"power": "", "power_short": ""}
    said = []
    for each in rows.to_dict("records"):
        place = (
            f"reports/calibration/{file}: scenario={each['scenario']}, sites={each['sites']}, effect={each['effect']}"
        )
        origin = Origin(place, STEP, "simulated worlds")
        share = context.book.cite(f"calibration.power.{each['scenario']}", f"{each['rejection']:.0%}", origin)
        said.append((share, plan.scenarios[each["scenario"]].label))
    weak = " So that no change is clear here says little." if rows["rejection"].min() < STRONG else ""
    (share, label), shares = said[0], [f"in {share} ({label})" for share, label in said]
    tried = "Tried on simulated pilots of as many sites with a known effect, this test saw it"
    return {
        "power": f"{tried} {listed(shares)} of all worlds.{weak}",
        "power_short": f"With as many sites, such a test saw {label} in {share} of simulated worlds.",
    }
