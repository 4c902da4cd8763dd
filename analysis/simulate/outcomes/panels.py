"""One measure of the reference pilots as a practice-month panel, made without files."""

from typing import TYPE_CHECKING

from analysis.simulate.outcomes.lists import lists_of
from analysis.simulate.outcomes.pilots import counts, event_time, months, practices_of, sites_of
from analysis.simulate.outcomes.world import World

if TYPE_CHECKING:
    import pandas as pd

KEPT = ["practice_id", "site_id", "region", "list_size", "imd", "share_65plus"]


def simulated_panel(world: World, measure: str) -> "pd.DataFrame":
    """The rows that the prepare stage would make of a world's tables for one measure.

    Parameters
    ----------
    world : World
        Sizes, rates, effects and the seed.
    measure : str
        The measure of activity.

    Returns
    -------
    DataFrame
        One row per practice and month, sorted, with the columns of the practice-month panel; comparison practices
        cluster by region.
    """
    import numpy as np

    practices = practices_of(world)
    lists = lists_of(world, practices)
    each = np.repeat(np.arange(len(practices)), world.months)
    time = event_time(world, practices)[1].ravel()
    return (
        _groups(world, practices)
        .take(each)
        .reset_index(drop=True)
        .assign(
            month=np.tile(months(world), len(practices)),
            measure=measure,
            count=counts(world, measure, practices, lists).ravel(),
            population=lists.population.ravel(),
            event_time=time,
            after=time >= 0,
        )
    )


def _groups(world: World, practices: "pd.DataFrame") -> "pd.DataFrame":
    pilot = practices["site_id"] != ""
    cluster = ("site " + practices["site_id"]).where(pilot, "region " + practices["region"])
    model = practices[["site_id"]].merge(sites_of(world), on="site_id", how="left")["model"]
    return practices[KEPT].assign(pilot=pilot, cluster_id=cluster, model=model)
