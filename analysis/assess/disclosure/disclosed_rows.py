"""The table of estimates as it may be told: persons rounded, rows on too few of them withheld, no exact fraction."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.assess.disclosure.event_counts import EventCounts
from analysis.disclosure import HIDDEN, POLICY, Policy
from analysis.estimates import NET_COST, Measures
from analysis.reason_codes import ReasonCode

if TYPE_CHECKING:
    import pandas as pd

# Which counts of the table of estimates are persons, by design. Practices, sites, areas, months and published studies
# are not, and stay exact; a design that is not named here counts persons in every column.
PERSONS: dict[str, tuple[str, ...]] = {
    "matched_cohort": ("n_obs", "n_units", "n_clusters"),
    "continuity_admissions": ("n_obs", "n_units"),
    "continuity_by_site": ("n_obs",),
    "continuity_gaps": ("n_obs",),
    "contacts_per_patient": (),
    "difference_in_differences": (),
    "event_study": (),
    "staggered": (),
    "synthetic_control": (),
    "interrupted_time_series": (),
    "mediation": (),
    "practice_growth": (),
    "practice_size": (),
    "synthesis": (),
    "cross_section": (),
    "trend": (),
    "inequality": (),
    "growth": (),
}
COUNTS = ("n_obs", "n_units", "n_clusters")
# Statistics of a row, which all move with its estimate.
SPREAD = ("estimate", "std_error", "ci_low", "ci_high")
# Rates that a ratio is told beside.
LEVELS = ("baseline", "expected")
# Scales on which a row is a rate in events, or its baseline times something: fractions of a count.
IN_EVENTS = ("difference", "pounds", "level", "rate")


@dataclass(frozen=True)
class Rows:
    """How rows of the table of estimates are told.

    Attributes
    ----------
    events : EventCounts
        The events behind each measure.
    measures : dict
        By outcome, its measure in the activity table.
    persons : tuple of str
        Outcomes of contacts, whose observations are patients under every design.
    policy : Policy
        The rule.
    """

    events: EventCounts
    measures: Measures
    persons: tuple[str, ...] = field(default=())
    policy: Policy = POLICY

    def counted(self, row: dict[str, Any]) -> tuple[str, ...]:
        """Which of a row's counts are persons."""
        columns = PERSONS.get(row["design"], COUNTS)
        if row["design"] == "matched_cohort" and row["horizon"] == "site_clusters":
            return columns[:2]
        return columns or (("n_obs",) if row["outcome"] in self.persons else ())

    def behind(self, row: dict[str, Any]) -> float | None:
        """The events that a row stands on; None where it stands on something else, such as answers to a survey."""
        outcome, events = row["outcome"], self.events
        measure = self.measures.get(outcome, outcome)
        if row["design"] == "matched_cohort":
            return events.cohort.get(measure)
        whole = row["subgroup"] == "all" and row["specification"] == "primary" and row["term"] != "period"
        counts = events.together if whole else events.least
        if outcome == NET_COST:
            return min((counts[each] for each in self.measures.values() if each in counts), default=None)
        return counts.get(measure)

    def refused(self, row: dict[str, Any]) -> ReasonCode | None:
        """Why a row is withheld; None where it may be told."""
        counts = [row[name] for name in self.counted(row) if row[name]]
        if any(count < self.policy.fewest for count in counts):
            return ReasonCode.FEW_PERSONS
        events = self.behind(row)
        return ReasonCode.FEW_EVENTS if events is not None and self.policy.small(events) else None

    def disclosed(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row that is not withheld, as it may be told."""
        policy, events = self.policy, self.behind(row)
        shown: dict[str, Any] = {name: int(policy.count(row[name])) for name in self.counted(row)}
        shown |= {name: policy.statistic(row[name]) for name in (*SPREAD, "p_value", "p_adjusted", *LEVELS)}
        if events:
            shown |= {name: policy.level(row[name], events) for name in LEVELS}
        if events and row["scale"] in IN_EVENTS and row["estimate"]:
            step = policy.step(row["estimate"], events)
            shown |= {name: policy.to_step(row[name], step) if row[name] == row[name] else HIDDEN for name in SPREAD}
        return row | shown


def disclosed_rows(
    table: "pd.DataFrame", protected: "pd.Series[bool]", rows: Rows
) -> "tuple[pd.DataFrame, list[dict[str, str]]]":
    """The table of estimates with protected rows as they may be told.

    Parameters
    ----------
    table : DataFrame
        The exact table.
    protected : Series of bool
        Whether any data set behind a row holds protected persons.
    rows : Rows
        How they are told.

    Returns
    -------
    DataFrame
        The rows that are not withheld.
    list of dict
        What is withheld, as rows of what could not be estimated.
    """
    import pandas as pd

    kept, withheld = [], []
    for row, guarded in zip(table.to_dict("records"), protected, strict=True):
        values: dict[str, Any] = {str(name): value for name, value in row.items()}
        if guarded and (why := rows.refused(values)):
            withheld.append({name: values[name] for name in LABELS} | {"reason": why, "reason_values": NO_VALUES})
        else:
            kept.append(rows.disclosed(values) if guarded else values)
    shown = pd.DataFrame(kept, columns=table.columns).astype(table.dtypes.to_dict())
    return shown, [dict(each) for each in {tuple(sorted(row.items())) for row in withheld}]


LABELS = ("outcome", "design", "estimator", "specification", "subgroup", "step", "data_digest")
NO_VALUES = "{}"
