"""One check of the difference-in-differences, as rows of the one table: what each kind of check does."""

from typing import TYPE_CHECKING

from analysis.estimate.models import samples
from analysis.estimate.models.effect import Rates, estimates_of
from analysis.estimate.outcomes.admissions import (
    DESIGN,
    ESTIMATOR,
    baseline_rate,
    effect_labels,
    effects,
    model_panel,
    sites_row,
)
from analysis.estimate.robustness.heterogeneity import heterogeneity
from analysis.estimates import Row, attempt
from analysis.plan import sensitivity as plan
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import Problem

if TYPE_CHECKING:
    import pandas as pd


def checked(rows: "pd.DataFrame", name: str, specification: str, check: plan.AnyCheck, confidence: float) -> list[Row]:
    """The rows of one check of one outcome.

    Parameters
    ----------
    rows : DataFrame
        Rows of the panel, of the outcome's measure.
    name : str
        The outcome's name in the study.
    specification : str
        The check's name in the study.
    check : Check
        What the check does.
    confidence : float
        Confidence level of the intervals.

    Raises
    ------
    Problem
        When the check cannot be made.
    """
    match check:
        case plan.LeaveOneOutCheck():
            return without_each_site(rows, name, specification, confidence)
        case plan.DoseCheck():
            return dose(rows, name, specification, check.dose, confidence)
        case plan.HeterogeneityCheck():
            return heterogeneity(rows, name, specification, check.by, check.groups, confidence)
        case plan.EstimatorCheck():
            return [*effects(rows, name, confidence, check.estimator, specification=specification)]
    part = _sample(rows, check)
    ratio, difference = effects(part, name, confidence, specification=specification)
    return [ratio, difference, sites_row(ratio, samples.informing_sites(part), samples.informing_sites(rows))]


def _sample(rows: "pd.DataFrame", check: plan.AnyCheck) -> "pd.DataFrame":
    match check:
        case plan.WindowCheck():
            return samples.within(rows, check.months)
        case plan.ComparisonCheck():
            return samples.with_comparison_group(rows, check.comparison)
        case plan.PlaceboDateCheck():
            return samples.placebo(rows, check.months_early)
    raise Problem(f"A check of the kind {check.kind} is made by another step.", "leave it out of this step's checks")


def without_each_site(rows: "pd.DataFrame", name: str, specification: str, confidence: float) -> list[Row]:
    """The effect without each site in turn; where one site's absence leaves nothing to estimate, the others go on."""
    sites = sorted(rows.loc[rows["pilot"], "site_id"].unique())
    return [row for site in sites for row in _without(rows, site, name, specification, confidence)]


def _without(rows: "pd.DataFrame", site: str, name: str, specification: str, confidence: float) -> list[Row]:
    labels: dict[str, str] = {"specification": specification, "subgroup": f"without {site}"}
    return attempt(
        lambda: effects(samples.without(rows, site), name, confidence, ESTIMATOR, **labels),
        outcome=name, design=DESIGN, estimator=ESTIMATOR, **labels,
    )  # fmt: skip


def dose(rows: "pd.DataFrame", name: str, specification: str, column: str, confidence: float) -> list[Row]:
    """The rate ratio per unit of dose beside the step at the start: per year, or per unit of a column of the panel.

    The dose acts from the start on and is nought before and in comparison practices; the log rate is linear in it. The
    step is in the model: without it an effect that comes at once and stays would look like one that grows, because
    more months than none have passed wherever there is an effect.

    Returns
    -------
    list of Estimate
        ``dose``, the ratio per unit with the step held, and ``step``, the ratio at a dose of nought.
    """
    from analysis.estimate.models.models import fitted

    given = _doses(rows, column).where(rows["after"], 0.0)
    if given.isna().any():
        raise NotEstimable(ReasonCode.DOSE_MISSING, f"fill the column {column}", column=column)
    if given[rows["after"]].nunique() < 2:
        raise NotEstimable(
            ReasonCode.DOSE_NEVER_VARIES,
            "take a dose that differs between sites or months, or take the check out",
            column=column,
        )
    covariates = rows[["after"]].assign(dose=given).to_numpy(float)
    model = fitted(ESTIMATOR, model_panel(rows, covariates))
    labels, before = effect_labels(rows, name, ESTIMATOR) | {"specification": specification}, Rates(baseline_rate(rows))
    terms = {"step": 0, "dose": 1}
    by_term = {
        term: estimates_of(model, at, before, confidence, **labels | {"term": term})[0] for term, at in terms.items()
    }
    return [by_term["dose"], by_term["step"]]


def _doses(rows: "pd.DataFrame", column: str) -> "pd.Series[float]":
    from pandas.api.types import is_numeric_dtype

    if column == "years":
        # ASSUME: a month counts from its middle, so that the first year's mean dose is half a year.
        return (rows["event_time"] + 0.5) / 12
    if column not in rows or not is_numeric_dtype(rows[column]):
        raise NotEstimable(ReasonCode.NO_DOSE_COLUMN, "correct `dose` of the check", column=column)
    return rows[column].astype(float)
