"""How intervals and tests missed what they promise where the truth was known and trends were parallel."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.assess.calibration.narrow import ENOUGH, MARGIN
from analysis.plan.calibration import Calibration
from analysis.wording import sentence

if TYPE_CHECKING:
    import pandas as pd

NAMES = {
    ("difference_in_differences", "poisson_fixed_effects"): "Difference-in-differences (primary)",
    ("staggered", "callaway_santanna_never"): "Callaway–Sant'Anna (never started)",
    ("staggered", "callaway_santanna_not_yet"): "Callaway–Sant'Anna (not yet started)",
    ("staggered", "sun_abraham"): "Sun–Abraham",
    ("staggered", "etwfe_poisson"): "Extended two-way Poisson",
    ("staggered", "imputation"): "Imputation",
    ("matched_cohort", "poisson_matched"): "Matched patients (not all registered)",
    ("synthetic_control", "synthetic_control"): "Synthetic control (levels removed)",
    ("synthetic_control", "synthetic_did"): "Synthetic difference-in-differences",
    ("staggered", "two_way_fixed_effects"): "Two-way fixed effects (weaker)",
    ("interrupted_time_series", "segmented_poisson"): "Each site against its own past (weaker)",
}
METHODS = {
    "crv3": "leaving out one cluster at a time (CRV3)",
    "score_bootstrap": "score bootstrap, by cluster",
    "wild_bootstrap": "wild cluster bootstrap, linear model",
    "randomisation": "all or many other assignments of the pilots",
    "holm": "primary, adjusted for several outcomes (Holm)",
    "romano_wolf": "primary, adjusted by resampling (Romano–Wolf)",
}
JOINT = "Joint test of the periods before the start"
SLOPE = "Slope of the months before the start"
PRIMARY = NAMES["difference_in_differences", "poisson_fixed_effects"]
LABEL = ["design", "estimator", "term", "horizon"]


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
    """An estimate in words, and its faults."""

    label: str
    faults: list[Fault]


def label(design: str, estimator: str, term: str, horizon: str) -> str:
    """An estimate in words."""
    if term == "pre_trend":
        return JOINT
    if term == "pre_trend_slope":
        return SLOPE
    if term == "inference":
        model = ", linear rates" * (estimator == "linear_rate" and horizon != "wild_bootstrap")
        return f"Primary: {METHODS[horizon]}{model}"
    return NAMES.get((design, estimator), sentence(estimator.replace("_", " ")))


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
        label(*map(str, key)): list(_faults(part, plan, confidence)) for key, part in rows.groupby(LABEL, sort=False)
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
