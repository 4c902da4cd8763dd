"""What the models of admissions by continuity share: the patients, what is held constant, and their rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from analysis.estimate.models.effect import as_events
from analysis.estimates import Estimate
from analysis.plan.continuity import AdmissionsByContinuity
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.models.negative_binomial import Overdispersed
    from analysis.estimate.models.regression import Fit

PER_YEAR = 12_000  # events per patient and month, told per 1,000 patients and year


@dataclass(frozen=True)
class Association:
    """An association of admissions with continuity, as the plan asks for it.

    Attributes
    ----------
    plan : AdmissionsByContinuity
        Ages, bands, step and who is a heavy user.
    fewest : int
        The fewest contacts of a patient.
    confidence : float
        Confidence level of the intervals.
    """

    plan: AdmissionsByContinuity
    fewest: int
    confidence: float
    LABELS: ClassVar[dict[str, str]] = {
        "outcome": "admissions_by_continuity", "design": "continuity_admissions", "estimator": "negative_binomial",
    }  # fmt: skip

    @property
    def population(self) -> str:
        """Whom the rows are about."""
        youngest, oldest = self.plan.ages
        return f"registered patients aged {youngest} to {oldest} with at least {self.fewest} contacts"

    @property
    def comparison(self) -> str:
        """Whom the rows on comparison practices are about."""
        return self.population.replace("registered patients", "registered patients of comparison practices")


@dataclass(frozen=True)
class Model:
    """A negative binomial regression of admissions, over the patients for whom all its terms are known.

    Attributes
    ----------
    patients : DataFrame
        `admissions`, `months` at risk and `practice_id`.
    asked : Asked
        What is asked.
    design : DataFrame
        The terms, for the same rows.
    specification, population : str
        Labels of its rows.
    """

    patients: "pd.DataFrame"
    association: Association
    design: "pd.DataFrame"
    specification: str
    population: str = ""

    # ASSUME: a patient of whom a term is not known is as the others are; such patients are left out, and the number
    # of rows says how many remain.
    @cached_property
    def complete(self) -> "pd.Series[bool]":
        """Which patients have all terms."""
        return self.design.notna().all(axis=1)

    @cached_property
    def used(self) -> "pd.DataFrame":
        """The patients of the model."""
        return self.patients[self.complete]

    @cached_property
    def fitted(self) -> "Overdispersed":
        """The fitted model."""
        from analysis.estimate.models.negative_binomial import negative_binomial

        if self.used.empty:
            raise NotEstimable(ReasonCode.NO_PATIENT_IS_COMPLETE, "complete the registrations")
        design = self.design[self.complete].astype(float)
        return negative_binomial(self.used["admissions"], self.used["months"], design, self.used["practice_id"])

    @property
    def fit(self) -> "Fit":
        """Its coefficients, which are log rate ratios."""
        return self.fitted.fit

    @property
    def labels(self) -> dict[str, Any]:
        """What every row of the model says."""
        rate = PER_YEAR * self.used["admissions"].sum() / self.used["months"].sum()
        return Association.LABELS | {
            "specification": self.specification, "population": self.population or self.association.population,
            "n_obs": len(self.used), "n_units": len(self.used), "baseline": float(rate),
        }  # fmt: skip


def held_constant(patients: "pd.DataFrame") -> "pd.DataFrame":
    """What is held constant: age, sex, deprivation, conditions, the number of contacts and pilot status.

    A column that is nowhere known, or the same for all, is left out: pilot status where no patient, or every one, is of
    a pilot practice.
    """
    import numpy as np
    import pandas as pd

    contacts, conditions = np.log(patients["contacts"]), patients["conditions"].astype(float)
    # ASSUME: the months may lie after the start, when pilots have changed both continuity and, by what else they did,
    # admissions. An indicator of pilot practices takes out what they did to all their patients alike. What they did
    # more of in one of their practices than in another remains.
    # ASSUME: age and deprivation act in straight lines on the log of the rate; conditions, and the log of the number of
    # contacts, in curves of the second degree. UPC falls as contacts rise, whatever GPs do, so contacts must be held.
    terms = {
        "age": patients["age"].astype(float), "imd": patients["imd"].astype(float), "conditions": conditions,
        "conditions_squared": conditions**2, "contacts": contacts, "contacts_squared": contacts**2,
        "pilot": patients["pilot"].astype(float),
    }  # fmt: skip
    frame = pd.DataFrame(terms, index=patients.index)
    scaled = (frame - frame.mean()) / frame.std().where(lambda spread: spread > 1e-9)
    scaled = scaled[[name for name in scaled if scaled[name].notna().any()]]
    sexes = pd.get_dummies(patients["sex"], prefix="sex", dtype=float).iloc[:, 1:]
    if patients["sex"].notna().any():
        sexes = sexes.where(patients["sex"].notna(), axis=0)
    return pd.concat([scaled, sexes], axis=1).assign(constant=1.0)


def of_comparison(patients: "pd.DataFrame") -> "pd.DataFrame":
    """The patients of comparison practices.

    Raises
    ------
    Problem
        When there is none.
    """
    some = patients[~patients["pilot"].astype(bool)].reset_index(drop=True)
    if some.empty:
        raise NotEstimable(ReasonCode.NO_COMPARISON_PATIENT, "add comparison practices to the table registrations")
    return some


def term_row(model: Model, weights: Mapping[str, float], term: str) -> Estimate:
    """A weighted sum of log ratios as a ratio."""
    return model.fit.row(weights, model.association.confidence, "ratio", term=term, **model.labels)


def per_step(model: Model, exposure: str, term: str = "per_step") -> list[Estimate]:
    """The ratio of admissions for one step more of the exposure, and what it is per 1,000 patients a year."""
    row = term_row(model, {exposure: model.association.plan.step}, term)
    return [row, as_events(row)]
