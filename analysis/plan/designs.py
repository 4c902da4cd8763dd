"""The designs that can be run on an outcome, and their settings."""

from typing import Literal

from pydantic import Field, model_validator

from analysis.plan.terms import Name, Plan, Slug

# The designs, from the one that the paper reads first to the weakest.
Design = Literal[
    "difference_in_differences",
    "event_study",
    "staggered",
    "matched_cohort",
    "synthetic_control",
    "interrupted_time_series",
]
DESIGNS: tuple[Design, ...] = ("difference_in_differences", "event_study")

StaggeredEstimator = Literal[
    "callaway_santanna_never",
    "callaway_santanna_not_yet",
    "sun_abraham",
    "etwfe_poisson",
    "imputation",
    "two_way_fixed_effects",
]
# How the uncertainty of the primary estimate is told beside the cluster-robust interval.
Method = Literal["crv3", "score_bootstrap", "wild_bootstrap", "randomisation"]


class Staggered(Plan):
    """Designs for sites that start at different times."""

    period_months: int = Field(default=3, ge=1, description="Months in one period.")
    estimators: tuple[StaggeredEstimator, ...] = Field(
        default=(
            "callaway_santanna_never",
            "callaway_santanna_not_yet",
            "sun_abraham",
            "etwfe_poisson",
            "imputation",
            "two_way_fixed_effects",
        ),
        min_length=1,
        description="The estimators; two_way_fixed_effects brings the Goodman-Bacon decomposition with it.",
    )
    adjust: tuple[Name, ...] = Field(
        default=(),
        description="Numbers of the table of practices given which trends are parallel, for Callaway & Sant'Anna's"
        " doubly robust estimator: imd, share_65plus, list_size.",
    )


class MatchedCohort(Plan):
    """Patients of the intervention and their matched controls."""

    controls: int = Field(default=5, ge=1, le=20, description="Most controls per case.")
    # ASSUME: a caliper of a fifth of the standard deviation of the logit of predicted risk (Austin 2011).
    caliper: float = Field(default=0.2, gt=0, description="Caliper, in standard deviations of the logit of risk.")
    history_months: int = Field(default=12, ge=1, description="Months before the index month that predict risk.")
    follow_up_months: int = Field(default=6, ge=1, description="Months before and after the index month compared.")
    age_band: int = Field(default=10, ge=1, description="Width of the age bands that match exactly, in years.")
    published: dict[Name, Slug] = Field(
        default={}, description="By outcome, the evidence_id of the published value to stand beside this design's."
    )


class SyntheticControl(Plan):
    """A weighted mean of comparison areas for each site."""

    period_months: int = Field(default=3, ge=1, description="Months in one period.")
    estimators: tuple[Literal["synthetic_control", "synthetic_did"], ...] = Field(
        default=("synthetic_control", "synthetic_did"),
        min_length=1,
        description="The estimators. `synthetic_control` takes each area's own mean before the start off its series.",
    )


class InterruptedTimeSeries(Plan):
    """A site against its own past."""

    harmonics: int = Field(default=2, ge=0, le=5, description="Pairs of sine and cosine terms for the season.")


class Designs(Plan):
    """The settings of the designs; which run on an outcome is said with the outcome."""

    staggered: Staggered = Field(default=Staggered(), description="Sites that start at different times.")
    matched_cohort: MatchedCohort = Field(default=MatchedCohort(), description="Matched patients.")
    synthetic_control: SyntheticControl = Field(default=SyntheticControl(), description="Synthetic control per site.")
    interrupted_time_series: InterruptedTimeSeries = Field(
        default=InterruptedTimeSeries(), description="Each site against its own past."
    )


class Costs(Plan):
    """What the changes in activity cost: unit costs times changes in events."""

    dataset: Slug = Field(description="Data set id of the table of unit costs.")
    price_year: str = Field(pattern=r"^\d{4}/\d{2}$", description="Price year of the unit costs, for instance 2016/17.")
    activities: dict[str, str] = Field(
        min_length=1, description="By outcome of the study, the activity in the table of unit costs."
    )
    alternatives: dict[Name, dict[str, str]] = Field(
        default={}, description="By name, other activities for some outcomes: what the net cost would be with them."
    )
    published: tuple[Slug, ...] = Field(
        default=(), description="evidence_id of published costs to stand beside the net cost."
    )
    # ASSUME: no source gives the uncertainty of a unit cost; a coefficient of variation stands for it.
    variation: float = Field(default=0.1, ge=0, lt=1, description="Coefficient of variation of every unit cost.")
    uplift: float = Field(default=1.0, gt=0, description="Factor that brings the price year to another one.")
    draws: int = Field(default=10_000, ge=1000, description="Draws of the simulation.")

    @model_validator(mode="after")
    def _plain(self) -> "Costs":
        if any(not name for name in (*self.activities, *self.activities.values())):
            raise ValueError("every outcome under `activities` needs the name of an activity")
        if odd := [name for other in self.alternatives.values() for name in other if name not in self.activities]:
            raise ValueError(f"`alternatives` names `{odd[0]}`, which is not among `activities`")
        return self
