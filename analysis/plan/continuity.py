"""How continuity of care is measured, and what is asked of it: the rules that a study may change."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from analysis.plan.terms import Name, Period, Plan

Word = Annotated[str, StringConstraints(pattern=r"^\S(.*\S)?$")]
# Indices of one patient's contacts, and those of a list of patients with a GP of their own.
PatientIndex = Literal["upc", "coc", "secon", "mmci", "k", "herfindahl"]
ListIndex = Literal["slicc", "opr"]
PATIENT_INDICES: tuple[PatientIndex, ...] = ("upc", "coc", "secon", "mmci", "k", "herfindahl")
LIST_INDICES: tuple[ListIndex, ...] = ("slicc", "opr")
# What a reader calls them.
INDICES = {
    "upc": "Usual Provider of Care (UPC)",
    "coc": "Bice–Boxerman Continuity of Care (COC)",
    "secon": "Sequential Continuity (SECON)",
    "mmci": "Modified Modified Continuity Index (MMCI)",
    "k": "K index",
    "herfindahl": "Herfindahl index",
    "slicc": "St Leonard's Index of Continuity of Care (SLICC)",
    "opr": "Own Patient Ratio (OPR)",
}


class ContactChecks(Plan):
    """From where on contacts look wrong, so that a paper says so."""

    # ASSUME: no source gives such limits; they are set where no plausible practice comes.
    single_clinician: float = Field(
        default=0.98, gt=0.5, le=1,
        description="Share of a practice's contacts in a window under one clinician id from which, with more than one"
        " full-time GP, the id is taken to stand for the practice; its contacts, of all windows, are left out.",
    )  # fmt: skip
    single_clinician_gps: float = Field(
        default=1.5, gt=0, description="Full-time-equivalent GPs from which one id for a practice is not believed."
    )
    single_clinician_contacts: int = Field(
        default=100,
        ge=1,
        description="Contacts of a practice in a window from which it is judged whether one id stands for all.",
    )
    unknown_share: float = Field(
        default=0.2,
        gt=0,
        le=1,
        description="Share of a window's contacts with nobody named from which a practice is told.",
    )
    remote_share: float = Field(
        default=0.95,
        gt=0,
        le=1,
        description="Share of a window's contacts by telephone or online from which a practice is told.",
    )
    remote: tuple[Word, ...] = Field(
        default=("telephone", "online", "video"), min_length=1, description="Modes in which nobody is met."
    )
    broken_share: float | None = Field(
        default=None,
        ge=0,
        lt=1,
        description="Share of contacts up to which rows that lack a value, lie in the future, stand twice, or come"
        " after death or before registration are left out and counted; of more of any one kind the run stops. By"
        " default that of `pilots.limits`, which holds for every table of events.",
    )
    counted_share: float = Field(
        default=0.1,
        ge=0,
        lt=1,
        description="Share of the contacts of the study's practices and windows that has to count; where less does, for"
        " instance as the data write roles or modes in other words, the run stops.",
    )
    fewest_contacts: int = Field(
        default=1, ge=1, description="Contacts in a window below which a practice is told to have none."
    )


class ContactRules(Plan):
    """Which general-practice contacts count towards continuity, and over what time."""

    roles: tuple[Word, ...] = Field(
        default=("gp",),
        min_length=1,
        description="Roles whose contacts count; capitals, spaces, hyphens and underscores make no difference.",
    )
    modes: tuple[Word, ...] = Field(
        default=("face_to_face", "telephone", "online", "home"),
        min_length=1,
        description="Modes of contact that count, compared as roles are; administration does not.",
    )
    fewest: int = Field(default=2, ge=2, description="Contacts in a window that a patient needs to be counted.")
    fewest_shown: tuple[Annotated[int, Field(ge=2)], ...] = Field(
        default=(2, 3), min_length=1, description="Other such minima; the paper shows what each of them drops."
    )
    window_months: int = Field(default=12, ge=1, description="Months of one window.")
    same_day: Literal["each", "once"] = Field(
        default="each",
        description="Whether several contacts of a patient with one clinician on one day count each or once. Contacts"
        " of one day are put in the order of the clinicians' ids, which is the tie rule of SECON.",
    )
    unknown: tuple[Word, ...] = Field(
        default=("unknown", "locum", "none", "0"),
        description="Clinician ids that name nobody; so does an id with one of these words in it, as `LOCUM DR` has"
        " `locum`, if the word has letters. Such contacts are left out and counted.",
    )
    checks: ContactChecks = Field(default=ContactChecks(), description="From where on contacts look wrong.")


class AdmissionsByContinuity(Plan):
    """Do patients who see the same GP have fewer admissions: the design of Barker and others (2017)."""

    months: Period = Field(description="The months over which contacts and admissions are counted.")
    ages: tuple[int, int] = Field(default=(62, 82), description="Youngest and oldest age when the months begin.")
    bands: tuple[float, float] = Field(
        default=(0.4, 0.7), description="UPC from which continuity is called medium, and high."
    )
    step: float = Field(default=0.2, gt=0, lt=1, description="The step of UPC that an association is told for.")
    measure: Literal["acsc", "emergency"] = Field(default="acsc", description="The admissions that are counted.")
    # ASSUME: no source that we could read settles who is a heavy user; 18 in 24 months are nine contacts a year.
    heavy: int = Field(
        default=18, ge=2, description="Contacts in the months from which a patient is counted among heavy users."
    )

    @model_validator(mode="after")
    def _ordered(self) -> "AdmissionsByContinuity":
        if not 0 < self.bands[0] < self.bands[1] < 1:
            raise ValueError("`bands` are two shares between 0 and 1, the lower first")
        if self.ages[0] >= self.ages[1]:
            raise ValueError("`ages` are the youngest and the oldest, in that order")
        return self


class PracticeSize(Plan):
    """Are larger practices less continuous."""

    exposures: tuple[Literal["list_size", "gp_fte"], ...] = Field(
        default=("list_size", "gp_fte"), min_length=1, description="What tells a practice's size."
    )
    adjust: tuple[Name, ...] = Field(default=("imd", "share_65plus"), description="Columns that are held constant.")
    knots: Literal[3, 4, 5] = Field(default=4, description="Knots of the restricted cubic spline.")
    jump: float = Field(
        default=0.15, gt=0, lt=1, description="Growth of the list within one year that counts as a merger or take-over."
    )


class ContinuityGaps(Plan):
    """Who loses: continuity by deprivation, age and conditions."""

    by: tuple[Literal["imd", "age", "conditions"], ...] = Field(
        default=("imd", "age", "conditions"), min_length=1, description="What ranks patients."
    )
    groups: int = Field(default=5, ge=2, le=10, description="Groups of as many patients each, where values allow.")


class Mediation(Plan):
    """How much of a change in admissions could run through continuity: bounds under stated assumptions."""

    outcome: Name = Field(description="The activity outcome whose change is looked at.")


class Continuity(Plan):
    """What is asked of continuity of care."""

    outcome: Name = Field(description="The outcome of kind contacts that the chapter is about.")
    indices: tuple[PatientIndex | ListIndex, ...] = Field(
        default=(*PATIENT_INDICES, *LIST_INDICES), min_length=1, description="The indices that stand beside it."
    )
    contacts: tuple[Annotated[int, Field(ge=2)], ...] = Field(
        default=(2, 4, 7, 12),
        min_length=1,
        description="Contacts in a window at which strata of patients begin: the index falls as contacts rise.",
    )
    bin_months: int = Field(default=3, ge=1, description="Months in one period of the event study.")
    admissions: AdmissionsByContinuity | None = Field(
        default=None, description="Whether continuity goes with fewer admissions."
    )
    size: PracticeSize | None = Field(default=PracticeSize(), description="Whether larger practices have less of it.")
    gaps: ContinuityGaps | None = Field(default=ContinuityGaps(), description="Who has less of it.")
    mediation: Mediation | None = Field(
        default=None, description="How much of a change in admissions could run through it."
    )
    published: dict[Name, str] = Field(
        default={},
        description="By result, the evidence_id of a published value to stand beside it: patient_level, list_level,"
        " observed, between_practices, growth.",
    )

    @model_validator(mode="after")
    def _coherent(self) -> "Continuity":
        if list(self.contacts) != sorted(set(self.contacts)):
            raise ValueError("`contacts` are the numbers at which strata begin, from low to high")
        if self.mediation and not self.admissions:
            raise ValueError("`mediation` needs `admissions`, which tells how admissions go with continuity")
        return self
