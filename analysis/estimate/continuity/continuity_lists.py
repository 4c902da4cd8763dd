"""Admissions by the continuity of the same GP's other patients, in which the patient's own illness has no part."""

from typing import TYPE_CHECKING

from analysis.estimate.continuity.continuity_rows import Association, Model, held_constant, of_comparison, per_step
from analysis.estimate.models.effect import as_events, ratio_row
from analysis.estimate.numerics.errors.intervals import interval
from analysis.estimates import Estimate
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.models.regression import Fit


def list_level(patients: "pd.DataFrame", association: Association, name: str) -> list[Estimate]:
    """The list's mean UPC in place of the patient's own; how far it can be relied on; and corrected for that."""
    model = Model(patients, association, _listed(patients), name)
    rows, calibration = per_step(model, "list_upc"), reliability(model)
    value, error = calibration.combined({"list_upc": 1.0})
    low, high = interval(value, error, calibration.clusters - 1, association.confidence)
    row = Estimate(
        **model.labels, term="reliability", scale="statistic", estimate=value, std_error=error, ci_low=low,
        ci_high=high, n_clusters=calibration.clusters,
    )  # fmt: skip
    return [*rows, row, *(corrected(model, calibration) if low > 0 else [])]


def list_level_comparison(patients: "pd.DataFrame", association: Association, name: str) -> list[Estimate]:
    """The list's mean UPC among patients of comparison practices."""
    some = of_comparison(patients)
    return per_step(Model(some, association, _listed(some), name, association.comparison), "list_upc")


def both_levels(patients: "pd.DataFrame", association: Association, name: str) -> list[Estimate]:
    """The patient's own UPC and the list's in one model.

    Among patients whose own UPC is the same, the list's ratio is that between lists over that within them: above 1, the
    association is weaker between lists, and part of it within lists is not what continuity does (Begg & Parides 2003,
    Statistics in Medicine 22:2591-2602).
    """
    model = Model(patients, association, _listed(patients).assign(upc=patients["upc"]), name)
    return [*per_step(model, "upc"), *per_step(model, "list_upc", "per_step_of_list")]


def _listed(patients: "pd.DataFrame") -> "pd.DataFrame":
    if patients["list_upc"].notna().sum() == 0:
        raise NotEstimable(ReasonCode.NO_LIST_OF_A_GP, "add `gp_id` to the table registrations")
    return held_constant(patients).assign(list_upc=patients["list_upc"])


def reliability(model: Model) -> "Fit":
    """How much of a difference between lists' means is a difference between lists: the slope of own UPC on the mean.

    A patient's own UPC measures the same list as the mean of the others does, with an error of its own, so that its
    slope on the mean, all else held constant, is the share of the mean's variance that is not chance (Rosner, Willett
    & Spiegelman 1989, Statistics in Medicine 8:1051-1069).
    """
    from analysis.estimate.models.regression import least_squares

    used = model.used
    return least_squares(used["upc"], model.design[model.complete].astype(float), used["practice_id"])


def corrected(model: Model, calibration: "Fit") -> list[Estimate]:
    """The list-level ratio that a mean without chance in it would give: the log ratio over the reliability.

    The same source gives the variance, by the delta method.
    """
    # ASSUME: the errors of the log ratio and of the reliability are independent.
    step, association = model.association.plan.step, model.association
    slope, error = model.fit.combined({"list_upc": step})
    share, share_error = calibration.combined({"list_upc": 1.0})
    value = slope / share
    std_error = ((error / share) ** 2 + (slope * share_error / share**2) ** 2) ** 0.5
    row_labels = model.labels | {"specification": "list_level_corrected", "n_clusters": calibration.clusters}
    row = ratio_row(value, std_error, calibration.clusters - 1, association.confidence, term="per_step", **row_labels)
    return [row, as_events(row)]
