"""Whether intervals and tests kept what they promise where the truth was known, in words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.plan.calibration import Calibration
from analysis.present.design_rows import NAMES
from analysis.present.inference_words import METHODS
from analysis.wording import listed, sentence

if TYPE_CHECKING:
    import pandas as pd

JOINT = "Joint test of the periods before the start"
LABEL = ["design", "estimator", "term", "horizon"]
# How far a share may lie from the one that was promised before it is told.
MARGIN = 0.02
# Of fewer worlds only a fault beyond chance is told: almost any share of them lies outside the range.
ENOUGH = 100
NOT_CALIBRATED = (
    "The methods of this plan have not been tried on worlds with a known truth since they were last changed, so how "
    "often their intervals hold the truth is not known. The command `make calibrate` does it."
)


def label(design: str, estimator: str, term: str, horizon: str) -> str:
    """An estimate in words."""
    if term == "pre_trend":
        return JOINT
    if term == "inference":
        model = ", linear rates" * (estimator == "linear_rate" and horizon != "wild_bootstrap")
        return f"Primary: {METHODS[horizon]}{model}"
    return NAMES.get((design, estimator), sentence(estimator.replace("_", " ")))


def parallel(plan: Calibration) -> list[str]:
    """The scenarios in which trends are parallel, so that a good interval keeps its promise."""
    return [name for name, scenario in plan.scenarios.items() if not scenario.pilot_trend]


def outside(table: "pd.DataFrame", plan: Calibration, confidence: float) -> dict[str, list[str]]:
    """By estimate in words, how its intervals and tests miss what they promise where trends are parallel.

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
    told = {label(*map(str, key)): list(_misses(part, confidence)) for key, part in rows.groupby(LABEL, sort=False)}
    return {name: faults for name, faults in told.items() if faults}


def _misses(rows: "pd.DataFrame", confidence: float) -> Iterator[str]:
    null = rows[rows["effect"] == 1]
    low, high = confidence - MARGIN, confidence + MARGIN
    test = (rows["term"] == "pre_trend").all()
    seen = f"{'a difference' if test else 'an effect'} {{}} where there is none"
    yield from _told("intervals too narrow", rows, low - rows["coverage"], confidence)
    yield from _told("intervals too wide", rows, rows["coverage"] - high, confidence)
    yield from _told(f"sees {seen.format('too often')}", null, null["rejection"] - (1 - low), confidence)
    yield from _told(f"sees {seen.format('too seldom')}", null, 1 - high - null["rejection"], confidence)


def _told(what: str, rows: "pd.DataFrame", beyond: "pd.Series[float]", confidence: float) -> Iterator[str]:
    """A fault with its numbers of sites; "perhaps" where the worlds could show it by chance."""
    chance = 2 * (confidence * (1 - confidence) / rows["worlds"]) ** 0.5
    sure = set(rows.loc[beyond > chance, "sites"])
    perhaps = set(rows.loc[(beyond > 0) & (rows["worlds"] >= ENOUGH), "sites"]) - sure
    for found, lead in ((sure, ""), (perhaps, "perhaps ")):
        if found:
            yield f"{lead}{what} {sites(sorted(found, reverse=True))}"


def _joint(faults: list[str]) -> str:
    return f"The joint test of the periods before the start {faults[0]}. " if faults else ""


def sites(numbers: list[int]) -> str:
    """Numbers of sites in words."""
    return f"with {listed([str(each) for each in numbers])} sites"


def misses(table: "pd.DataFrame", plan: Calibration, confidence: float) -> str:
    """A list of the estimates that miss what they promise."""
    low, high = (f"{100 * (confidence + each):.0f}%" for each in (-MARGIN, MARGIN))
    faults = outside(table, plan, confidence)
    if not faults:
        return f"Every interval held the truth in {low} to {high} of the worlds in which trends were parallel."
    lines = [f"- {name}: {'; '.join(parts)}." for name, parts in faults.items()]
    return (
        f"An interval at {100 * confidence:g}% should hold the truth in {low} to {high} of the worlds in which trends "
        "were parallel. These estimates lay outside that range in at least one kind of world, or their tests raised "
        "false alarms too often or too seldom; where chance alone could show it, it says perhaps, and of fewer "
        f"than {ENOUGH} worlds only what is beyond chance:\n\n" + "\n".join(lines)
    )


def primary(table: "pd.DataFrame", plan: Calibration, confidence: float) -> str:
    """What stands beside the primary estimator in the methods."""
    found = outside(table, plan, confidence)
    faults = found.get(NAMES["difference_in_differences", "poisson_fixed_effects"], [])
    numbers = sites(sorted(set(table["sites"]), reverse=True))
    told = f"Missing what they promise: {'; '.join(faults)}." if faults else "They held the truth as often as they say."
    figures = "[The annex](#sec-annex-calibration) has the figures, for this model and for the others."
    tried = f"tried on simulated pilots with a known truth, {numbers} and the same comparison areas"
    return f"These intervals were {tried}. {told} {_joint(found.get(JOINT, []))}{figures}"
