"""The same outcome by every design: the words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.estimates import pick
from analysis.present.designs.design_rows import (
    LAST_PERIOD,
    OTHER_PEOPLE,
    WEAKER,
    asked,
    compared,
    effects,
    keys,
    named,
    told,
)
from analysis.present.provenance.context import Context, Outcomes
from analysis.present.verdict import Fate, fate, primary_change
from analysis.wording import CANNOT, Change, changed, in_words, listed, plural

if TYPE_CHECKING:
    import pandas as pd

KEPT = ("survives", "stays unclear")
Found = tuple[str, "pd.Series[Any]", Fate, bool]
REFERENCE = -1


def design_words(context: Context, outcomes: Outcomes) -> dict[str, dict[str, str]]:
    """By outcome with more than one design, how far the designs agree."""
    several = compared(outcomes)
    return {name: {"agree": _agree(context, name, several)} for name in several}


def _agree(context: Context, name: str, outcomes: Outcomes) -> str:
    primary, label = primary_change(context.estimates, name), outcomes[name].label
    if primary is None:
        return f"The primary estimate of {label} could not be made, so there is nothing to set other designs against."
    found = _others(context, name, outcomes, primary)
    if not found:
        return f"No other design could estimate the change in {label}."
    low = min(found, key=lambda each: each[1]["estimate"])
    high = max(found, key=lambda each: each[1]["estimate"])
    ends = [
        context.cite(f"designs.{name}.{key}", changed(each[1]).signed(), each[1])
        for key, each in (("low", low), ("high", high))
    ]
    span = f"run from {ends[0]} to {ends[1]}" if len(found) > 1 else f"give {ends[0]}"
    said = f"For {label} the other designs {span}. {_counted(found, primary)}"
    return " ".join([said, *_last_period(context, name, found, primary)])


def _last_period(context: Context, name: str, found: list[Found], primary: Change) -> Iterator[str]:
    """What those have in common that stand apart and measure from the last period before the start alone."""
    apart = {label: row for label, row, fated, _ in found if fated not in (*KEPT, "neither")}
    odd = {label: row for label, row in apart.items() if (row["design"], row["estimator"]) in LAST_PERIOD}
    periods = pick(context.estimates, outcome=name, design="event_study", term="period", scale="ratio")
    earlier = periods.loc[periods["horizon"].astype(int) < REFERENCE, "estimate"]
    if not odd or earlier.empty:
        return
    high = changed(next(iter(odd.values()))).estimate > primary.estimate
    share = float(((earlier > 1) if high else (earlier < 1)).mean())
    if share > 0.5:
        which, side, lay = "all" if share == 1 else "most", *(("above", "low") if high else ("below", "high"))
        who = plural(len(odd), "It", "They") if len(odd) == len(apart) else listed(list(odd))
        yield (
            f"{who} {plural(len(odd), 'measures', 'measure')} every change from the last period before the start "
            f"alone, and {which} earlier periods lie {side} it, so it may have lain {lay} by chance and made a part of "
            "the change."
        )


def _others(context: Context, name: str, outcomes: Outcomes, primary: Change) -> list[Found]:
    rows, made = effects(context.estimates, outcomes), []
    for key in keys(context.estimates, {name: outcomes[name]}):
        row = told(rows, name, key).row
        other = key[0] in asked(outcomes[name]) and key[0] not in ("difference_in_differences", OTHER_PEOPLE)
        if other and row is not None:
            made.append((named(key).removesuffix(" (weaker)"), row, fate(primary, changed(row)), key in WEAKER))
    return made


def _counted(found: list[Found], primary: Change) -> str:
    """How many designs say what the primary one says, and which do not; weaker ones are named as such."""
    untold = [name for name, _, fated, _ in found if fated == "neither"]
    if len(untold) == len(found):
        return f"{CANNOT} they agree with the primary estimate."
    if not untold:
        return _shown(found, primary, plural(len(found), "It shows", "All show"))
    sure = [each for each in found if each[2] != "neither"]
    said = _shown(sure, primary, plural(len(sure), "The one with an interval shows", "Those with an interval show"))
    return f"{CANNOT} {listed(untold)} {plural(len(untold), 'agrees', 'agree')} with the primary estimate. {said}"


def _shown(found: list[Found], primary: Change, show: str) -> str:
    """How many of those with an interval say what the primary one says; `show` begins what is said of all of them."""
    kept = [each for each in found if each[2] in KEPT]
    odd = [f"{name} (a weaker design)" if weak else name for name, _, fated, weak in found if fated not in KEPT]
    what = "the same clear change" if primary.clear else "no clear change either"
    none = "no clear change or the opposite" if primary.clear else "a clear change"
    every = len(found)
    if not odd:
        return f"{show} {what}."
    if not kept:
        return f"{show} {none}, unlike the primary estimate."
    verb = "shows" if len(kept) == 1 else "show"
    return f"Of the {in_words(every)}, {in_words(len(kept))} {verb} {what}; {none} comes from {listed(odd)}."
