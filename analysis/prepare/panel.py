"""The practice-month panel: who was a pilot, since when, and how much happened.

``python -m analysis.prepare.panel --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.terms import Period
from analysis.steps import Problem, command
from analysis.tables import write_table

if TYPE_CHECKING:
    import pandas as pd


def panel(
    *, sites: Path, practices: Path, activity: Path, receipt: Path, months: Period, comparison_cluster: str, out: Path
) -> None:
    """Join sites, practices and activity into one row per practice, month and measure.

    Parameters
    ----------
    sites, practices, activity : Path
        The raw tables (CSV).
    receipt : Path
        What the pull stage vouched for.
    months : Period
        First and last month of the panel.
    comparison_cluster : str
        Column of the practices table that clusters comparison practices.
    out : Path
        The panel, in Parquet.
    """
    from analysis.prepare.contract import Activity
    from analysis.prepare.raw import read_raw, read_receipt

    groups = assigned(sites, practices, comparison_cluster)
    counts = known_practices(read_raw(activity, Activity), groups, activity)
    counts = counts[counts["month"].between(months.first, months.last)]
    write_table(out, _timed(counts, groups), read_receipt(receipt))


def assigned(sites: Path, practices: Path, comparison_cluster: str) -> "pd.DataFrame":
    """Practices with their group: `pilot`, `cluster_id` and the site's `start_month`.

    A pilot practice clusters with its site, a comparison practice with its region (or the column named).

    Raises
    ------
    Problem
        When a practice names a site that is not in the table of sites, or the column is missing.
    """
    from analysis.prepare.contract import Practices, Sites
    from analysis.prepare.raw import read_raw

    site, practice = read_raw(sites, Sites), read_raw(practices, Practices)
    unknown = set(practice["site_id"]) - set(site["site_id"]) - {""}
    if unknown:
        raise Problem(f"{practices} names a site that {sites} lacks: {min(unknown)}.", f"add {min(unknown)} to {sites}")
    if comparison_cluster not in practice:
        raise Problem(
            f"{practices} has no column {comparison_cluster}, which clusters the comparison practices.",
            "name one of its columns as `inference.comparison_cluster` in the study file",
        )
    pilot = practice["site_id"] != ""
    # A region may have the name of a site, and is another cluster all the same.
    cluster = ("site " + practice["site_id"]).where(pilot, f"{comparison_cluster} " + practice[comparison_cluster])
    starts = practice[["site_id"]].merge(site, on="site_id", how="left")["start_month"]
    return practice.assign(pilot=pilot, cluster_id=cluster, start_month=starts)


def known_practices(rows: "pd.DataFrame", groups: "pd.DataFrame", path: Path) -> "pd.DataFrame":
    """The rows, after checking that each names a practice that exists."""
    strange = ~rows["practice_id"].isin(groups["practice_id"])
    if strange.any():
        first = rows[strange].iloc[0]["practice_id"]
        raise Problem(
            f"{path} has {strange.sum()} rows for practices that the table of practices lacks, for instance {first} "
            f"(line {rows.index[strange][0] + 2}).",
            "add the practice to the table of practices, or drop its rows",
        )
    return rows


def month_number(months: "pd.Series[str]") -> "pd.Series[float]":
    """Months since year 0, so that differences are whole months; missing stays missing."""
    parts = months.str.split("-", expand=True).astype(float)
    return parts[0] * 12 + parts[1]


def _timed(counts: "pd.DataFrame", groups: "pd.DataFrame") -> "pd.DataFrame":
    columns = ["practice_id", "site_id", "cluster_id", "pilot", "start_month"]
    joined = counts.merge(groups[columns], on="practice_id", how="left", validate="many_to_one")
    event_time = month_number(joined["month"]) - month_number(joined["start_month"])
    joined = joined.assign(event_time=event_time, after=event_time >= 0)
    return joined.drop(columns="start_month").sort_values(["measure", "practice_id", "month"], ignore_index=True)


if __name__ == "__main__":
    command(panel)
