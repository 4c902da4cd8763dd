"""Which step computed a row of the table of estimates, and which keys pick it out of the table."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# A design's step has its name, but for these.
STEPS = {
    "difference_in_differences": "analysis.estimate.outcomes.admissions",
    "interrupted_time_series": "analysis.estimate.designs.interrupted",
    "cross_section": "analysis.estimate.questions.gradient",
    "contacts_per_patient": "analysis.estimate.continuity.composition",
    "continuity_by_site": "analysis.estimate.continuity.site_continuity",
}
# Several steps write rows of one design: what gives each away, the first that fits.
SPECIAL = (
    ("term", "inference", "analysis.estimate.inference.inference"),
    ("term", "curve", "analysis.estimate.robustness.specification_curve"),
    ("term", "plan_own", "analysis.estimate.robustness.specification_curve"),
    ("term", "share_below", "analysis.estimate.robustness.specification_curve"),
    ("term", "share_above", "analysis.estimate.robustness.specification_curve"),
    ("term", "share_clear_below", "analysis.estimate.robustness.specification_curve"),
    ("term", "share_clear_above", "analysis.estimate.robustness.specification_curve"),
    ("estimator", "e_value", "analysis.estimate.assumptions.confounding"),
    ("estimator", "confounder_grid", "analysis.estimate.assumptions.confounding"),
    ("estimator", "cost_simulation", "analysis.estimate.costs.costs"),
    ("estimator", "rambachan_roth", "analysis.estimate.assumptions.parallel_trends"),
    ("term", "pre_trend_power", "analysis.estimate.assumptions.parallel_trends"),
)
# Effects on a share or an index are told in many ways: how the specification begins, the first that fits.
SHARES = (
    ("unweighted", "analysis.estimate.continuity.continuity_checks"),
    ("index_", "analysis.estimate.continuity.continuity_checks"),
    ("fractional_logit", "analysis.estimate.models.fractional"),
    ("binomial_weights", "analysis.estimate.models.fractional"),
    ("weighted_by_contacts", "analysis.estimate.continuity.composition"),
    ("adjusted_for_contacts", "analysis.estimate.continuity.composition"),
    ("same_contacts", "analysis.estimate.continuity.composition"),
    ("by_contacts", "analysis.estimate.continuity.composition"),
    ("fewest_", "analysis.estimate.continuity.composition"),
    ("usual_by_month", "analysis.estimate.continuity.continuity_events"),
    ("registered_by_month", "analysis.estimate.continuity.continuity_events"),
    ("gap_", "analysis.estimate.continuity.gap_change"),
    ("by_", "analysis.estimate.continuity.gap_change"),
    ("", "analysis.estimate.continuity.continuity"),
)
SHARE_ESTIMATORS = ("weighted_least_squares", "fractional_logit", "binomial_logit")
SHARED = ("difference_in_differences", "event_study")
# What an address always says of a row, and what it says beside that where several rows answer.
ALWAYS = ("outcome", "design", "term", "scale")
WHERE_NEEDED = ("specification", "subgroup", "horizon", "estimator", "population")


def step_of(row: "pd.Series[Any]") -> str:
    """The module that computed a row."""
    if row["design"] in SHARED:
        if row["scale"] == "points" or row["estimator"] in SHARE_ESTIMATORS:
            return next(step for begin, step in SHARES if row["specification"].startswith(begin))
        for column, value, step in SPECIAL:
            if row[column] == value:
                return step
        if row["specification"] != "primary":
            return "analysis.estimate.robustness.sensitivity"
    return STEPS.get(row["design"], f"analysis.estimate.{row['design']}")


def place_of(row: "pd.Series[Any]", estimates: "pd.DataFrame") -> str:
    """The address of a row: its file, and the columns whose values pick it and no other, spelled as they are there."""
    told, rows = [], estimates
    for key in (*ALWAYS, *WHERE_NEEDED):
        if key in ALWAYS or rows[key].nunique() > 1:
            told.append(f"{key}={row[key]}")
            rows = rows[rows[key] == row[key]]
    return f"estimates.csv: {', '.join(told)}"
