"""What stands beside the findings where intervals from so few sites are too narrow."""

from typing import TYPE_CHECKING, Any

from analysis.assess.calibration.narrow import read_tried, too_narrow
from analysis.plan.pilots import ActivityOutcome, AnyOutcome
from analysis.present.outcomes.outcomes import effect_row, groups, primary
from analysis.present.provenance.address import Origin
from analysis.present.provenance.context import Context, Outcomes
from analysis.steps import Paths
from analysis.wording import in_words

if TYPE_CHECKING:
    import pandas as pd

Cautions = dict[str, dict[str, str]]
STEP = "analysis.estimate.calibration.calibration"
NONE = {"beside": "", "short": ""}
# The worlds of the calibration have counts alone, so nobody knows it of shares.
UNTRIED = {
    "beside": "Whether intervals of shares are too narrow with so few sites was not tried; those of counts are.",
    "short": "Whether this interval is too narrow with so few sites was not tried ([Methods](#sec-methods)).",
}


def cautious(
    context: Context, words: dict[str, Any], outcomes: Outcomes, calibration: Paths, confidence: float
) -> dict[str, Any]:
    """The words of a paper with what calibration says of its intervals.

    Parameters
    ----------
    context : Context
        The table of estimates and the book of numbers.
    words : dict
        The words of headlines and of outcomes.
    outcomes : dict
        The plans of the outcomes by name.
    calibration : tuple of Path
        What `make calibrate` wrote for the default study; without it nothing is said.
    confidence : float
        What the intervals promise.

    Returns
    -------
    dict
        The words; of each outcome also its `finding`, which has what is to be said once in a list of all, and its
        `caution`; and what is to be said once, of `counts` and of `shares`, as `calibrated`.
    """
    known = dict.fromkeys(outcomes, NONE)
    for path in calibration:
        known = cautions(context, outcomes, read_tried(path), confidence)
    lines = zip(words["headlines"], groups(list(primary(outcomes))), strict=False)
    heads = _once({line: [known[name]["beside"] for name in names] for line, names in lines})
    points = _once({name: [each["beside"]] for name, each in known.items()})
    counts = {name for name, each in outcomes.items() if isinstance(each, ActivityOutcome)}
    return words | {
        "headlines": {line: f"{text} {heads.get(line, '')}".strip() for line, text in words["headlines"].items()},
        "outcomes": {
            name: told | {"finding": f"{told['headline']} {points[name]}".strip(), "caution": known[name]["short"]}
            for name, told in words["outcomes"].items()
        },
        "calibrated": {
            "counts": "".join(points[name] for name in known if name in counts),
            "shares": "".join(points[name] for name in known if name not in counts),
        },
    }


def _once(said: dict[str, list[str]]) -> dict[str, str]:
    """The sentences of each line that no line before has."""
    before, told = {""}, dict[str, str]()
    for line, sentences in said.items():
        new = [each for each in dict.fromkeys(sentences) if each not in before]
        told[line] = " ".join(new)
        before |= set(new)
    return told


def cautions(context: Context, outcomes: Outcomes, tried: "pd.DataFrame", confidence: float) -> Cautions:
    """What stands beside the interval of each primary effect where such intervals are too narrow.

    Parameters
    ----------
    context : Context
        The table of estimates and the book of numbers.
    outcomes : dict
        Their plans by name.
    tried : DataFrame
        What `make calibrate` wrote for the default study, whose primary model is that of every study.
    confidence : float
        What the intervals promise.

    Returns
    -------
    dict
        By outcome two sentences, `beside` a headline with the figures and `short` where the interval is told again;
        both are empty where the intervals keep their promise, or nobody knows.
    """
    return {name: _caution(context, name, each, tried, confidence) for name, each in outcomes.items()}


def _caution(
    context: Context, name: str, outcome: AnyOutcome, tried: "pd.DataFrame", confidence: float
) -> dict[str, str]:
    nearest = too_narrow(tried, effect_row(context, name), confidence)
    if nearest is None:
        return {"beside": "", "short": ""}
    if not isinstance(outcome, ActivityOutcome):
        return UNTRIED
    origin = Origin(f"reports/calibration/default.csv: no effect, {nearest['sites']} sites", STEP, "simulated worlds")
    held = context.book.cite("calibration.held", f"{100 * nearest['coverage']:.1f}%", origin)
    pilots = f"simulated pilots of {in_words(int(nearest['sites']))} sites"
    return {
        "beside": f"With so few sites such intervals are too narrow: in {pilots} they held the truth in {held} of "
        f"worlds, and not in {100 * confidence:g}%.",
        "short": "With so few sites this interval is too narrow ([Methods](#sec-methods)).",
    }
