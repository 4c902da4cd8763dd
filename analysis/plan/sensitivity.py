"""Would it survive a sceptic? Checks of the difference-in-differences, each a line of the study file."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from analysis.plan.terms import Name, Period, Plan, Text

Estimator = Literal["poisson_fixed_effects", "quasi_poisson", "linear_rate"]
Comparison = Literal["all", "same_regions", "other_regions"]


class Check(Plan):
    """What every check says of itself."""

    # Whether it is another choice of how to estimate the same effect, so that it counts among those which the finding
    # survives or not. A kind that asks something else says no.
    choice: ClassVar[bool] = True

    label: Text = Field(description="Name in text, lower case.")
    outcomes: tuple[Name, ...] = Field(
        default=(), description="Outcomes that are checked; leave out for all primary ones."
    )


class EstimatorCheck(Check):
    """Another model of the same comparison."""

    kind: Literal["estimator"] = Field(description="Another model of the same comparison.")
    estimator: Estimator = Field(description="The model.")


class WindowCheck(Check):
    """Other months."""

    kind: Literal["window"] = Field(description="Other months.")
    months: Period = Field(description="The months, within those of the panel.")


class ComparisonCheck(Check):
    """Another comparison group."""

    kind: Literal["comparison"] = Field(description="Another comparison group.")
    comparison: Comparison = Field(
        description="Comparison practices in regions that hold a pilot practice, or in regions that hold none."
    )


class PlaceboDateCheck(Check):
    """A start that never was, looked for before the real one."""

    choice: ClassVar[bool] = False
    kind: Literal["placebo_date"] = Field(description="A start that never was.")
    months_early: int = Field(ge=1, description="Months by which the start is moved; later months are left out.")


class LeaveOneOutCheck(Check):
    """The estimate without each site in turn."""

    choice: ClassVar[bool] = False
    kind: Literal["leave_one_out"] = Field(description="Without each site in turn.")


class DoseCheck(Check):
    """Whether more of the intervention did more."""

    choice: ClassVar[bool] = False
    kind: Literal["dose"] = Field(
        description="Whether more of the intervention did more, beside the step at the start."
    )
    dose: Name = Field(
        default="years", description="'years' since the start, or a number per site in a column of the table of sites."
    )


class HeterogeneityCheck(Check):
    """Who benefits: the effect by group, with a test that groups differ."""

    choice: ClassVar[bool] = False
    kind: Literal["heterogeneity"] = Field(description="The effect by group.")
    by: Name = Field(description="A column of sites or practices: model, imd, share_65plus, list_size, …")
    groups: int | None = Field(
        default=None, ge=2, le=10, description="Equal groups of a column of numbers; leave out for names."
    )


class ParallelTrendsCheck(Check):
    """How far trends may have differed (Rambachan & Roth)."""

    choice: ClassVar[bool] = False
    kind: Literal["parallel_trends"] = Field(description="How far trends may have differed.")
    relative_magnitudes: tuple[float, ...] = Field(
        default=(0.5, 1.0, 1.5, 2.0), description="Mbar: violations as multiples of the largest one before the start."
    )
    smoothness: tuple[float, ...] = Field(
        default=(0.0, 0.005, 0.01, 0.02), description="M: largest change of slope per period, on the log scale."
    )


class ConfounderCheck(Check):
    """What an unobserved confounder would have to be like (a grid of them, and the E-value)."""

    choice: ClassVar[bool] = False
    kind: Literal["confounder"] = Field(description="What an unobserved confounder would have to be like.")
    prevalence_pilot: tuple[float, ...] = Field(
        default=(0.1, 0.3, 0.5), min_length=1, description="Share of it in pilot practices."
    )
    prevalence_comparison: float = Field(default=0.1, ge=0, le=1, description="Share of it elsewhere.")
    strength: tuple[float, ...] = Field(
        default=(1.1, 1.25, 1.5, 2.0), min_length=1, description="Rate ratio of those who have it."
    )

    @staticmethod
    def tipping_horizon(prevalence: float, end: str) -> str:
        """What the table of estimates calls the tipping point, of the estimate or of its interval, at a prevalence."""
        return f"prevalence {prevalence:g}, {end}"


class CurveCheck(Check):
    """Every combination of declared choices."""

    choice: ClassVar[bool] = False
    kind: Literal["curve"] = Field(description="Every combination of declared choices.")
    estimators: tuple[Estimator, ...] = Field(
        default=("poisson_fixed_effects", "linear_rate"), min_length=1, description="The models."
    )
    windows: dict[Name, Period] = Field(default={}, description="Months by name, beside those of the plan.")
    comparisons: tuple[Comparison, ...] = Field(
        default=("all", "same_regions", "other_regions"), min_length=1, description="The comparison groups."
    )
    washout_months: tuple[int, ...] = Field(
        default=(0, 6), min_length=1, description="Months after the start that are left out."
    )

    @model_validator(mode="after")
    def _named(self) -> "CurveCheck":
        if "plan" in self.windows:
            raise ValueError("the window `plan` is the study's own; give yours another name")
        return self


AnyCheck = Annotated[
    EstimatorCheck
    | WindowCheck
    | ComparisonCheck
    | PlaceboDateCheck
    | LeaveOneOutCheck
    | DoseCheck
    | HeterogeneityCheck
    | ParallelTrendsCheck
    | ConfounderCheck
    | CurveCheck,
    Field(discriminator="kind"),
]
Checks = dict[str, AnyCheck]
