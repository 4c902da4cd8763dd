"""Whether intervals and tests kept what they promise where the truth was known, in words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.assess.calibration.narrow import ENOUGH, MARGIN
from analysis.plan.calibration import Calibration
from analysis.present.calibration.page import parallel
from analysis.present.designs.design_rows import NAMES
from analysis.present.inference.inference_table import METHODS
from analysis.wording import listed, sentence

if TYPE_CHECKING:
    import pandas as pd

JOINT = "Joint test of the periods before the start"
SLOPE = "Slope of the months before the start"
LABEL = ["design", "estimator", "term", "horizon"]
NOT_CALIBRATED = (
    "The methods of this plan have not been tried on worlds with a known truth since they were last changed, so how "
    "often their intervals hold the truth is not known. The command `make calibrate` does it."
)


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
    told = {
        label(*map(str, key)): list(_misses(part, plan, confidence)) for key, part in rows.groupby(LABEL, sort=False)
    }
    return {name: faults for name, faults in told.items() if faults}


def _misses(rows: "pd.DataFrame", plan: Calibration, confidence: float) -> Iterator[str]:
    kinds = {name: scenario.label for name, scenario in plan.scenarios.items()}
    rows = rows[rows["worlds"] >= ENOUGH].assign(kind=lambda each: each["scenario"].map(kinds))
    low, high = confidence - MARGIN, confidence + MARGIN
    before = bool(rows["term"].isin(["pre_trend", "pre_trend_slope"]).all())
    null = rows if before else rows[rows["effect"] == 1]
    seen = f"{'it' if before else 'its test'} {{}}sees {'a difference' if before else 'an effect'}"
    yield from _below("its intervals are {}too narrow", rows, "coverage", low)
    yield from _above("its intervals are {}too wide", rows, "coverage", high)
    yield from _above(f"{seen} too often where there is none,", null, "rejection", 1 - low)
    yield from _below(f"{seen} too seldom where there is none,", null, "rejection", 1 - high)


def _below(what: str, rows: "pd.DataFrame", share: str, line: float) -> Iterator[str]:
    return _told(what, rows, rows[share] < line, rows[f"{share}_high"] < line)


def _above(what: str, rows: "pd.DataFrame", share: str, line: float) -> Iterator[str]:
    return _told(what, rows, rows[share] > line, rows[f"{share}_low"] > line)


def _told(what: str, rows: "pd.DataFrame", beyond: "pd.Series[bool]", surely: "pd.Series[bool]") -> Iterator[str]:
    """A fault with its numbers of sites; "perhaps" where chance could show it in so many worlds (Wilson's interval)."""
    sure = rows["sites"].isin(rows.loc[surely, "sites"])
    for found, lead in ((surely, ""), (beyond & ~sure, "perhaps ")):
        if found.any():
            yield f"{what.format(lead)} {_where(rows, found)}"


def _where(rows: "pd.DataFrame", found: "pd.Series[bool]") -> str:
    """With how many sites, and in which kinds of world where it is not in all that were tried."""
    groups: dict[str, list[int]] = {}
    for number in sorted(set(rows.loc[found, "sites"]), reverse=True):
        tried, kinds = (set(rows.loc[each & (rows["sites"] == number), "kind"]) for each in (~found | found, found))
        kind = "" if kinds == tried else f" in worlds with {' or with '.join(sorted(kinds))}"
        groups.setdefault(kind, []).append(int(number))
    told = [f"{sites(groups[kind])}{kind}" for kind in sorted(groups)]  # first what holds in all kinds
    return ", and ".join(told)


def _joint(faults: list[str]) -> str:
    return f"As for the joint test of the periods before the start, {faults[0]}. " if faults else ""


def sites(numbers: list[int]) -> str:
    """Numbers of sites in words."""
    return f"with {listed([str(each) for each in numbers])} sites"


def misses(table: "pd.DataFrame", plan: Calibration, confidence: float) -> str:
    """A list of the estimates that miss what they promise."""
    low, high = (f"{100 * (confidence + each):.0f}%" for each in (-MARGIN, MARGIN))
    faults = outside(table, plan, confidence)
    few = f" Of what ran in fewer than {ENOUGH} worlds nothing is said." * bool((table["worlds"] < ENOUGH).any())
    if not faults:
        return f"Every interval held the truth in {low} to {high} of the worlds in which trends were parallel.{few}"
    lines = [f"- {name}: {'; '.join(parts)}." for name, parts in faults.items()]
    return (
        f"An interval at {100 * confidence:g}% should hold the truth in {low} to {high} of the worlds in which trends "
        "were parallel. These estimates lay outside that range in at least one kind of world, or their tests raised "
        f"false alarms too often or too seldom. Where that was so in some kinds of world only, it says which; where "
        f"chance alone could show it, it says perhaps.{few}\n\n" + "\n".join(lines)
    )


def primary(table: "pd.DataFrame", plan: Calibration, confidence: float) -> str:
    """What stands beside the primary estimator in the methods."""
    found = outside(table, plan, confidence)
    faults = found.get(NAMES["difference_in_differences", "poisson_fixed_effects"], [])
    numbers = sites(sorted(set(table["sites"]), reverse=True))
    told = (
        f"The model does not keep all it promises: {'; '.join(faults)}."
        if faults
        else "They held the truth as often as they say."
    )
    figures = "[The annex on the methods](#sec-annex-calibration) has the figures, for this model and for the others."
    tried = f"tried on simulated pilots with a known truth, {numbers} and the same comparison areas"
    return f"These intervals were {tried}. {told} {_joint(found.get(JOINT, []))}{figures}"
