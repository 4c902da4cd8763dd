"""The pilots' data and the outcomes that are read from them."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from analysis.closest import closest_name
from analysis.plan.continuity import ContactRules, ListIndex, PatientIndex
from analysis.plan.designs import DESIGNS, Design
from analysis.plan.hospital import HospitalRules
from analysis.plan.limits import Limits
from analysis.plan.terms import ZONE, Name, Period, Plan, Slug, Text, Zone

# The tables of an evaluation data package.
TABLES = (
    "sites", "practices", "activity", "survey", "contacts", "episodes", "spells", "outpatients", "emergency_care",
    "populations", "responses", "patients", "registrations",
)  # fmt: skip


class Pilots(Plan):
    """The pilots' data and the months of the comparison."""

    dataset: Slug | None = Field(
        default=None, description="Data set id in data/raw/datasets.yaml that holds sites, practices and activity."
    )
    package: str | None = Field(
        default=None,
        pattern=r"^[^{}]+$",
        description="In place of `dataset`: folder or zip archive of an evaluation data package, anywhere on disk.",
    )
    columns: dict[Name, dict[str, str]] = Field(
        default={},
        description="By table, columns with other names in the data: the contract's name, then the file's.",
    )
    months: Period = Field(description="The months of the practice-month panel.")
    hospital: HospitalRules = Field(
        default=HospitalRules(),
        description="How hospital records become counts; used where the data have such records.",
    )
    contacts: ContactRules = Field(
        default=ContactRules(), description="Which general-practice contacts count; used where the data have contacts."
    )
    time_zone: Zone = Field(
        default=ZONE,
        description="The time zone in which a time that has one becomes a day, by its name in the IANA database.",
    )
    limits: Limits = Field(
        default=Limits(), description="From where on the pilots' data are refused rather than put right and told."
    )
    allow_gaps: bool = Field(
        default=False, description="Whether a practice's series may lack months between its first and its last."
    )

    @field_validator("columns")
    @classmethod
    def _known_tables(cls, columns: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for table, names in columns.items():
            if table not in TABLES:
                close = closest_name(table, TABLES)
                hint = f"did you mean `{close}`?" if close else f"there are {', '.join(TABLES)}"
                raise ValueError(f"there is no table `{table}`; {hint}")
            if twice := [own for own in names.values() if list(names.values()).count(own) > 1]:
                raise ValueError(f"the column `{twice[0]}` of {table} is mapped twice")
        return columns

    @model_validator(mode="after")
    def _one_source(self) -> "Pilots":
        if (self.dataset is None) == (self.package is None):
            raise ValueError("give one of `dataset` and `package`")
        return self


class Outcome(Plan):
    """What every outcome says of itself."""

    label: Text = Field(description="Name in text, lower case, for instance 'emergency admissions'.")
    good_direction: Literal["up", "down"] = Field(description="The direction in which patients or the service gain.")
    smallest_change: float = Field(
        gt=0,
        description="The smallest change that matters: per cent for counts, percentage points for survey shares.",
    )
    published: Slug | None = Field(default=None, description="evidence_id of the published value to stand beside ours.")
    primary: bool = Field(
        default=False, description="Whether it is one of the plan's primary outcomes; the others are secondary."
    )


class ActivityOutcome(Outcome):
    """A count of hospital activity per practice and month."""

    kind: Literal["activity"] = Field(description="A count from the activity table.")
    measure: Name = Field(description="The measure in the activity table.")
    bin_months: int = Field(default=3, ge=1, description="Months in one period of the event study.")
    designs: tuple[Design, ...] = Field(default=DESIGNS, min_length=1, description="The designs run on it.")
    placebo: bool = Field(
        default=False,
        description="Whether the pilots should leave it alone, so that an effect on it is a warning.",
    )

    @property
    def series(self) -> str:
        """What the data call it."""
        return self.measure

    @model_validator(mode="after")
    def _read_first(self) -> "ActivityOutcome":
        if "difference_in_differences" not in self.designs:
            raise ValueError("`designs` needs difference_in_differences, the design that the paper reads first")
        if self.placebo and self.primary:
            raise ValueError("an outcome is primary or a placebo, not both")
        return self


class SurveyOutcome(Outcome):
    """A share from the survey table."""

    kind: Literal["survey"] = Field(description="A share from the survey table.")
    item: Name = Field(description="The item in the survey table.")
    breaks: tuple[Annotated[int, Field(ge=1900, le=2100)], ...] | None = Field(
        default=None,
        description="Years in which a new series of the item begins; waves before and after are not compared. By"
        " default those of the GP Patient Survey where the item is one of its, and none otherwise.",
    )

    @property
    def series(self) -> str:
        """What the data call it."""
        return self.item

    @property
    def population(self) -> str:
        """Whom the share is about."""
        return "survey respondents of pilot practices"


class ContactOutcome(Outcome):
    """An index of continuity, from the table of general-practice contacts."""

    kind: Literal["contacts"] = Field(description="An index from the contacts table.")
    index: PatientIndex | ListIndex = Field(default="upc", description="The index; upc is the Usual Provider of Care.")

    @property
    def series(self) -> str:
        """What the data call it."""
        return self.index

    @property
    def item(self) -> str:
        """What the panel of continuity calls it, in the column of the survey's items."""
        return self.index

    @property
    def population(self) -> str:
        """Whom the index is about."""
        return "patients of pilot practices with enough contacts"


AnyOutcome = Annotated[ActivityOutcome | SurveyOutcome | ContactOutcome, Field(discriminator="kind")]
