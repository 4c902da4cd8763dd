"""How intervals and tests missed what they promise where the truth was known and trends were parallel."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.assess.calibration.narrow import ENOUGH, MARGIN
from analysis.plan.calibration import Calibration

if TYPE_CHECKING:
    import pandas as pd

# Of the phrases `calibrated_estimate`: the primary model, and the test of the periods before the start.
PRIMARY, JOINT = "difference_in_differences/poisson_fixed_effects", "pre_trend"
ESTIMATE = ["design", "estimator", "term", "horizon"]


@dataclass(frozen=True)
class Place:
    """With how many sites, and in which kinds of world where it is not in all that were tried."""

    sites: list[str]
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """How an estimate missed its promise.

    Attributes
    ----------
    code : str
        Of the phrases `fault`: ``too_narrow``, ``effect_too_often`` …
    perhaps : bool
        Whether chance could show it in so many worlds (Wilson's interval).
    places : list of Place
        First what holds in all kinds of world.
    """

    code: str
    perhaps: bool
    places: list[Place]


@dataclass(frozen=True)
class Missed:
    """An estimate, by a code of the phrases `calibrated_estimate`, and its faults."""

    estimate: str
    faults: list[Fault]


def code(design: str, estimator: str, term: str, horizon: str) -> str:
    """The code of an estimate in the phrases `calibrated_estimate`."""
    if term in ("pre_trend", "pre_trend_slope"):
        return term
    if term == "inference":
        linear = estimator == "linear_rate" and horizon != "wild_bootstrap"
        return f"inference/{horizon}{'/linear_rate' * linear}"
    return f"{design}/{estimator}"


def parallel(plan: Calibration) -> list[str]:
    """The scenarios in which trends are parallel, so that a good interval keeps its promise."""
    return [name for name, scenario in plan.scenarios.items() if not scenario.pilot_trend]


def missed(table: "pd.DataFrame", plan: Calibration, confidence: float) -> list[Missed]:
    """Each estimate that missed what it promises.

    Parameters
    ----------
    table : DataFrame
        What `make calibrate` wrote.
    plan : Calibration
        The scenarios.
    confidence : float
        What the intervals promise.
    """
    rows = table[table["scenario"].isin(parallel(plan))]
    told = {
        code(*map(str, key)): list(_faults(part, plan, confidence)) for key, part in rows.groupby(ESTIMATE, sort=False)
    }
    return [Missed(name, faults) for name, faults in told.items() if faults]


def _faults(rows: "pd.DataFrame", plan: Calibration, confidence: float) -> Iterator[Fault]:
    kinds = {name: scenario.label for name, scenario in plan.scenarios.items()}
    rows = rows[rows["worlds"] >= ENOUGH].assign(kind=lambda each: each["scenario"].map(kinds))
    low, high = confidence - MARGIN, confidence + MARGIN
    before = bool(rows["term"].isin(["pre_trend", "pre_trend_slope"]).all())
    null = rows if before else rows[rows["effect"] == 1]
    seen = "difference" if before else "effect"
    yield from _below("too_narrow", rows, "coverage", low)
    yield from _above("too_wide", rows, "coverage", high)
    yield from _above(f"{seen}_too_often", null, "rejection", 1 - low)
    yield from _below(f"{seen}_too_seldom", null, "rejection", 1 - high)


def _below(code: str, rows: "pd.DataFrame", share: str, line: float) -> Iterator[Fault]:
    return _fault(code, rows, rows[share] < line, rows[f"{share}_high"] < line)


def _above(code: str, rows: "pd.DataFrame", share: str, line: float) -> Iterator[Fault]:
    return _fault(code, rows, rows[share] > line, rows[f"{share}_low"] > line)


def _fault(code: str, rows: "pd.DataFrame", beyond: "pd.Series[bool]", surely: "pd.Series[bool]") -> Iterator[Fault]:
    sure = rows["sites"].isin(rows.loc[surely, "sites"])
    for found, perhaps in ((surely, False), (beyond & ~sure, True)):
        if found.any():
            yield Fault(code, perhaps, _places(rows, found))


def _places(rows: "pd.DataFrame", found: "pd.Series[bool]") -> list[Place]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for number in sorted(set(rows.loc[found, "sites"]), reverse=True):
        tried, kinds = (set(rows.loc[each & (rows["sites"] == number), "kind"]) for each in (~found | found, found))
        groups.setdefault(() if kinds == tried else tuple(sorted(kinds)), []).append(str(number))
    return [Place(groups[kinds], kinds) for kinds in sorted(groups)]
