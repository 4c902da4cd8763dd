"""Which step computed a row of the table of estimates, and what tells it from the rows beside it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# A design's step has its name, but for these.
STEPS = {
    "difference_in_differences": "analysis.estimate.admissions",
    "interrupted_time_series": "analysis.estimate.interrupted",
    "cross_section": "analysis.estimate.gradient",
}
# Several steps write rows of one design: what gives each away, the first that fits.
SPECIAL = (
    ("scale", "points", "analysis.estimate.continuity"),
    ("term", "inference", "analysis.estimate.inference"),
    ("term", "curve", "analysis.estimate.specification_curve"),
    ("term", "plan_own", "analysis.estimate.specification_curve"),
    ("term", "share_below", "analysis.estimate.specification_curve"),
    ("term", "share_above", "analysis.estimate.specification_curve"),
    ("term", "share_clear_below", "analysis.estimate.specification_curve"),
    ("term", "share_clear_above", "analysis.estimate.specification_curve"),
    ("estimator", "e_value", "analysis.estimate.confounding"),
    ("estimator", "confounder_simulation", "analysis.estimate.confounding"),
    ("estimator", "cost_simulation", "analysis.estimate.costs"),
    ("estimator", "rambachan_roth", "analysis.estimate.parallel_trends"),
    ("term", "pre_trend_power", "analysis.estimate.parallel_trends"),
)
SHARED = ("difference_in_differences", "event_study")
# What an address leaves out because it goes without saying.
USUAL = {
    "subgroup": ("all",),
    "specification": ("primary",),
    "horizon": ("after", "before"),
    "estimator": ("poisson_fixed_effects", "weighted_least_squares", "cost_simulation"),
}
# Designs whose rows have one estimator, or a term that tells them apart.
PLAIN = ("cross_section", "trend", "inequality", "growth", "experiment")


def step_of(row: "pd.Series[Any]") -> str:
    """The module that computed a row."""
    if row["design"] in SHARED:
        for column, value, step in SPECIAL:
            if row[column] == value:
                return step
        if row["specification"] != "primary":
            return "analysis.estimate.sensitivity"
    return STEPS.get(row["design"], f"analysis.estimate.{row['design']}")


def part(row: "pd.Series[Any]") -> list[str]:
    """What tells a row from the others of its outcome, design and term, in words."""
    if row["design"] == "synthesis":
        return []
    told = [key for key in USUAL if not (key == "estimator" and row["design"] in PLAIN)]
    return [str(row[key]) for key in told if row[key] not in USUAL[key]]
