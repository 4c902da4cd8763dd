"""Do patients who see the same GP have fewer admissions? Negative binomial regressions, by patient and by list.

What it can say is that the two go together in the same months. It cannot say that one makes the other. A patient who
falls ill is seen at once by whoever is free, and is admitted: illness then makes both low continuity and admissions, so
that patient-level UPC overstates what continuity does. The mean UPC of the *other* patients of the same GP does not
hold the patient's own illness (Hetlevik and others 2021, BMJ Open: 1.9 % against 8.1 % fewer admissions). It leaves
open what practices and GPs differ by beside continuity, and being the mean of few patients it is noisy, which pulls it
towards no association; the row ``reliability`` says by how much, and ``list_level_corrected`` divides by it.

The months may lie after the pilots' start. Whatever else the pilots did to their patients would then be in the
association, which :mod:`analysis.estimate.continuity.mediation` takes as what continuity does. So every adjusted model
holds constant whether the practice is a pilot; ``patient_level_comparison`` and ``list_level_comparison``, over
comparison practices only, are checks that no pilot touched.

UPC is no chance of seeing one's own GP: of few contacts some clinician has most, and it changes by less than that
chance does. One step of UPC is therefore more than one step of the chance.

``python -m analysis.estimate.continuity.continuity_admissions --help``
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.estimate.continuity.continuity_lists import both_levels, list_level, list_level_comparison
from analysis.estimate.continuity.continuity_rows import (
    Association,
    Model,
    held_constant,
    of_comparison,
    per_step,
    term_row,
)
from analysis.estimates import Estimate, NotEstimated, Row, attempt, write_part
from analysis.plan.continuity import AdmissionsByContinuity
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import Paths, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd


def continuity_admissions(
    *,
    receipt: Path,
    asked: AdmissionsByContinuity,
    confidence: float,
    out: Path,
    cohort: Paths = (),
    fewest: int = 2,
) -> None:
    """Relate admissions to continuity across patients.

    The design of Barker and others (2017, BMJ 356:j84): patients' admissions, as a rate of the months for which they
    were registered and alive, by negative binomial regression on the share of their contacts with the GP whom they saw
    most (UPC). Errors are clustered by practice.

    Parameters
    ----------
    receipt : Path
        What the pull stage vouched for.
    asked : AdmissionsByContinuity
        Bands, step and who is a heavy user; as JSON.
    confidence : float
        Confidence level of the intervals.
    out : Path
        Rows of the table of estimates: by specification ``patient_level``, ``patient_level_unadjusted``,
        ``heavy_users``, ``list_level``, ``list_level_corrected``, ``patient_level_comparison``,
        ``list_level_comparison`` and ``both_levels`` the ratio of admissions for one step more of UPC (``per_step``; of
        the list beside the patient's own ``per_step_of_list``), also as admissions per 1,000 patients a year;
        ``patient_level_bands``; ``alpha``. The baseline is the mean rate of all.
    cohort : tuple of Path
        Patients with their continuity and their admissions; none where the data lack contacts, registrations or spells.
    fewest : int
        The fewest contacts of a patient in the cohort, for the words of the population.
    """
    from analysis.prepare.contract.raw import read_receipt

    if not cohort:
        write_part(out, [_not_estimated(ReasonCode.NO_PATIENT_TABLES)], read_receipt(receipt), __spec__)
        return
    patients, lineage = read_table(cohort[0])
    rows = (
        [_not_estimated(ReasonCode.NO_PATIENT_WITH_CONTACTS)]
        if patients.empty
        else association_rows(patients, Association(asked, fewest, confidence))
    )
    write_part(out, rows, lineage, __spec__)


def _not_estimated(reason: ReasonCode) -> Row:
    return NotEstimated(reason=reason, specification="patient_level", **Association.LABELS)


def association_rows(patients: "pd.DataFrame", association: Association) -> list[Row]:
    """All rows; a specification that cannot be fitted says why, and the others go on."""
    makers: dict[str, Callable[[str], list[Estimate]]] = {
        "patient_level": partial(patient_level, patients, association),
        "patient_level_comparison": partial(patient_level_comparison, patients, association),
        "patient_level_unadjusted": partial(unadjusted, patients, association),
        "patient_level_bands": partial(bands, patients, association),
        "heavy_users": partial(heavy_users, patients, association),
        "list_level": partial(list_level, patients, association),
        "list_level_comparison": partial(list_level_comparison, patients, association),
        "both_levels": partial(both_levels, patients, association),
    }
    rows: list[Row] = []
    for name, make in makers.items():
        rows += attempt(partial(make, name), specification=name, **Association.LABELS)
    return rows


def patient_level(patients: "pd.DataFrame", association: Association, name: str) -> list[Estimate]:
    """The patient's own UPC, adjusted; and alpha, by how much admissions vary more than Poisson's."""
    model = Model(patients, association, held_constant(patients).assign(upc=patients["upc"]), name)
    alpha = Estimate(
        **model.labels, term="alpha", scale="statistic", estimate=model.fitted.alpha,
        std_error=model.fitted.alpha_error, n_clusters=model.fit.clusters,
    )  # fmt: skip
    return [*per_step(model, "upc"), alpha]


def patient_level_comparison(patients: "pd.DataFrame", association: Association, name: str) -> list[Estimate]:
    """The patient's own UPC, adjusted, among patients of comparison practices: no pilot touched them."""
    some = of_comparison(patients)
    return per_step(
        Model(some, association, held_constant(some).assign(upc=some["upc"]), name, association.comparison), "upc"
    )


def unadjusted(patients: "pd.DataFrame", association: Association, name: str) -> list[Estimate]:
    """The patient's own UPC and nothing else."""
    return per_step(Model(patients, association, patients[["upc"]].assign(constant=1.0), name), "upc")


def bands(patients: "pd.DataFrame", association: Association, name: str) -> list[Estimate]:
    """Medium and high continuity against low."""
    low, high = association.plan.bands
    medium, high_band = patients["upc"].between(low, high, inclusive="left"), patients["upc"] >= high
    if not ((patients["upc"] < low).any() and medium.any() and high_band.any()):
        raise NotEstimable(
            ReasonCode.BAND_IS_EMPTY, "choose other `continuity.admissions.bands` in the study file", low=low, high=high
        )
    terms: dict[str, Any] = {"medium_against_low": medium.astype(float), "high_against_low": high_band.astype(float)}
    model = Model(patients, association, held_constant(patients).assign(**terms), name)
    return [term_row(model, {term: 1.0}, term) for term in terms]


def heavy_users(patients: "pd.DataFrame", association: Association, name: str) -> list[Estimate]:
    """The patient's own UPC among patients with many contacts."""
    heavy = association.plan.heavy
    some = patients[patients["contacts"] >= heavy].reset_index(drop=True)
    if some.empty:
        raise NotEstimable(
            ReasonCode.NO_HEAVY_USER, "choose a lower `continuity.admissions.heavy`, or more months", contacts=heavy
        )
    population = association.population.replace(f"at least {association.fewest}", f"at least {heavy}")
    return per_step(Model(some, association, held_constant(some).assign(upc=some["upc"]), name, population), "upc")


if __name__ == "__main__":
    command(continuity_admissions)
