"""The worlds of a calibration of which something is said."""

from typing import TYPE_CHECKING, Any

from analysis.assess.calibration.narrow import ENOUGH
from analysis.plan.calibration import Calibration

if TYPE_CHECKING:
    import pandas as pd

# Tests of the periods before the start, in which there is no effect in any world.
BEFORE = ("pre_trend", "pre_trend_slope")


def parallel(plan: Calibration) -> list[str]:
    """The scenarios in which trends are parallel, so that a good interval keeps its promise."""
    return [name for name, scenario in plan.scenarios.items() if not scenario.pilot_trend]


def judged_worlds(tried: "pd.DataFrame", plan: Calibration) -> "pd.DataFrame":
    """What ran in worlds enough whose trends are parallel."""
    rows: pd.DataFrame = tried[tried["scenario"].isin(parallel(plan)) & (tried["worlds"] >= ENOUGH)]
    return rows


def powered_worlds(tried: "pd.DataFrame", plan: Calibration, row: "pd.Series[Any]") -> "pd.DataFrame":
    """How often the primary test saw an effect that was there, with as many sites as a row of estimates has."""
    rows = judged_worlds(tried, plan)
    own = (rows["design"] == "difference_in_differences") & (rows["estimator"] == "poisson_fixed_effects")
    own &= (rows["term"] == "effect") & (rows["effect"] != 1)
    powered: pd.DataFrame = rows[own & (rows["sites"] == row["treated_clusters"])]
    return powered
