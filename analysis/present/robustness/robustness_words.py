"""Would the findings survive a sceptic? The words, each number with its address."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.estimates import one
from analysis.plan.sensitivity import AnyCheck, Checks
from analysis.present.assumptions.assumption_words import confounder_words, curve_words, trends_words
from analysis.present.inference.inference_words import inference_words
from analysis.present.provenance.context import Context, Outcomes
from analysis.present.robustness.check_lines import compared_groups, lines
from analysis.present.verdict import check_rows, extremes, primary_change
from analysis.wording import Change, changed, in_words, listed, p_value, plural

if TYPE_CHECKING:
    import pandas as pd

Words = dict[str, str]
CHOICES = ("estimator", "window", "comparison")
SURVIVED = {"survives", "stays unclear"}
DOUBTS = {"parallel_trends": trends_words, "confounder": confounder_words, "curve": curve_words}


def robustness_words(context: Context, outcomes: Outcomes, checks: Checks, methods: Sequence[str]) -> dict[str, Words]:
    """By outcome that is checked or whose uncertainty is told in other ways, what the paper says of it.

    Parameters
    ----------
    context : Context
        The table of estimates and the book of numbers.
    outcomes : dict
        The outcomes by name.
    checks : dict
        The checks by name, each with the outcomes that it checks.
    methods : sequence of str
        The other ways to tell uncertainty; none where the plan has none.
    """
    names = told_outcomes(outcomes, checks, methods)
    return {name: _of(context, name, outcomes[name].label, checks) for name in names}


def told_outcomes(outcomes: Outcomes, checks: Checks, methods: Sequence[str]) -> list[str]:
    """The outcomes whose robustness is told: those that are checked, and those whose uncertainty is told anew."""
    family = [name for name, each in outcomes.items() if each.primary] or list(outcomes)
    every = [name for check in checks.values() for name in check.outcomes] + family * bool(methods)
    return [name for name in outcomes if name in every]


def _of(context: Context, name: str, label: str, checks: Checks) -> Words:
    primary = primary_change(context.estimates, name)
    if primary is None:
        none = f"The effect on {label} was not estimated, so there is no finding to check."
        return {"summary": none, "detail": "", "doubts": "", "inference": ""}
    own = {key: check for key, check in checks.items() if name in check.outcomes}
    return {
        "summary": _summary(context, name, primary, own),
        "detail": _detail(context, name, primary, own),
        "doubts": " ".join(
            DOUBTS[check.kind](context, name, primary, key) for key, check in own.items() if check.kind in DOUBTS
        ),
        "inference": inference_words(context, name),
    }


def _summary(context: Context, name: str, primary: Change, checks: Checks) -> str:
    """How many other choices leave the finding as it is, and which do not."""
    made = {key: lines(context.estimates, name, primary, key, check)[0] for key, check in checks.items()}
    tried = {key: line for key, line in made.items() if checks[key].kind in CHOICES and line.fate != "neither"}
    start = (
        ""
        if primary.clear
        else "The primary estimate does not show a clear change, so there is no clear finding to survive or to fall. "
    )
    if not primary.known:
        return "From so few clusters it cannot be told whether there is a finding, so none can survive or fall."
    if not any(check.kind in CHOICES for check in checks.values()):
        return f"{start}The plan asks for no other choice of model, months or comparison group."
    if not tried:
        few = "give an interval" if primary.few else "be tried"
        return f"{start}No other choice of model, months or comparison group could {few}."
    lost = [f"*{checks[key].label}*" for key, line in tried.items() if line.fate not in SURVIVED]
    kept, every = len(tried) - len(lost), len(tried)
    return start + _counted(kept, every, lost, clear=primary.clear)


def _counted(kept: int, every: int, lost: list[str], *, clear: bool) -> str:
    of = f"Of {in_words(every)} other choices of model, months and comparison group"
    if not lost:
        which = "The one other choice" if every == 1 else f"All {in_words(every)} other choices"
        return f"{which} of model, months and comparison group {_leave(every, clear=clear)}."
    broken = "it does not survive" if clear else "a change is clear"
    none = f"{of}, none leaves the finding standing" if clear else f"{of}, each shows a change"
    start = f"{of}, {in_words(kept)} {_leave(kept, clear=clear)}; {broken}" if kept else f"{none}:"
    return f"{start} {listed(lost)}."


def _leave(count: int, *, clear: bool) -> str:
    """What choices do that change nothing, in the singular or the plural."""
    if clear:
        return f"{'leaves' if count == 1 else 'leave'} the finding standing"
    return f"{'shows' if count == 1 else 'show'} no clear change either"


def _detail(context: Context, name: str, primary: Change, checks: Checks) -> str:
    """Single sites, starts that never were, doses and groups."""
    said = [_one_check(context, name, primary, key, check) for key, check in checks.items()]
    grouped = {key: check.label for key, check in checks.items() if check.kind == "heterogeneity"}
    return " ".join(each for each in [*said, _groups(context, name, grouped)] if each)


def _one_check(context: Context, name: str, primary: Change, key: str, check: AnyCheck) -> str:
    rows = check_rows(context.estimates, name, key)
    match check.kind:
        case "leave_one_out":
            return _sites(context, name, primary, rows)
        case "placebo_date":
            return _placebo(context, name, key, rows)
        case _:
            return ""


def _sites(context: Context, name: str, primary: Change, rows: "pd.DataFrame") -> str:
    rows = rows[rows["subgroup"].str.startswith("without ") & (rows["scale"] == "ratio")]
    if rows.empty:
        return ""
    low, high = (
        context.cite(f"robustness.{name}.{key}", changed(row).signed(), row)
        for key, row in zip(("lowest_site", "highest_site"), extremes(rows), strict=True)
    )
    each = [changed(row) for _, row in rows.iterrows()]
    if not all(told.known for told in (primary, *each)):
        return f"Without each site in turn the estimate runs from {low} to {high}."
    same = {told.clear for told in each} == {primary.clear}
    verdict = "no one site decides" if same else "a single site decides whether a change is clear"
    return f"Without each site in turn the estimate runs from {low} to {high}: {verdict}."


def _placebo(context: Context, name: str, key: str, rows: "pd.DataFrame") -> str:
    row = one(rows, term="effect")
    if row is None:
        return ""
    told = changed(row)
    size = context.cite(f"robustness.{name}.{key}", told.signed(), row)
    interval = context.cite(f"robustness.{name}.{key}_interval", told.interval(), row)
    if not told.known:
        return f"A start that never was gives {size}; how much of it is chance cannot be told from so few clusters."
    if told.clear:
        return f"A start that never was seems to have an effect too ({size}; interval {interval}), which is a warning."
    return f"A start that never was shows nothing clear ({size}; interval {interval}), as it should be."


def _groups(context: Context, name: str, labels: dict[str, str]) -> str:
    """Whether the effect differs between groups, by the interaction tests: those that say so, and those that do not."""
    differ: list[tuple[str, str]] = []
    alike: list[tuple[str, str]] = []
    for key, label in labels.items():
        rows = check_rows(context.estimates, name, key)
        test, some = one(rows, term="interaction"), compared_groups(rows)
        if test is not None and test["p_value"] == test["p_value"]:
            value = context.cite(f"robustness.{name}.{key}", p_value(test["p_value"]), test)
            value += f" between {some}, the others lying in too few sites" * bool(some)
            (differ if test["p_value"] < 0.05 else alike).append((label, value))
    chance = "; of many such tests one may say so by chance"
    return " ".join([*_told_groups(alike, "does not clearly differ"), *_told_groups(differ, "seems to differ", chance)])


def _told_groups(tests: list[tuple[str, str]], verb: str, chance: str = "") -> list[str]:
    if not tests:
        return []
    labels, values = (listed(list(each)) for each in zip(*tests, strict=True))
    return [f"Told {labels}, the effect {verb} (interaction {plural(len(tests), 'test')} {values}{chance})."]
