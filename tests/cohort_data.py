"""Panels by cohort for tests of staggered starts: two published ones, and made ones whose effects are known."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd


def packaged(package: str, path: str) -> Path:
    """A data file within a package, which need not be imported for it."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / path


def cells(unit: "pd.Series[int]", period: "pd.Series[int]", cohort: "pd.Series[int]", rate: pd.Series) -> pd.DataFrame:
    """A panel in which every unit is a cluster of its own and weighs the same."""
    frame = pd.DataFrame({"unit": unit, "period": period, "cohort": cohort, "cluster": unit, "rate": rate})
    return frame.assign(weight=1.0, population=1.0)


def minimum_wages() -> pd.DataFrame:
    """County teen employment, 2003 to 2007 (Callaway & Sant'Anna 2021), the data `mpdta` of the R package did."""
    data = pd.read_pickle(packaged("moderndid", "core/datasets/mpdta_long.pkl.gz"))
    made = cells(data["countyreal"], data["year"], data["first.treat"], data["lemp"])
    return made.assign(count=np.exp(data["lemp"]), lpop=data["lpop"])


def castle() -> pd.DataFrame:
    """State homicide and castle doctrine laws, 2000 to 2010 (Cheng & Hoekstra 2013)."""
    data = pd.read_stata(packaged("causaldata", "castle/castle.dta"))
    year, state = data["year"].astype(int), data["sid"].astype(int)
    # In the R package bacondecomp, whose numbers are published, `post` begins with the year before.
    cohort = (year.where(data["post"] == 1).groupby(state).transform("min") - 1).fillna(0).astype(int)
    return cells(state, year, cohort, data["l_homicide"].astype(float))


def made(
    starts: tuple[int, ...],
    effect: Callable[[int, int], float],
    *,
    periods: int = 8,
    units: int = 30,
    noise: float = 0.0,
    seed: int = 1,
) -> pd.DataFrame:
    """A panel with parallel trends: `units` units of each start (0 is never), in clusters of five.

    `effect` tells the effect in a cohort so many periods after its start.
    """
    rng = np.random.default_rng(seed)
    unit, period = (
        np.repeat(np.arange(units * len(starts)), periods),
        np.tile(np.arange(1, periods + 1), units * len(starts)),
    )
    cohort = np.repeat(starts, units * periods)
    level, season = rng.normal(100, 10, units * len(starts)), rng.normal(0, 3, periods)
    added = [effect(g, t - g) if 0 < g <= t else 0.0 for g, t in zip(cohort.tolist(), period.tolist(), strict=True)]
    rate = level[unit] + season[period - 1] + added + noise * rng.normal(size=unit.size)
    population = rng.uniform(2000, 9000, units * len(starts))[unit]
    frame = pd.DataFrame({"unit": unit, "period": period, "cohort": cohort, "cluster": unit // 5, "rate": rate})
    return frame.assign(weight=population / population.mean(), population=population, count=rate * population / 12_000)


def practice_months(
    starts: tuple[str | None, ...] = ("2008-04", "2008-07", "2008-10", None), *, per_start: int = 3, months: int = 30
) -> pd.DataFrame:
    """A practice-month panel as the stage prepare writes it: `per_start` sites or regions of four practices each."""
    rng = np.random.default_rng(7)
    names = [f"{2007 + index // 12}-{index % 12 + 1:02d}" for index in range(months)]
    rows = [
        {
            "practice_id": f"P{start}{site}{practice}", "month": month, "population": 6000.0 + 500 * practice,
            "cluster_id": f"{start}{site}", "pilot": start is not None, "imd": 9.0 + practice + site * len(start or ""),
            "event_time": names.index(month) - names.index(start) if start in names else np.nan,
        }
        for start in starts for site in range(per_start) for practice in range(4) for month in names
    ]  # fmt: skip
    frame = pd.DataFrame(rows).assign(measure="emergency", after=lambda rows: rows["event_time"] >= 0)
    level = 0.008 * np.exp(rng.normal(0, 0.2, len(frame) // months)).repeat(months) * np.where(frame["after"], 0.8, 1)
    return frame.assign(count=rng.poisson(frame["population"] * level))
