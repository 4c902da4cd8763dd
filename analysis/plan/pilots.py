"""The pilots' data and the outcomes that are read from them."""

from typing import Literal

from pydantic import Field, model_validator

from analysis.plan.terms import Name, Period, Plan, Slug


class Pilots(Plan):
    """The pilots' data and the months of the comparison."""

    dataset: Slug | None = Field(
        default=None, description="Data set id in data/raw/datasets.yaml that holds sites, practices and activity."
    )
    package: str | None = Field(
        default=None,
        description="In place of `dataset`: folder or zip archive of an evaluation data package, anywhere on disk.",
    )
    columns: dict[Name, dict[str, str]] = Field(
        default={},
        description="By table, columns with other names in the data: the contract's name, then the file's.",
    )
    months: Period = Field(description="The months of the practice-month panel.")

    @model_validator(mode="after")
    def _one_source(self) -> "Pilots":
        if (self.dataset is None) == (self.package is None):
            raise ValueError("give one of `dataset` and `package`")
        return self


class Outcome(Plan):
    """What every outcome says of itself."""

    label: str = Field(description="Name in text, lower case, for instance 'emergency admissions'.")
    good_direction: Literal["up", "down"] = Field(description="The direction in which patients or the service gain.")
    smallest_change: float = Field(
        gt=0,
        description="The smallest change that matters: per cent for counts, percentage points for survey shares.",
    )
    published: Slug | None = Field(default=None, description="evidence_id of the published value to stand beside ours.")


class ActivityOutcome(Outcome):
    """A count of hospital activity per practice and month."""

    kind: Literal["activity"] = Field(description="A count from the activity table.")
    measure: Name = Field(description="The measure in the activity table.")
    bin_months: int = Field(default=3, ge=1, description="Months in one period of the event study.")

    @property
    def series(self) -> str:
        """What the data call it."""
        return self.measure


class SurveyOutcome(Outcome):
    """A share from the survey table."""

    kind: Literal["survey"] = Field(description="A share from the survey table.")
    item: Name = Field(description="The item in the survey table.")

    @property
    def series(self) -> str:
        """What the data call it."""
        return self.item
