"""The models of a matched cohort: whether use changed more for the cases, and whether as many of them died."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.estimate.models.effect import PER, Rates, difference_row, estimates_of, ratio_row
from analysis.estimates import Estimate
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.estimate.numerics.fits.grid import Codes, Floats, Panel

POPULATION = "patients of the intervention, matched"
DESIGN = "matched_cohort"


@dataclass(frozen=True)
class People:
    """Cases and comparison patients, one row each.

    Attributes
    ----------
    frame : DataFrame
        `months_after`, `died`, and by measure the events before and after.
    case : (n,) bool
        Whether the row is a case.
    weight : (n,) float
        Weights; those of cases are one.
    cluster : (n,) int
        Codes from 0; errors are independent between clusters only.
    follow_up : int
        Months compared before and, unless the patient died, after.
    """

    frame: "pd.DataFrame"
    case: "np.ndarray"
    weight: "Floats"
    cluster: "Codes"
    follow_up: int

    def labels(self, outcome: str, estimator: str, horizon: str = "after", term: str = "effect") -> dict[str, Any]:
        """What a row of the table of estimates says of where it comes from; a person in several months is one unit."""
        return {
            "outcome": outcome, "population": POPULATION, "design": DESIGN, "estimator": estimator, "term": term,
            "horizon": horizon, "n_units": self.frame["patient_id"].nunique(),
            "n_clusters": int(self.cluster.max()) + 1,
        }  # fmt: skip


def change(people: People, measure: str, confidence: float, labels: dict[str, Any]) -> list[Estimate]:
    """How much more the cases' rate changed: a ratio, and events per 1,000 patients a year.

    Poisson with an effect for every patient and for the period after, and the months at risk as offset; a patient's
    weight multiplies both counts, which for this model is the same as a weight. The sandwich sums over clusters; only
    those count in which somebody had an event, because the others say nothing of a change.

    Raises
    ------
    Problem
        When the data do not have the measure, or nobody had an event in one of the groups or periods.
    """
    from analysis.estimate.models.models import fitted

    count, months = _counts(people, measure), _months(people)
    _check(people, count, measure)
    model = fitted("poisson_fixed_effects", _panel(people, count * people.weight, months))
    before, after = (PER * count[:, people.case].sum(axis=1) / months[:, people.case].sum(axis=1)).tolist()
    return estimates_of(model, 0, Rates(before, after), confidence, **labels, n_obs=count.size)


def alone(people: People, measure: str, labels: dict[str, Any]) -> list[Estimate]:
    """Each group's own change, which no comparison stands behind: how far cases get better by themselves."""
    import numpy as np

    rates = _counts(people, measure) * people.weight, _months(people) * people.weight
    rows = []
    for subgroup, members in (("cases", people.case), ("controls", ~people.case)):
        before, after = np.divide(*(each[:, members].sum(axis=1) for each in rates)).tolist()
        rows.append(
            Estimate(**labels, subgroup=subgroup, scale="ratio", estimate=after / before, baseline=PER * before)
        )
    return rows


def _panel(people: People, count: "Floats", months: "Floats") -> "Panel":
    """Two rows for each patient who had any event: the others say nothing of a change."""
    import numpy as np

    from analysis.estimate.numerics.fits.grid import Panel

    some = count.sum(axis=0) > 0
    unit, after = np.tile(np.arange(some.sum()), 2), np.repeat([0, 1], some.sum())
    cluster = np.unique(people.cluster[some], return_inverse=True)[1]
    both = (np.tile(people.case[some], 2) * after).astype(float)
    return Panel(count[:, some].ravel(), months[:, some].ravel(), unit, after, np.tile(cluster, 2), both[:, None])


def _counts(people: People, measure: str) -> "Floats":
    import numpy as np

    columns = [f"{measure}_before", f"{measure}_after"]
    if not set(columns) <= set(people.frame):
        raise NotEstimable(
            ReasonCode.RECORDS_LACK_MEASURE,
            "add the table that it is counted from, or leave matched_cohort out of the outcome's designs",
            measure=measure,
        )
    return np.asarray(people.frame[columns].to_numpy(float).T)


def _months(people: People) -> "Floats":
    import numpy as np

    return np.stack([np.full(len(people.frame), float(people.follow_up)), people.frame["months_after"].to_numpy(float)])


def _check(people: People, count: "Floats", measure: str) -> None:
    events = {
        ReasonCode[f"NO_EVENT_{group}_{when}"]: each[members].sum()
        for group, members in (("CASES", people.case), ("CONTROLS", ~people.case))
        for when, each in zip(("BEFORE", "AFTER"), count, strict=True)
    }
    if empty := [reason for reason, number in events.items() if number == 0]:
        raise NotEstimable(empty[0], "leave matched_cohort out of the outcome's designs", measure=measure)


def deaths(people: People, confidence: float, labels: dict[str, Any]) -> list[Estimate]:
    """The risk of death in the months after, cases over controls: a check that they were alike.

    As a ratio, and as a difference in percentage points.

    Raises
    ------
    Problem
        When nobody died in one of the groups.
    """
    import numpy as np

    died, groups = people.frame["died"].to_numpy(float), (people.case, ~people.case)
    risks = [float(np.average(died[group], weights=people.weight[group])) for group in groups]
    if min(risks) == 0:
        raise NotEstimable(ReasonCode.NOBODY_DIED, "follow patients for longer")
    # The log ratio is a difference of two logs of means; its variance comes from each cluster's part in them.
    parts = [
        group * people.weight * (died - risk) / (people.weight[group].sum() * risk)
        for group, risk in zip(groups, risks, strict=True)
    ]
    labels = labels | {"n_obs": len(died)}
    log_ratio, spread = float(np.log(risks[0] / risks[1])), _clustered(people, parts[0] - parts[1])
    ratio = ratio_row(log_ratio, *spread, confidence, **labels)
    spread = _clustered(people, 100 * (risks[0] * parts[0] - risks[1] * parts[1]))
    return [ratio, difference_row(100 * (risks[0] - risks[1]), *spread, confidence, scale="points", **labels)]


def _clustered(people: People, parts: "Floats") -> tuple[float, int]:
    """The standard error of a sum whose parts go together within clusters, and its degrees of freedom."""
    import numpy as np

    sums = np.bincount(people.cluster, parts)
    return float((len(sums) / (len(sums) - 1) * (sums**2).sum()) ** 0.5), len(sums) - 1
