"""Which rows of the panel a check looks at: other months, other comparison practices, other starts, fewer sites."""

from typing import TYPE_CHECKING

from analysis.plan.sensitivity import Comparison
from analysis.plan.terms import Period
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd


def sides(rows: "pd.DataFrame") -> dict[str, int]:
    """The columns of an estimate that tell how many clusters the intervention reaches, and how many it does not."""
    pilot = rows["pilot"].astype(bool)
    reached = rows.loc[rows["after"].astype(bool), "cluster_id"].nunique()
    return {"treated_clusters": int(reached), "comparison_clusters": int(rows.loc[~pilot, "cluster_id"].nunique())}


def within(rows: "pd.DataFrame", months: Period) -> "pd.DataFrame":
    """The rows of some months."""
    reasons = ReasonCode.NO_COMPARISON_IN_MONTHS, ReasonCode.NO_PILOT_IN_MONTHS
    some = rows[rows["month"].between(months.first, months.last)]
    return _usable(some, reasons, first=months.first, last=months.last)


def with_comparison_group(rows: "pd.DataFrame", comparison: Comparison) -> "pd.DataFrame":
    """Pilot practices with all comparison practices, or with those of regions that hold a pilot practice or none."""
    if comparison == "all":
        return rows
    shared = rows["region"].isin(set(rows.loc[rows["pilot"], "region"]))
    reasons = ReasonCode.NO_COMPARISON_IN_REGIONS, ReasonCode.NO_PILOT_IN_REGIONS
    return _usable(rows[rows["pilot"] | (shared == (comparison == "same_regions"))], reasons)


def washed_out(rows: "pd.DataFrame", months: int) -> "pd.DataFrame":
    """The rows without each site's first months from its start on, when the intervention was only being set up."""
    reasons = ReasonCode.NO_COMPARISON_WASHED_OUT, ReasonCode.NO_PILOT_WASHED_OUT
    return _usable(rows[~rows["event_time"].between(0, months - 1)], reasons, months=months)


def placebo(rows: "pd.DataFrame", months_early: int) -> "pd.DataFrame":
    """The rows before each site's real start, with a start that never was so many months earlier.

    Comparison practices keep the months in which some site had not started.
    """
    last = rows.loc[rows["event_time"] < 0, "month"].max()
    before = rows[(rows["event_time"] < 0) | (~rows["pilot"] & (rows["month"] <= last))]
    moved = before.assign(after=before["event_time"] >= -months_early)
    reasons = ReasonCode.NO_COMPARISON_AT_PLACEBO, ReasonCode.NO_PILOT_AT_PLACEBO
    return _usable(moved, reasons, months=months_early)


def without(rows: "pd.DataFrame", site: str) -> "pd.DataFrame":
    """The rows without one site."""
    reasons = ReasonCode.NO_COMPARISON_WITHOUT_SITE, ReasonCode.NO_PILOT_WITHOUT_SITE
    return _usable(rows[rows["site_id"] != site], reasons, site=site)


def informing_sites(rows: "pd.DataFrame") -> int:
    """How many sites have months both before and after their start: the others say nothing of the effect."""
    pilots = rows[rows["pilot"]]
    return int((pilots.groupby("site_id")["after"].nunique() == 2).sum())


def _usable(rows: "pd.DataFrame", reasons: tuple[ReasonCode, ReasonCode], **values: str | int) -> "pd.DataFrame":
    """The rows; refused for one of two reasons where they hold no comparison practice, or no pilot on both sides."""
    mend = "choose other months or practices in the study file, or take the check out of it"
    if rows["pilot"].all():
        raise NotEstimable(reasons[0], mend, **values)
    if not rows["after"].any() or rows.loc[rows["pilot"], "after"].all():
        raise NotEstimable(reasons[1], mend, **values)
    return rows.reset_index(drop=True)
