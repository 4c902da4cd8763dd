"""What continuity of care in the reference pilots is made of: patients, whom they see, their admissions, the truth."""

from pydantic import Field

from analysis.plan.terms import Frozen


class Registered(Frozen):
    """The registered patients whose contacts are known."""

    # ASSUME: some patients of each GP's list, most of them older, stand for all; numbers and rates are round.
    per_gp: int = Field(default=34, ge=2, description="Patients of each GP, on average.")
    older: float = Field(default=0.8, ge=0, le=1, description="Share of patients who are 60 to 83 in the first month.")
    conditions: float = Field(default=1.6, ge=0, description="Mean number of long-term conditions at the age of 72.")
    imd_spread: float = Field(default=8.0, ge=0, description="Standard deviation of deprivation within a practice.")
    joining: float = Field(default=0.06, ge=0, le=1, description="Share who register after the first month.")
    leaving: float = Field(default=0.002, ge=0, lt=1, description="Monthly probability of leaving the practice.")
    hazard: float = Field(default=0.0018, gt=0, lt=1, description="Monthly probability of death at 72.")
    unlisted: float = Field(default=0.03, ge=0, lt=1, description="Share whose personal GP is not recorded.")


class Seeing(Frozen):
    """The chance that a contact is with the patient's own GP; changes of it are shares (-0.07 is 7 points)."""

    # ASSUME: level and slopes are set so that the index that is measured comes out near the means of Barker and others
    # (2017): 0.61, 0.70 in small and 0.59 in large practices. The index is higher than the chance, because with few
    # contacts the clinician seen most often is often another one, and its slopes are less steep.
    mean: float = Field(default=0.70, gt=0, lt=1, description="Mean, of a practice with 7,000 patients.")
    size: float = Field(default=-0.055, description="Change per doubling of the list.")
    growth: float = Field(default=-0.03, description="Change per growth of the list by a tenth.")
    # ASSUME: no source tells the effect of a merger apart from that of growth; a fall of this size is invented. It is
    # the same however many patients come. Those whose contacts are known were with the practice before.
    merger: float = Field(default=-0.06, description="Change from the month of a merger on.")
    # ASSUME: as in the GP Patient Survey of 2025, a quarter of a point less per point of deprivation.
    imd: float = Field(default=-0.0025, description="Change per point of deprivation.")
    age: float = Field(default=0.02, description="Change per ten years of age.")
    conditions: float = Field(default=0.01, description="Change per long-term condition.")
    drift: float = Field(default=-0.005, description="Change per year in every practice.")
    # ASSUME: lists differ widely, so that what lists tell about admissions can be told from chance.
    practice: float = Field(default=0.05, ge=0, description="Standard deviation between practices.")
    list: float = Field(default=0.11, ge=0, description="Standard deviation between the lists of a practice.")
    patient: float = Field(default=0.10, ge=0, description="Standard deviation between the patients of a list.")
    shock: float = Field(default=0.012, ge=0, description="Standard deviation of an area's yearly change.")
    # ASSUME: no source gives the pilots' effect on contacts with the usual clinician; the survey's fall of 9 points is
    # about another question. A fall of this size, larger for deprived patients, is invented.
    effect: float = Field(default=-0.07, description="The pilots' true effect, from the start of the site.")
    effect_imd: float = Field(default=-0.0015, description="How much more per point of deprivation above 24.")
    # ASSUME: in a bad month patients see whoever is free.
    busy: float = Field(default=0.13, ge=0, description="Fall per unit of a patient's state above its mean.")


class Contacting(Frozen):
    """How often patients are in contact with the practice."""

    # ASSUME: older people see a GP about six times a year; how this varies is a round number.
    rate: float = Field(default=0.44, gt=0, description="GP contacts per month at 72 with two conditions.")
    age: float = Field(default=0.10, description="Log rate ratio per ten years of age.")
    conditions: float = Field(default=0.12, description="Log rate ratio per long-term condition.")
    spread: float = Field(default=0.35, ge=0, description="Standard deviation of a patient's own log rate.")
    crisis: float = Field(default=0.35, ge=0, description="Log rate ratio per unit of the patient's state.")
    effect: float = Field(default=1.04, ge=1, description="True rate ratio in pilot practices, from the start.")
    nurse: float = Field(default=0.10, ge=0, description="Contacts with nurses, per contact with a GP.")
    office: float = Field(default=0.02, ge=0, description="Entries of administration, per contact with a GP.")
    unknown: float = Field(default=0.05, ge=0, le=1, description="Share of contacts with others where nobody is named.")


class Admitting(Frozen):
    """Admissions for ambulatory-care-sensitive conditions."""

    # ASSUME: these patients are admitted about three times as often as people of their age, so that there is something
    # to count; how the rate varies is a round number of a plausible size.
    rate: float = Field(default=0.0055, gt=0, description="Admissions per month at 72 with two conditions.")
    other: float = Field(default=1.5, ge=0, description="Other emergency admissions, per one of these.")
    age: float = Field(default=0.35, description="Log rate ratio per ten years of age.")
    conditions: float = Field(default=0.25, description="Log rate ratio per long-term condition.")
    imd: float = Field(default=0.008, description="Log rate ratio per point of deprivation.")
    spread: float = Field(default=0.4, ge=0, description="Standard deviation of a patient's own log rate.")
    crisis: float = Field(default=0.7, ge=0, description="Log rate ratio per unit of the patient's state.")
    effect: float = Field(default=0.981, gt=0, description="True rate ratio per +0.2 of the chance of the own GP.")
    set_to: str = Field(default="hetlevik-upc-list", description="evidence_id of the value that it is set to.")


class Blemishes(Frozen):
    """What is wrong with the records, each in comparison practices of its own, so that the checks have work to do."""

    # ASSUME: one practice of each kind, and a handful of rows.
    practices: bool = Field(default=True, description="Whether some practices record wrongly.")
    after_death: int = Field(default=25, ge=0, description="Contacts dated after the patient's death.")
    before_registration: int = Field(default=15, ge=0, description="Contacts dated before the patient registered.")
    repeated: int = Field(default=12, ge=0, description="Contacts that stand twice.")


class CareWorld(Frozen):
    """Contacts with general practice in the reference pilots, and what goes with them."""

    registered: Registered = Registered()
    seeing: Seeing = Seeing()
    contacting: Contacting = Contacting()
    admitting: Admitting = Admitting()
    blemishes: Blemishes = Blemishes()
    # ASSUME: a patient's state goes up and down from month to month (a first-order autoregression) and nobody records
    # it. It makes patients ill, and busy with whoever is free: the mechanical part of the association.
    memory: float = Field(default=0.8, ge=0, lt=1, description="Correlation of a patient's state with last month's.")
