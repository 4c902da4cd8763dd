"""Is one measure related to another across practices? The model of the questions of kind ``gradient``."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from analysis.estimate.models.group_means import group_means
from analysis.estimate.models.regression import Fit, least_squares, poisson, quasi_poisson
from analysis.estimate.models.splines import spline_rows
from analysis.estimates import Estimate, Row, Scale, attempt
from analysis.plan.practices import Gradient

if TYPE_CHECKING:
    import pandas as pd

QUARTERS, MOST_BINS, BIN_SIZE, FITTED = 4, 20, 20, 9


def gradient(frame: "pd.DataFrame", name: str, question: Gradient, confidence: float) -> list[Row]:
    """The slope of the outcome on the exposure, with and without the measures held constant, and group means.

    A share is explained by least squares and a count by Poisson regression with its base as offset; every practice
    counts the same; standard errors are clustered.

    Parameters
    ----------
    frame : DataFrame
        By practice: `outcome`, `base`, `exposure`, `cluster_id` and the measures held constant.
    name : str
        The question's name in the study.
    question : Gradient
        Its plan.
    confidence : float
        Confidence level of the intervals.

    Returns
    -------
    list of Estimate or NotEstimated
        ``slope`` by specification (`adjusted`, `unadjusted`, and `unclustered` for comparison), ``per_doubling`` where
        the exposure is logged, ``fitted`` values, ``mean`` of each quarter and ``bin`` of the exposure; the
        ``correlation`` of a share or the ``dispersion`` of a count; where the question asks for knots, the
        ``fitted`` values of the `spline` and its ``nonlinearity``.
    """
    labels: dict[str, Any] = {
        "outcome": name, "population": "general practices", "design": "cross_section", "n_obs": len(frame),
        "estimator": "poisson" if question.family == "count" else "least_squares", "n_units": len(frame),
    }  # fmt: skip
    rows: list[Row] = []
    for each in specifications(question):
        rows += _slopes(frame, question, each, confidence, labels)
    rows += _unclustered(frame, question, confidence, labels) + _fitted(frame, question, confidence, labels)
    rows += _spline(frame, question, question.knots, confidence, labels) if question.knots else []
    groups = {"mean": QUARTERS, "bin": max(QUARTERS, min(MOST_BINS, len(frame) // BIN_SIZE))}
    for term, number in groups.items():
        rows += group_means(frame["exposure"], number, partial(_fit, frame, question), confidence, term=term, **labels)
    return rows + _correlation(frame, question, labels)


def specifications(question: Gradient) -> list[str]:
    """The models, the one that answers the question first."""
    return ["adjusted", "unadjusted"] if question.adjust else ["unadjusted"]


def exposure(frame: "pd.DataFrame", question: Gradient) -> "pd.Series[float]":
    """The exposure in the unit that the slope is told for."""
    import numpy as np

    return np.log(frame["exposure"]) if question.log_exposure else frame["exposure"] / question.step


def _design(frame: "pd.DataFrame", question: Gradient, specification: str) -> "pd.DataFrame":
    held = frame[_held(question) if specification == "adjusted" else []]
    # ASSUME: the measures held constant act in straight lines, on the scale of points or of log rates.
    return held.assign(constant=1.0, slope=exposure(frame, question)).astype(float)


def _held(question: Gradient) -> list[str]:
    return [f"{each.measure}_{each.year}" for each in question.adjust]


def _fit(frame: "pd.DataFrame", question: Gradient, design: "pd.DataFrame") -> Fit:
    cluster = frame["cluster_id"]
    if question.family == "count":
        return poisson(frame["outcome"], frame["base"], design, cluster)
    return least_squares(frame["outcome"], design, cluster)


def _scale(question: Gradient) -> Scale:
    return "ratio" if question.family == "count" else "points"


def _slopes(
    frame: "pd.DataFrame", question: Gradient, specification: str, confidence: float, labels: dict[str, Any]
) -> list[Estimate]:
    import math

    fit = _fit(frame, question, _design(frame, question, specification))
    steps = {"slope": 1.0} | ({"per_doubling": math.log(2)} if question.log_exposure else {})
    return [
        fit.row({"slope": size}, confidence, _scale(question), term=term, specification=specification, **labels)
        for term, size in steps.items()
    ]


def _unclustered(
    frame: "pd.DataFrame", question: Gradient, confidence: float, labels: dict[str, Any]
) -> list[Estimate]:
    """The slope as if practices had nothing in common with their neighbours; for a count, its dispersion."""
    design = _design(frame, question, specifications(question)[0])
    row_labels: dict[str, Any] = {"specification": "unclustered", **labels}
    if question.family == "count":
        fit, dispersion = quasi_poisson(frame["outcome"], frame["base"], design)
        more = [Estimate(term="dispersion", scale="statistic", estimate=dispersion, **row_labels)]
    else:
        fit, more = least_squares(frame["outcome"], design, frame["practice_id"]), []
    return [
        replace(fit.row({"slope": 1.0}, confidence, _scale(question), term="slope", **row_labels), n_clusters=0),
        *more,
    ]


def _fitted(frame: "pd.DataFrame", question: Gradient, confidence: float, labels: dict[str, Any]) -> list[Estimate]:
    """What the model expects at points along the exposure, the measures held constant at their means."""
    import numpy as np

    specification = specifications(question)[0]
    design = _design(frame, question, specification)
    fit, means = _fit(frame, question, design), design.mean().to_dict()
    low, high = np.quantile(design["slope"], [0.01, 0.99])
    return [
        fit.row(
            means | {"slope": place}, confidence, "level", term="fitted", specification=specification,
            horizon=_unscaled(place, question), **labels,
        )
        for place in np.linspace(low, high, FITTED)
    ]  # fmt: skip


def _unscaled(place: float, question: Gradient) -> str:
    """The exposure in its own unit."""
    import math

    return f"{math.exp(place) if question.log_exposure else place * question.step:.6g}"


def _spline(
    frame: "pd.DataFrame", question: Gradient, knots: int, confidence: float, labels: dict[str, Any]
) -> list[Row]:
    """The curve that stands in for the straight line, with the same measures held constant."""
    held, row_labels = frame[_held(question)].astype(float), {"specification": "spline", **labels}
    fit, named = partial(_fit, frame, question), partial(_unscaled, question=question)
    named_by = {key: row_labels[key] for key in ("outcome", "design", "estimator", "specification")}
    return attempt(
        lambda: spline_rows(exposure(frame, question), held, knots, fit, confidence, named, row_labels), **named_by
    )


def _correlation(frame: "pd.DataFrame", question: Gradient, labels: dict[str, Any]) -> list[Estimate]:
    if question.family == "count":
        return []
    value = float(exposure(frame, question).corr(frame["outcome"]))
    return [Estimate(term="correlation", scale="statistic", estimate=value, specification="unadjusted", **labels)]
