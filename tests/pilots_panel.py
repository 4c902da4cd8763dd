"""A small panel of pilots as the stage prepare makes it, with a truth that is known, told exactly without noise."""

from collections.abc import Callable

import numpy as np
import pandas as pd

STARTS = {"S01": 12, "S02": 12, "S03": 15, "S04": 15, "S05": 18, "S06": 18}
FIRST, MONTHS, PRACTICES = 2007 * 12, 30, 3
MODELS = ("disease pathway", "whole population")
# The effect of a pilot practice by the months since its start, as a rate ratio.
Effect = Callable[[pd.DataFrame], "pd.Series[float] | float"]


def pilots_panel(
    effect: Effect = lambda _: 1.1, *, noise: int | None = None, additive: bool = False, rate: float = 20.0
) -> pd.DataFrame:
    """Rows of one measure: six sites of three practices, and two comparison practices in each of eight regions.

    Sites lie in the first six regions, so two regions hold no pilot practice. Without `noise` (a seed) counts are the
    expected ones to a millionth; with `additive` the effect is in events per 1,000 patients a year and rates add up.
    """
    groups, random = practices(), np.random.default_rng(7)
    level, season = random.uniform(-0.3, 0.3, len(groups)), 0.1 * np.sin(np.arange(MONTHS) / 2)
    rows = groups.loc[groups.index.repeat(MONTHS)].reset_index(names="unit")
    time = np.tile(np.arange(MONTHS), len(groups))
    month = [f"{(FIRST + each) // 12}-{(FIRST + each) % 12 + 1:02d}" for each in time]
    event_time = time - rows["site_id"].map(STARTS)
    population = rows["list_size"] * (1 + 0.002 * time * (rows["unit"] % 3))
    rows = rows.assign(month=month, event_time=event_time, after=event_time >= 0, population=population, measure="m")
    change = pd.Series(effect(rows), index=rows.index).where(rows["after"], 0.0 if additive else 1.0)
    terms = level[rows["unit"]] + season[time]
    per_month = rate / 1000 * (1 + terms if additive else np.exp(terms))
    expected = population * (per_month + change / 12_000 if additive else per_month * change)
    # Residuals of a millionth: what a model fits without any has no standard error and is refused.
    near = expected * (1 + 1e-6 * np.sin(np.arange(len(rows)) ** 2))
    count = near if noise is None else np.random.default_rng(noise).poisson(expected)
    return rows.assign(count=count).drop(columns="unit")


def practices() -> pd.DataFrame:
    """The practices, in the panel's columns; deprivation runs through all of them."""
    site = np.repeat([*STARTS, *[""] * 8], [PRACTICES] * 6 + [2] * 8)
    region = np.repeat([*range(6), *range(8)], [PRACTICES] * 6 + [2] * 8)
    frame = pd.DataFrame({"site_id": site, "region": [f"R{each + 1}" for each in region]})
    pilot, number = frame["site_id"] != "", np.arange(len(frame))
    models = {name: MODELS[index % 2] for index, name in enumerate(STARTS)}
    return frame.assign(
        practice_id=[f"P{each:02d}" for each in number],
        pilot=pilot,
        cluster_id=("site " + frame["site_id"]).where(pilot, "region " + frame["region"]),
        model=frame["site_id"].map(models),
        list_size=4000.0 + 700 * (number % 5),
        imd=10.0 + 7 * number % 34,
        share_65plus=0.1 + 0.003 * number,
    )
