"""Continuity month by month: contacts with the usual, or the registered, clinician, and the event study of the former.

The usual clinician of a contact is the one whom the patient saw most in the twelve months before it. After a lasting
change that clinician may be a new one, so an effect on this share can fade within a year though continuity does not
come back; the share with the registered GP does not move by itself.
"""

from functools import partial
from typing import TYPE_CHECKING

from analysis.estimate.continuity.composition import Subject
from analysis.estimate.continuity.continuity import share_labels
from analysis.estimate.models import weighted_fixed_effects
from analysis.estimate.outcomes.event_study import period_terms, pre_trend_row, reached, sites
from analysis.estimates import Estimate, Row, attempt
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd

# By specification, the contacts that are counted, and those that they are counted out of.
MONTHLY = {
    "usual_by_month": ("with_usual", "of_known"),
    "registered_by_month": ("with_registered", "of_listed"),
}
FOLLOWED = "usual_by_month"
DESIGN = "event_study"


def effects_by_month(months: "pd.DataFrame", subject: Subject, *, registered: bool = True) -> list[Row]:
    """The effect on each monthly share, weighted by contacts; that with the registered GP where it is asked."""
    wanted = [name for name in MONTHLY if registered or name != "registered_by_month"]
    return [row for name in wanted for row in subject.attempted(name, partial(_monthly, months, name, subject))]


def month_rows(months: "pd.DataFrame", specification: str) -> "pd.DataFrame":
    """The months in which a share is known, with its contacts (`responses`).

    Raises
    ------
    Problem
        When it is known in no month.
    """
    part, whole = MONTHLY[specification]
    rows = months[months[whole] > 0]
    if rows.empty:
        raise NotEstimable(
            ReasonCode.SHARE_KNOWN_IN_NO_MONTH,
            "add registrations with each patient's GP, or contacts from a year before the months of the study",
            whole=whole,
            part=part,
        )
    return rows.assign(value=rows[part] / rows[whole], responses=rows[whole]).reset_index(drop=True)


def _monthly(months: "pd.DataFrame", specification: str, subject: Subject) -> Estimate:
    return subject.effect(month_rows(months, specification), time="month")


def monthly_event_study(months: "pd.DataFrame", bin_months: int, subject: Subject) -> list[Row]:
    """The share with the usual clinician, period by period around the start, and the joint test of those before it.

    The periods, their reference and the test are those of :mod:`analysis.estimate.outcomes.event_study`.
    """
    labels = {"outcome": subject.name, "design": DESIGN, "estimator": "weighted_least_squares"}
    return attempt(
        lambda: _periods(month_rows(months, FOLLOWED), bin_months, subject), **labels, specification=FOLLOWED
    )


def _periods(rows: "pd.DataFrame", bin_months: int, subject: Subject) -> list[Row]:
    covariates, terms = period_terms(rows, bin_months)
    model = weighted_fixed_effects.fit(rows, covariates, "month").model
    labels = share_labels(rows, subject.name, subject.population) | {"design": DESIGN, "specification": FOLLOWED}
    del labels["term"]
    whose = reached(rows, bin_months)
    periods = [
        weighted_fixed_effects.in_points(
            model,
            place,
            subject.confidence,
            **labels | {"treated_clusters": whose[term]},
            term="period",
            horizon=str(term),
        )
        for place, term in enumerate(terms)
    ]
    shared = labels | {"n_clusters": model.clusters}
    named = {key: shared[key] for key in ("outcome", "design", "estimator", "specification")}
    test = attempt(
        lambda: [pre_trend_row(model, terms, sites(rows), shared)], **named, subgroup="joint test before the start"
    )
    return [*periods, *test]
