"""The prepared tables as they may be told, one function for each table that a paper reads."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.assess.disclosure.event_counts import EventCounts
from analysis.disclosure import HIDDEN, POLICY, Policy

if TYPE_CHECKING:
    import pandas as pd

GROUPS = (("pilot", True), ("comparison", False))
# Covariates of the matched cohort that are counts or shares of persons; the others are measurements.
COUNTED = ("sex", "conditions", "emergency_recent", "emergency_earlier", "elective", "outpatient")


def quality(table: "pd.DataFrame", policy: Policy = POLICY) -> "pd.DataFrame":
    """Events and answers rounded; the share of cells without an event told as exactly as their number allows."""
    rows = table.astype({"total": float, "zero_share": float}).copy()
    for at, row in rows.iterrows():
        cells = row["cells_expected"] - row["cells_missing"]
        zero = policy.level(1 - row["zero_share"], round((1 - row["zero_share"]) * cells)) if cells else HIDDEN
        rows.loc[at, ["total", "zero_share"]] = [policy.count(row["total"]), 1 - zero]
    return rows


def balance(table: "pd.DataFrame", events: EventCounts, policy: Policy = POLICY) -> "pd.DataFrame":
    """Means over practices; of rates the difference and the ratio follow from what is shown."""
    return _by_row(table, lambda row: _practice_row(row, events, policy))


def _practice_row(row: dict[str, Any], events: EventCounts, policy: Policy) -> dict[str, Any]:
    counted = [events.before.get((row["series"], pilot)) for _, pilot in GROUPS]
    names = ("mean", "sd")
    if None in counted:
        kept = {f"{group}_{name}": policy.statistic(row[f"{group}_{name}"]) for group, _ in GROUPS for name in names}
    else:
        kept = {
            f"{group}_{name}": policy.level(row[f"{group}_{name}"], count or 0.0)
            for (group, _), count in zip(GROUPS, counted, strict=True)
            for name in names
        }
    first, other = kept["pilot_sd"], kept["comparison_sd"]
    spread = ((first**2 + other**2) / 2) ** 0.5
    apart = (kept["pilot_mean"] - kept["comparison_mean"]) / spread if spread else HIDDEN
    return row | kept | {
        "standardised_difference": apart, "variance_ratio": first**2 / other**2 if other else HIDDEN,
    }  # fmt: skip


def matched_balance(table: "pd.DataFrame", numbers: Mapping[str, Any], policy: Policy = POLICY) -> "pd.DataFrame":
    """Means of cases and comparison patients, where enough persons stand behind them.

    Parameters
    ----------
    table : DataFrame
        One row per covariate and stage.
    numbers : mapping
        The exact counts of the matching.
    policy : Policy
        The rule.
    """
    people = {
        "before": (numbers["cases_followed"], numbers["candidates_at_risk"]),
        # Controls have weights that add up to one for each case, so their mean is that of so many persons.
        "after": (numbers["cases_matched"], min(numbers["cases_matched"], numbers["controls_matched"])),
    }
    return _by_row(table, lambda row: _covariate_row(row, people[row["stage"]], policy))


def _covariate_row(row: dict[str, Any], people: tuple[int, int], policy: Policy) -> dict[str, Any]:
    means = [_mean(row[f"{group}_mean"], row["covariate"] in COUNTED, count, policy) for group, count in
             zip(("cases", "controls"), people, strict=True)]  # fmt: skip
    hidden = any(mean != mean for mean in means)
    # With few persons a second decimal of a difference between two shares is a difference between two counts.
    places = 2 if min(people) >= 100 else 1
    apart, ratio = (
        HIDDEN if hidden else round(row[name], places) for name in ("standardised_difference", "variance_ratio")
    )
    shown = [HIDDEN if hidden else mean for mean in means]
    return row | {
        "cases_mean": shown[0], "controls_mean": shown[1], "standardised_difference": apart, "variance_ratio": ratio,
    }  # fmt: skip


def _mean(mean: float, counted: bool, people: int, policy: Policy) -> float:
    """The mean of a covariate over some persons."""
    if people < policy.fewest:
        return HIDDEN
    if not counted:
        return policy.statistic(mean)
    # A share close to one tells how many are without, as one close to nought tells how many are with.
    if 0 <= mean <= 1 and policy.small(max(0.0, people - mean * people)):
        return HIDDEN
    return policy.level(mean, mean * people)


def distribution(table: "pd.DataFrame", policy: Policy = POLICY) -> "pd.DataFrame":
    """Patients by bin of their index: each count by itself, as no total stands beside them."""
    return table.assign(patients=[policy.count(count) for count in table["patients"]])


def fewest_contacts(table: "pd.DataFrame", policy: Policy = POLICY) -> "pd.DataFrame":
    """What each minimum of contacts drops: patients add up, shares follow from their counts."""
    return _by_row(table, lambda row: _minimum_row(row, policy))


def _minimum_row(row: dict[str, Any], policy: Policy) -> dict[str, Any]:
    shown, total = policy.parts({"kept": row["kept"], "dropped": row["dropped"]})
    share = policy.share(row["dropped"], row["patients"]) if row["dropped"] else 0.0
    contacts = policy.level(row["share_contacts_dropped"], row["dropped"]) if row["dropped"] else 0.0
    return row | shown | {"patients": total, "share_patients_dropped": share, "share_contacts_dropped": contacts}


def _by_row(table: "pd.DataFrame", told: Any) -> "pd.DataFrame":
    import pandas as pd

    rows = [told({str(name): value for name, value in row.items()}) for row in table.to_dict("records")]
    return pd.DataFrame(rows, columns=table.columns)
