"""What is in the data, and what is missing: the data-quality table that the paper prints."""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.steps import Paths
from analysis.tables import read_table, union, write_table

if TYPE_CHECKING:
    import pandas as pd


def quality(*, panel: Path, out: Path, survey: Paths = (), indices: tuple[str, ...] = ()) -> None:
    """Count what the panel and the survey hold and lack.

    Parameters
    ----------
    panel : Path
        The practice-month panel.
    out : Path
        One row per measure or item, in Parquet: practices in each group, first and last month, how many practices stop
        and start between them, cells expected and missing, share of zero counts, events or responses.
    survey : tuple of Path
        The survey panel and the panel of continuity, where the data have them.
    indices : tuple of str
        Of the indices of continuity those that an outcome reads; the others are of the same contacts.
    """
    import pandas as pd

    counts, lineage = read_table(panel)
    surveys = [read_table(path) for path in survey]
    surveys = [(_in_survey(frame, indices), each) for frame, each in surveys]
    activity = counts.rename(columns={"measure": "series", "month": "time", "count": "size"})
    items = [shares.rename(columns={"item": "series", "wave": "time", "responses": "size"}) for shares, _ in surveys]
    rows = [
        described(table, source) for source, data in [("activity", activity), *(("survey", each) for each in items)]
        for _, table in data.groupby("series", sort=True)
    ]  # fmt: skip
    write_table(out, pd.DataFrame(rows), union(lineage, *(each for _, each in surveys)))


def _in_survey(shares: "pd.DataFrame", indices: tuple[str, ...]) -> "pd.DataFrame":
    """A survey as it is; of the panel of continuity, which has contacts, the indices that are asked for."""
    return shares[shares["item"].isin(indices)] if "contacts" in shares else shares


def described(table: "pd.DataFrame", source: str) -> dict[str, object]:
    """The facts of one measure or item; `size` is a count of events or of responses."""
    starts = table[table["after"]].groupby("site_id")["time"].min()
    pilots = table[table["pilot"] & table["site_id"].isin(analysed(table))]
    practices, times = table["practice_id"].nunique(), table["time"].nunique()
    ends = table.groupby("practice_id")["time"].agg(["min", "max"])
    return {
        "source": source,
        "series": table["series"].iloc[0],
        "pilot_practices": pilots["practice_id"].nunique(),
        "comparison_practices": table.loc[~table["pilot"], "practice_id"].nunique(),
        "practices_silent": int((table.groupby("practice_id")["size"].sum() == 0).sum()),
        "sites": pilots["site_id"].nunique(),
        "clusters": table["cluster_id"].nunique(),
        "start": starts.min(),
        "last_start": starts.max(),
        "first": table["time"].min(),
        "last": table["time"].max(),
        "practices_stop": int((ends["max"] < table["time"].max()).sum()),
        "practices_start": int((ends["min"] > table["time"].min()).sum()),
        "cells_expected": practices * times,
        "cells_missing": practices * times - len(table),
        "zero_share": float((table["size"] == 0).mean()),
        "total": int(table["size"].sum()),
    }


def analysed(table: "pd.DataFrame") -> list[str]:
    """The sites with values before their start and after it; all, where none has both and nothing is estimated.

    Parameters
    ----------
    table : DataFrame
        Rows of practices with `pilot`, `site_id` and `after`.
    """
    sides = table[table["pilot"]].groupby("site_id")["after"].nunique()
    both = sides[sides == 2]
    return [str(site) for site in (sides if both.empty else both).index]
