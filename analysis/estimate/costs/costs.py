"""What the changes in activity cost, and what "fewer planned, more emergency" comes to.

``python -m analysis.estimate.costs.costs --help``
"""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.estimate.outcomes.admissions import POPULATION
from analysis.estimates import NET_COST, Estimate, Measures, Row, attempt, write_part
from analysis.plan.designs import Costs
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import AsJson, command, seed
from analysis.tables import read_table, union

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.costs.joint import Effects
    from analysis.estimate.numerics.fits.grid import Floats

Activities = dict[str, str]
DESIGN = {"design": "difference_in_differences", "estimator": "cost_simulation"}


def costs(
    *,
    panel: Path,
    unit_costs: Path,
    outcomes: Measures,
    costs: Annotated[Costs, AsJson],
    confidence: float,
    out: Path,
) -> None:
    """What the changes in activity cost: events per 1,000 patients a year times the price of one.

    The effects are those of the primary model, their uncertainty is joint over outcomes, and prices vary as the plan
    says; the interval is that of the draws.

    Parameters
    ----------
    panel : Path
        The practice-month panel.
    unit_costs : Path
        The prepared table of unit costs.
    outcomes : dict
        By outcome's name, the measure in the activity table; as JSON.
    costs : Costs
        What is costed, as JSON.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates, in pounds per 1,000 patients a year: one per outcome, and their sum as outcome
        ``net_cost``; again for each alternative of the plan. The baseline is what that activity cost before the start.
    """
    from analysis.estimate.costs.joint import joint_effects

    frame, lineage = read_table(panel)
    prices, priced = read_table(unit_costs)
    # Fitted once; where that is a problem, it is told of each row that it keeps from being made.
    joint = cache(partial(joint_effects, frame, list(outcomes.values())))
    rows: list[Row] = []
    for specification, other in {"primary": {}, **costs.alternatives}.items():
        own = costs.model_copy(update={"activities": {name: (costs.activities | other)[name] for name in outcomes}})
        make = partial(_rows, joint, prices, own, confidence, specification)
        rows += attempt(make, outcome=NET_COST, specification=specification, **DESIGN)
    write_part(out, rows, union(lineage, priced), __spec__)


def _rows(joint: "Callable[[], Effects]", *how: Any) -> list[Estimate]:
    return priced_rows(joint(), *how)


def priced_rows(
    joint: "Effects", prices: "pd.DataFrame", plan: Costs, confidence: float, specification: str
) -> list[Estimate]:
    """The cost of each outcome of the plan's activities, in their order, and of all together."""
    import numpy as np

    pounds = plan.uplift * np.array([price(prices, each, plan.price_year) for each in plan.activities.values()])
    values, drawn = pounds * change_in_events(joint.log_ratios, joint.expected), draws(joint, pounds, plan)
    common: dict[str, Any] = {
        "population": POPULATION, "term": "cost", "scale": "pounds", "specification": specification,
        "horizon": plan.price_year if plan.uplift == 1 else f"{plan.price_year} times {plan.uplift:g}",
        "n_obs": joint.rows, "n_units": joint.practices, "n_clusters": joint.clusters, **DESIGN,
    }  # fmt: skip
    before = pounds * joint.baselines
    parts = [
        *zip(plan.activities, values, drawn.T, before, strict=True),
        (NET_COST, values.sum(), drawn.sum(1), before.sum()),
    ]
    return [
        Estimate(outcome=name, estimate=float(value), baseline=float(level), **_spread(sample, confidence), **common)
        for name, value, sample, level in parts
    ]


def price(prices: "pd.DataFrame", activity: str, year: str) -> float:
    """Pounds for one of an activity in a price year.

    Raises
    ------
    Problem
        When no source gives it for that year, or a source gives a range only.
    """
    mend = "correct `costs` in the study file; data/raw/published/unit_costs.csv has the activities and their years"
    every_year = prices[prices["activity"] == activity]
    rows = every_year[every_year["price_year"] == year]
    if rows.empty:
        if every_year.empty:
            raise NotEstimable(ReasonCode.UNIT_COST_UNKNOWN, mend, activity=activity, year=year)
        years = sorted(every_year["price_year"])
        raise NotEstimable(ReasonCode.UNIT_COST_OF_OTHER_YEARS, mend, activity=activity, year=year, years=years)
    row = rows.iloc[0]
    if row["high_gbp"] == row["high_gbp"]:
        raise NotEstimable(ReasonCode.UNIT_COST_IS_A_RANGE, mend, activity=activity, year=year)
    return float(row["value_gbp"])


def change_in_events(log_ratios: "Floats", expected: "Floats") -> "Floats":
    """Events per 1,000 patients a year more than were to be expected without the pilots."""
    import numpy as np

    return np.asarray(expected * np.expm1(log_ratios))


def draws(joint: "Effects", pounds: "Floats", plan: Costs) -> "Floats":
    """Costs of each outcome over draws: (draws, outcomes).

    Effects are drawn together from a multivariate t with clusters - 1 degrees of freedom, prices from gamma
    distributions with the plan's coefficient of variation (Briggs, Claxton & Sculpher 2006, Decision Modelling for
    Health Economic Evaluation, chapter 4).
    """
    import numpy as np

    # ASSUME: one more or fewer admission costs what the average one does, so that a saving here is activity not needed
    # and no money set free; prices are independent of each other and of the effects.
    random, df = np.random.default_rng(seed("estimate.costs")), joint.clusters - 1
    normal = random.multivariate_normal(np.zeros(len(pounds)), joint.covariance, plan.draws, method="eigh")
    ratios = joint.log_ratios + normal * np.sqrt(df / random.chisquare(df, (plan.draws, 1)))
    shape = plan.variation**-2 if plan.variation else 0.0
    priced = random.gamma(shape, pounds / shape, (plan.draws, len(pounds))) if plan.variation else pounds
    return np.asarray(priced * change_in_events(ratios, joint.expected))


def _spread(sample: "Floats", confidence: float) -> dict[str, Any]:
    """Standard deviation, percentile interval, and the p-value that the share of draws on the other side of 0 gives."""
    import numpy as np

    low, high = np.quantile(sample, [(1 - confidence) / 2, (1 + confidence) / 2])
    tail = 1 + min(np.sum(sample <= 0), np.sum(sample >= 0))
    p_value = min(1.0, 2 * float(tail) / (1 + len(sample)))
    return {"std_error": float(sample.std(ddof=1)), "ci_low": float(low), "ci_high": float(high), "p_value": p_value}


if __name__ == "__main__":
    command(costs)
