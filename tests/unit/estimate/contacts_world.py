"""A small world of patients' contacts as the stage prepare tells it, with a truth that is known."""

from collections.abc import Callable

import numpy as np
import pandas as pd

# A patient's index by their number of contacts.
Index = Callable[["np.ndarray"], "np.ndarray"]
WINDOWS = ("2007-04", "2008-04", "2009-04", "2010-04")
UNITS, SITES = 24, 3


def falling(number: np.ndarray) -> np.ndarray:
    """An index that falls as contacts rise, as the Usual Provider of Care does by itself."""
    return 0.3 + 1.2 / (1 + number)


def patients(
    index: Index = falling,
    *,
    effect: float = 0.0,
    more: int = 0,
    noise: float = 1e-6,
    size: int = 30,
    equal: bool = False,
    seed: int = 0,
) -> pd.DataFrame:
    """Rows of patients; the first half of the practices are pilots of three sites that start in 2009 or 2010.

    `effect` is added to the pilots' index after the start, and `more` on average to their number of contacts. With
    `equal` all practices have as many patients, all with four contacts.
    """
    random = np.random.default_rng(seed)
    count = np.full((UNITS, 4), size) if equal else random.integers(size // 2, 2 * size, (UNITS, 4))
    unit, part = (np.repeat(each, count.ravel()) for each in np.indices(count.shape).reshape(2, -1))
    pilot = unit < UNITS // 2
    after = pilot & (part >= 2 + (unit % SITES == 0))
    number = np.full(unit.size, 4) if equal else 2 + random.poisson(2.5, unit.size)
    number = number + random.poisson(more, unit.size) * after
    level, drift = random.normal(0, 0.03, UNITS), 0.01 * np.arange(4)
    value = index(number) + level[unit] - drift[part] + effect * after + noise * random.normal(size=unit.size)
    return pd.DataFrame(
        {
            "practice_id": [f"P{each:02}" for each in unit], "wave": np.array(WINDOWS)[part], "contacts": number,
            "cluster_id": np.where(pilot, "site " + (unit % SITES).astype(str), "region " + (unit % 6).astype(str)),
            "pilot": pilot, "after": after, "upc": value, "patient_id": np.arange(unit.size),
        }
    )  # fmt: skip


def cells(rows: pd.DataFrame) -> pd.DataFrame:
    """The patients by practice, window and number of contacts."""
    keys = ["practice_id", "wave", "contacts", "cluster_id", "pilot", "after"]
    return rows.groupby(keys)["upc"].agg(responses="size", value="mean").reset_index()


def panel(rows: pd.DataFrame) -> pd.DataFrame:
    """The patients by practice and window."""
    keys = ["practice_id", "wave", "cluster_id", "pilot", "after"]
    told = rows.groupby(keys)["upc"].agg(responses="size", value="mean").reset_index()
    return told.assign(item="upc", site_id=told["cluster_id"].where(told["pilot"], ""))


def months(effect: float = 0.0, *, noise: float = 1e-6, ramp: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """Practice-months; pilots' share with the usual clinician moves by `effect` at the start, by `ramp` every month."""
    random = np.random.default_rng(seed)
    unit, time = (each.ravel() for each in np.indices((UNITS, 36)))
    pilot = unit < UNITS // 2
    since = np.where(pilot, time - 18 - 3 * (unit % SITES), np.nan)
    listed = random.integers(200, 900, unit.size)
    level = random.normal(0.6, 0.05, UNITS)[unit] - 0.001 * time + noise * random.normal(size=unit.size)
    names = [f"{2007 + (each + 3) // 12}-{(each + 3) % 12 + 1:02}" for each in range(36)]
    share = level + effect * (since >= 0) + ramp * pilot * time
    return pd.DataFrame(
        {
            "practice_id": [f"P{each:02}" for each in unit], "month": [names[each] for each in time],
            "cluster_id": np.where(pilot, "site " + (unit % SITES).astype(str), "region " + (unit % 6).astype(str)),
            "pilot": pilot, "after": since >= 0, "event_time": since, "contacts": 2 * listed, "of_known": listed,
            "with_usual": share * listed, "of_listed": 0, "with_registered": 0,
        }
    )  # fmt: skip
