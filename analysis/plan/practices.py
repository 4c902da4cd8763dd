"""Open practice-level data, and the questions that are asked of them."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from analysis.plan.terms import Name, Plan, Slug, Text


class PracticeData(Plan):
    """Practice-level data sets, joined by practice and year."""

    datasets: tuple[Slug, ...] = Field(min_length=1, description="Data set ids in data/raw/datasets.yaml.")
    smallest_list: float = Field(
        default=1000, ge=0, description="Practices with fewer registered patients than this are left out."
    )
    fewest: int = Field(
        default=30, ge=10, description="A question is left open when fewer practices than this can answer it."
    )
    cluster: Literal["commissioner", "region"] = Field(
        default="commissioner", description="What standard errors are clustered by."
    )


class Value(Plan):
    """One measure in one year."""

    measure: Name = Field(description="A measure of the practice data, for instance see_preferred_gp or list_size.")
    year: int = Field(ge=1990, le=2100, description="The year of the survey, extract or index.")


class Question(Plan):
    """What every question says of itself."""

    label: Text = Field(description="The question in words, lower case, without a question mark.")
    claim: Literal["up", "down"] | None = Field(
        default=None, description="The direction that somebody claimed, to be held against the answer."
    )


class Gradient(Question):
    """Is one measure related to another across practices, in one cross-section."""

    kind: Literal["gradient"] = Field(description="A cross-section.")
    outcome: Value = Field(description="The measure that is explained.")
    exposure: Value = Field(description="The measure that explains it.")
    log_exposure: bool = Field(default=True, description="Whether the slope is per unit of the natural logarithm.")
    step: float = Field(
        default=1, gt=0, description="The step of the exposure that the slope is told for, for instance 10 points."
    )
    family: Literal["share", "count"] = Field(
        default="share",
        description="A share from 0 to 1, told in percentage points; or a count over its base, told as a rate ratio.",
    )
    adjust: tuple[Value, ...] = Field(default=(), description="Measures that are held constant.")
    # Left out of the plan's text where nobody asks, so that no older plan's digest changes.
    knots: int | None = Field(
        default=None,
        ge=3,
        le=5,
        exclude_if=lambda knots: knots is None,
        description="Knots of a restricted cubic spline that is fitted beside the straight line; leave out for none.",
    )
    good_direction: Literal["up", "down"] = Field(description="The direction of the outcome in which patients gain.")

    @model_validator(mode="after")
    def _one_step(self) -> "Gradient":
        if self.log_exposure and self.step != 1:
            raise ValueError("`step` is for an exposure that is not logged; set `log_exposure: false`")
        return self


class YearsQuestion(Question):
    """A question about change: the years are refused when the series breaks between them."""

    outcome: Name = Field(description="The measure that is followed.")
    first: int = Field(ge=1990, le=2100, description="First year.")
    last: int = Field(ge=1990, le=2100, description="Last year.")
    good_direction: Literal["up", "down"] = Field(description="The direction of the outcome in which patients gain.")

    @model_validator(mode="after")
    def _ordered(self) -> "YearsQuestion":
        if self.first >= self.last:
            raise ValueError(f"the first year ({self.first}) must come before the last ({self.last})")
        return self


class Trend(YearsQuestion):
    """How did a measure change over the years, within practices."""

    kind: Literal["trend"] = Field(description="Change over years.")


class Inequality(Question):
    """How much does a measure differ between the practices of poor and of rich patients."""

    kind: Literal["inequality"] = Field(description="A gap between groups.")
    outcome: Value = Field(description="The measure that is compared.")
    by: Value = Field(description="The measure that ranks practices, for instance imd.")
    groups: int = Field(default=5, ge=2, le=10, description="How many groups of equal size.")
    good_direction: Literal["up", "down"] = Field(description="The direction of the outcome in which patients gain.")


class Growth(YearsQuestion):
    """What happens to a measure when practices merge or grow."""

    kind: Literal["growth"] = Field(description="Change against growth of the list.")
    jump: float = Field(
        default=0.15, gt=0, lt=1, description="Growth of the list within one year that counts as a merger or take-over."
    )


AnyQuestion = Annotated[Gradient | Trend | Inequality | Growth, Field(discriminator="kind")]
Questions = dict[str, AnyQuestion]
