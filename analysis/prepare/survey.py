"""The survey panel: the share of patients per practice and wave, before and after.

``python -m analysis.prepare.survey --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.prepare.panel import assigned, known_practices
from analysis.steps import command
from analysis.tables import write_table

if TYPE_CHECKING:
    import pandas as pd


def survey(*, sites: Path, practices: Path, responses: Path, receipt: Path, comparison_cluster: str, out: Path) -> None:
    """Join the survey to the practices' groups.

    Parameters
    ----------
    sites, practices, responses : Path
        The raw tables (CSV); `responses` is the survey table.
    receipt : Path
        What the pull stage vouched for.
    comparison_cluster : str
        Column of the practices table that clusters comparison practices.
    out : Path
        One row per practice, wave and item, in Parquet.
    """
    from analysis.prepare.contract import Survey
    from analysis.prepare.raw import read_raw, read_receipt

    groups = assigned(sites, practices, comparison_cluster)
    shares = known_practices(read_raw(responses, Survey), groups, responses)
    write_table(out, timed(shares, groups), read_receipt(receipt))


def timed(shares: "pd.DataFrame", groups: "pd.DataFrame") -> "pd.DataFrame":
    """Shares with their practice's group, and whether they were measured after its pilot's start."""
    columns = ["practice_id", "site_id", "cluster_id", "pilot", "start_month"]
    joined = shares.merge(groups[columns], on="practice_id", how="left", validate="many_to_one")
    after = joined["pilot"] & (joined["wave"] >= joined["start_month"].fillna("9999-12"))
    joined = joined.assign(after=after).drop(columns="start_month")
    return joined.sort_values(["item", "practice_id", "wave"], ignore_index=True)


if __name__ == "__main__":
    command(survey)
