"""The practice-month panel: who was a pilot, since when, and how much happened.

``python -m analysis.prepare.outcomes.panel --help``
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.months import month_numbers
from analysis.plan.limits import LIMITS
from analysis.plan.terms import Period
from analysis.prepare.contract.checks import activity_faults, practice_faults
from analysis.prepare.contract.faults import refuse
from analysis.prepare.contract.reach import reach_faults, site_faults
from analysis.prepare.outcomes.presence import during, presence
from analysis.steps import Paths, command
from analysis.tables import write_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.prepare.contract.raw_files import Raw

# By table, the contract's name of a column and the files' own.
Columns = dict[str, dict[str, str]]
# What the panel says of a practice, and of its months.
TIMED = ["month", "measure", "count", "population", "start_month", "event_time", "after"]
GROUP = [
    "practice_id", "site_id", "site_name", "cluster_id", "pilot", "model", "region", "list_size", "imd", "share_65plus",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PanelPlan:
    """What the study says of the panel.

    Attributes
    ----------
    months : Period
        First and last month of the panel.
    comparison_cluster : str
        Column of the practices table that clusters comparison practices.
    columns : dict
        By table, columns with another name in the files; as JSON.
    until : str
        The month of the paper, YYYY-MM; no data are from later.
    allow_gaps : bool
        Whether a series may lack months between its first and its last.
    keep : tuple of str
        Further columns of the tables of practices and sites that a check asks for; one that neither has is left out.
    silent : float
        The chance below which months of zeros are those of a practice that is not there.
    """

    months: Period
    comparison_cluster: str
    columns: Columns = field(default_factory=dict)
    until: str = ""
    allow_gaps: bool = False
    keep: tuple[str, ...] = ()
    silent: float = LIMITS.silent


def panel(*, sites: Paths, practices: Paths, activity: Paths, receipt: Path, plan: PanelPlan, out: Path) -> None:
    """Join sites, practices and activity into one row per practice, month and measure.

    A practice that opens or closes has no rows outside its months, see :mod:`analysis.prepare.outcomes.presence`.

    Parameters
    ----------
    sites, practices, activity : tuple of Path
        The raw tables, each one file or several parts.
    receipt : Path
        What the pull stage vouched for.
    plan : PanelPlan
        What the study says of the panel.
    out : Path
        The panel, in Parquet.
    """
    from analysis.prepare.contract.contract import Activity
    from analysis.prepare.contract.raw import read_checked, read_receipt

    months = plan.months
    site, practice = read_groups(sites, practices, plan.comparison_cluster, plan.columns)
    counts = read_checked(activity, Activity, plan.columns.get("activity"))
    refuse(site_faults(site, months))
    refuse(activity_faults(counts, practice, months=months, until=plan.until, allow_gaps=plan.allow_gaps))
    refuse(reach_faults(site, practice, counts, months))
    inside = counts.frame[counts.frame["month"].between(months.first, months.last)]
    inside = during(inside, presence(inside, plan.silent))
    groups = grouped(site, practice, plan.comparison_cluster)
    more = _kept(groups, site.frame, plan.keep)
    write_table(out, _timed(inside, groups.assign(**more), [*GROUP, *more]), read_receipt(receipt))


def assigned(
    sites: Paths | Path, practices: Paths | Path, comparison_cluster: str, columns: Columns | None = None
) -> "pd.DataFrame":
    """Practices with their group: `pilot`, `cluster_id` and the site's `start_month`.

    A pilot practice clusters with its site, a comparison practice with its region (or the column named).

    Raises
    ------
    Faulty
        When a practice names a site that is not in the table of sites, a group is empty, or the column is missing.
    """
    return grouped(*read_groups(sites, practices, comparison_cluster, columns or {}), comparison_cluster)


def read_groups(
    sites: Paths | Path, practices: Paths | Path, comparison_cluster: str, columns: Columns
) -> "tuple[Raw, Raw]":
    """The tables of sites and practices, checked against each other."""
    from analysis.prepare.contract.contract import Practices, Sites
    from analysis.prepare.contract.raw import read_checked

    site = read_checked(sites, Sites, columns.get("sites"))
    practice = read_checked(practices, Practices, columns.get("practices"))
    refuse(practice_faults(practice, site, comparison_cluster))
    return site, practice


def grouped(sites: "Raw", practices: "Raw", comparison_cluster: str) -> "pd.DataFrame":
    """Practices with `pilot`, `cluster_id` and `start_month`; see :func:`assigned`."""
    practice = practices.frame
    pilot = practice["site_id"] != ""
    # A region may have the name of a site, and is another cluster all the same.
    cluster = ("site " + practice["site_id"]).where(pilot, f"{comparison_cluster} " + practice[comparison_cluster])
    site = practice[["site_id"]].merge(sites.frame, on="site_id", how="left")
    of_site = {"start_month": site["start_month"], "model": site["model"], "site_name": site["name"]}
    return practice.assign(pilot=pilot, cluster_id=cluster, **of_site)


def _kept(groups: "pd.DataFrame", sites: "pd.DataFrame", keep: tuple[str, ...]) -> "dict[str, pd.Series[Any]]":
    """Further columns by practice: the practice's own, or its site's."""
    by_site, wanted = sites.set_index("site_id"), [name for name in keep if name not in {*GROUP, *TIMED}]
    own = {name: groups[name] for name in wanted if name in groups}
    shared = {name: groups["site_id"].map(by_site[name]) for name in wanted if name in by_site and name not in own}
    return {name: _typed(values) for name, values in (own | shared).items()}


def _typed(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Numbers where all filled cells are numbers, else texts; an empty cell is missing."""
    import pandas as pd

    filled = values.where(values != "")
    numbers = pd.to_numeric(filled, errors="coerce")
    return numbers if numbers.notna().sum() == filled.notna().sum() else filled


def _timed(counts: "pd.DataFrame", groups: "pd.DataFrame", columns: list[str]) -> "pd.DataFrame":
    joined = counts.merge(groups[[*columns, "start_month"]], on="practice_id", how="left", validate="many_to_one")
    event_time = month_numbers(joined["month"]) - month_numbers(joined["start_month"])
    joined = joined.assign(event_time=event_time, after=event_time >= 0)
    return joined.drop(columns="start_month").sort_values(["measure", "practice_id", "month"], ignore_index=True)


if __name__ == "__main__":
    command(panel)
