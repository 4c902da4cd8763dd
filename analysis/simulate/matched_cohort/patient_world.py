"""What the matched-cohort study of the reference pilots is made of: patients, how sick they are, and the truth."""

from pydantic import Field

from analysis.plan.terms import Frozen


class Use(Frozen):
    """One kind of hospital use by the patients of the cohort."""

    rate: float = Field(gt=0, description="Events per patient and month, of a patient of 78 with two conditions.")
    conditions: float = Field(description="Log rate ratio per condition.")
    age: float = Field(description="Log rate ratio per ten years of age.")
    spread: float = Field(ge=0, description="Standard deviation of a patient's own log rate.")
    crisis: float = Field(ge=0, description="Log rate ratio per unit of the patient's state.")
    effect: float = Field(gt=0, description="True rate ratio of patients of the intervention, from their index month.")
    set_to: str = Field(description="evidence_id of the published value that the effect is set to.")


# ASSUME: levels, and how they rise with age, conditions and bad months, are round numbers of a plausible size for older
# people at risk of admission. No result rests on them beyond this: that who is ill now was often ill last month, so
# that patients chosen after a run of bad months get better by themselves.
USE = {
    "emergency": Use(
        rate=0.030, conditions=0.30, age=0.25, spread=0.4, crisis=1.0, effect=1.09, set_to="icp-six-emergency"
    ),
    "elective": Use(
        rate=0.030, conditions=0.10, age=-0.10, spread=0.5, crisis=0.0, effect=0.79, set_to="icp-six-elective"
    ),
    "outpatient": Use(
        rate=0.140, conditions=0.15, age=-0.05, spread=0.5, crisis=0.3, effect=0.78, set_to="icp-six-outpatient"
    ),
}


class Cohort(Frozen):
    """Patients of six sites who were chosen for the intervention, and candidates for their controls elsewhere."""

    sites: int = Field(default=6, ge=1, description="Sites that choose patients, those of case management first.")
    # As many as in Roland et al. (2012).
    cases: int = Field(default=3646, ge=1, description="Patients of the intervention.")
    residents: int = Field(default=9000, ge=1, description="Older patients of these sites among whom they are chosen.")
    candidates: int = Field(default=40_000, ge=1, description="Older patients of comparison practices.")
    # ASSUME: a site chooses the same number of patients in each of its first nine months.
    months: int = Field(default=9, ge=1, description="Months from a site's start in which it chooses patients.")
    # ASSUME: a patient's state goes up and down from month to month with this memory and this spread (a first-order
    # autoregression); it is what makes regression to the mean, and nobody records it.
    memory: float = Field(default=0.75, ge=0, lt=1, description="Correlation of a patient's state with last month's.")
    state: float = Field(default=0.8, ge=0, description="Standard deviation of a patient's state.")
    # ASSUME: a site ranks its patients by admissions in the last months, conditions and age, and by what it knows
    # besides (noise): nothing that moves the outcome and is not in the data.
    hazard: float = Field(default=0.004, gt=0, description="Monthly probability of death at 78 with two conditions.")
    attended: float = Field(default=0.93, gt=0, le=1, description="Share of outpatient appointments that are kept.")
    use: dict[str, Use] = USE

    def truth(self) -> dict[str, dict[str, str | float]]:
        """The effect on each kind of use, under keys of their own."""
        return {
            f"cohort.{name}": {"scale": "ratio", "effect": each.effect, "set_to": each.set_to}
            for name, each in self.use.items()
        }
