"""Did the intervention change its patients' hospital use? Difference-in-differences in a matched cohort.

``python -m analysis.estimate.matched_cohort.matched_cohort --help``
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from analysis.estimate.matched_cohort.cohort_models import DESIGN, People, alone, change, deaths
from analysis.estimates import Estimate, Measures, NotEstimated, Row, attempt, settled, write_part
from analysis.plan.clusters import too_few
from analysis.plan.designs import MatchedCohort
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import AsJson, Paths, command, read_json
from analysis.tables import lineage_from, read_table

if TYPE_CHECKING:
    import pandas as pd


def matched_cohort(
    *,
    receipt: Path,
    outcomes: Measures,
    settings: Annotated[MatchedCohort, AsJson],
    confidence: float,
    out: Path,
    matched: Paths = (),
    cohort: Paths = (),
) -> None:
    """Estimate the change in each outcome for the patients of the intervention beyond that of their controls.

    Standard errors are clustered by matched set, because controls were chosen for their case. A second row clusters
    by the case's site: what moves a whole site in these months is no chance of single patients. Over fewer than three
    sites it cannot be told, and that row has no interval. Entropy balancing weights all candidates of a month's risk
    set in place of choosing some; a patient who is in several months' sets is one cluster. Weights are taken as known.
    The risk of death, cases over controls, is a check of comparability and not an outcome of the plan.

    Parameters
    ----------
    receipt : Path
        What the pull stage vouched for.
    outcomes : dict
        By outcome's name, the measure; as JSON.
    settings : MatchedCohort
        The settings of the design, as JSON.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates.
    matched, cohort : tuple of Path
        What :mod:`analysis.estimate.matched_cohort.matching` and :mod:`analysis.prepare.matched_cohort.cohort` wrote;
        none where the data have no patients, which one row per outcome then tells.
    """
    lineage = lineage_from(read_json(receipt)["lineage"])
    rows: list[Row] = [NotEstimated(outcome=name, design=DESIGN, reason=ReasonCode.NO_COHORT) for name in outcomes]
    if matched and cohort:
        rows = from_matches(read_table(matched[0])[0], outcomes, settings.follow_up_months, confidence)
        rows += from_weights(read_table(cohort[0])[0], outcomes, settings.follow_up_months, confidence)
    write_part(out, rows, lineage, __spec__)


def from_matches(matched: "pd.DataFrame", outcomes: Measures, follow_up: int, confidence: float) -> list[Row]:
    """Rows of the matched cohort: by outcome, by matched set and by site; and deaths."""
    estimator = "poisson_matched"
    sets = people_of(matched, matched["set_id"], follow_up)
    site = matched["set_id"].map(matched[matched["role"] == "case"].set_index("set_id")["site_id"])
    sites = people_of(matched, site, follow_up)

    def rows_of(name: str, measure: str) -> list[Estimate]:
        ratio, events = change(sets, measure, confidence, sets.labels(name, estimator))
        return [
            ratio,
            events,
            with_site_errors(ratio, sites, measure, confidence),
            *alone(sets, measure, sets.labels(name, estimator, term="before_after")),
        ]

    return _attempted(rows_of, sets, outcomes, estimator, confidence)


def with_site_errors(ratio: Estimate, sites: People, measure: str, confidence: float) -> Estimate:
    """The same ratio with an interval clustered by site, or without any where there are too few sites for one.

    Parameters
    ----------
    ratio : Estimate
        The row by matched set.
    sites : People
        The same persons; their clusters are the sites of the cases.
    measure : str
        What is counted.
    confidence : float
        Confidence level of the interval.
    """
    labels = sites.labels(ratio.outcome, ratio.estimator, "site_clusters", "inference")
    labels["treated_clusters"] = labels["n_clusters"]
    if too_few(labels["treated_clusters"], 0):
        return settled(replace(ratio, **labels))
    return change(sites, measure, confidence, labels)[0]


def from_weights(cohort: "pd.DataFrame", outcomes: Measures, follow_up: int, confidence: float) -> list[Row]:
    """Rows of entropy balancing: every outcome, and deaths."""
    estimator = "entropy_balancing"
    try:
        rows = weighted(cohort)
    except NotEstimable as error:
        labels = {"design": DESIGN, "estimator": estimator}
        return [NotEstimated.of(error.why, outcome=name, **labels) for name in (*outcomes, "mortality")]
    people = people_of(rows, rows["patient_id"], follow_up)

    def rows_of(name: str, measure: str) -> list[Estimate]:
        return change(people, measure, confidence, people.labels(name, estimator))

    return _attempted(rows_of, people, outcomes, estimator, confidence)


def _attempted(
    rows_of: Callable[[str, str], list[Estimate]], people: People, outcomes: Measures, estimator: str, confidence: float
) -> list[Row]:
    """Each outcome's rows and those of deaths; what cannot be estimated says why, and the others go on."""
    labels, rows = {"design": DESIGN, "estimator": estimator}, list[Row]()
    for name, measure in outcomes.items():
        rows += attempt(partial(rows_of, name, measure), outcome=name, **labels)
    last = partial(deaths, people, confidence, people.labels("mortality", estimator))
    return rows + attempt(last, outcome="mortality", **labels)


def people_of(rows: "pd.DataFrame", cluster: "pd.Series", follow_up: int) -> People:
    """The rows as the models take them."""
    import pandas as pd

    case = (rows["role"] == "case").to_numpy()
    return People(rows, case, rows["weight"].to_numpy(float), pd.factorize(cluster)[0], follow_up)


def weighted(cohort: "pd.DataFrame") -> "pd.DataFrame":
    """All cases with weight 1, and the candidates of each month's risk set weighted to the means of its cases.

    Balanced are what predicts risk, the predicted risk itself, and the squares of both, month by month.
    """
    import numpy as np

    from analysis.estimate.matched_cohort.matching import score
    from analysis.estimate.numerics.weights.entropy import balancing_weights, moments
    from analysis.estimate.numerics.weights.risk_score import covariates

    rows = score(cohort)
    case = (rows["role"] == "case").to_numpy()
    values = moments(covariates(rows).assign(risk=rows["risk"]).to_numpy(float))
    weight, month = case.astype(float), rows["month"].to_numpy()
    for each in np.unique(month[case]):
        pool, members = ~case & (month == each), case & (month == each)
        weight[pool] = members.sum() * balancing_weights(values[pool], values[members].mean(axis=0))
    return rows.assign(weight=weight)


if __name__ == "__main__":
    command(matched_cohort)
