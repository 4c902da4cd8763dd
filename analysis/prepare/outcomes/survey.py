"""The survey panel: the share of patients per practice and wave, before and after.

``python -m analysis.prepare.outcomes.survey --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from analysis.prepare.contract.checks import survey_faults
from analysis.prepare.contract.faults import refuse
from analysis.prepare.outcomes.panel import Columns, grouped, read_groups
from analysis.steps import AsJson, Paths, command
from analysis.tables import write_table

if TYPE_CHECKING:
    import pandas as pd


def survey(
    *,
    sites: Paths,
    practices: Paths,
    responses: Paths,
    receipt: Path,
    comparison_cluster: str,
    out: Path,
    columns: Columns | None = None,
    until: str = "",
    breaks: Annotated[dict[str, tuple[int, ...] | None] | None, AsJson] = None,
) -> None:
    """Join the survey to the practices' groups.

    Parameters
    ----------
    sites, practices, responses : tuple of Path
        The raw tables, each one file or several parts; `responses` is the survey table.
    receipt : Path
        What the pull stage vouched for.
    comparison_cluster : str
        Column of the practices table that clusters comparison practices.
    out : Path
        One row per practice, wave and item, in Parquet.
    columns : dict
        By table, columns with another name in the files; as JSON.
    until : str
        The month of the paper, YYYY-MM; no data are from later.
    breaks : dict
        By item that is compared, the years in which the study says that a new series begins; as JSON.
    """
    from analysis.prepare.contract.contract import Survey
    from analysis.prepare.contract.raw import read_checked, read_receipt
    from analysis.prepare.contract.series import break_faults

    named = columns or {}
    site, practice = read_groups(sites, practices, comparison_cluster, named)
    shares = read_checked(responses, Survey, named.get("survey"))
    refuse(survey_faults(shares, practice, site, until=until) + break_faults(shares, breaks or {}))
    groups = grouped(site, practice, comparison_cluster)
    write_table(out, around_start(shares.frame, groups), read_receipt(receipt))


def around_start(shares: "pd.DataFrame", groups: "pd.DataFrame") -> "pd.DataFrame":
    """Shares with their practice's group, and whether they were measured after its pilot's start."""
    columns = ["practice_id", "site_id", "cluster_id", "pilot", "start_month"]
    joined = shares.merge(groups[columns], on="practice_id", how="left", validate="many_to_one")
    after = joined["pilot"] & (joined["wave"] >= joined["start_month"].fillna("9999-12"))
    joined = joined.assign(after=after).drop(columns="start_month")
    return joined.sort_values(["item", "practice_id", "wave"], ignore_index=True)


if __name__ == "__main__":
    command(survey)
