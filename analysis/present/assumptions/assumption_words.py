"""How wrong an assumption would have to be to undo a finding: the words, each number with its address."""

from typing import TYPE_CHECKING, Any

from analysis.estimates import one
from analysis.plan.sensitivity import Checks
from analysis.present.assumptions.assumption_lines import (
    WITHOUT_END,
    drift,
    fragile,
    sides,
    span_of,
    violation,
    whole_points,
)
from analysis.present.provenance.context import Context, Outcomes
from analysis.present.verdict import check_rows, extremes, primary_change
from analysis.wording import CANNOT, Change, changed, counted, listed, plural

if TYPE_CHECKING:
    import pandas as pd


def trends_words(context: Context, name: str, primary: Change, check: str) -> str:
    """What violation of parallel trends a finding survives."""
    rows = check_rows(context.estimates, name, check)
    broken = {kind: one(rows, term="breakdown", horizon=kind) for kind in ("relative_magnitudes", "smoothness")}
    if all(row is None for row in broken.values()):
        return "How far trends may have differed was not worked out."
    if not primary.clear:
        return "Trends that differed can hide a change or feign one; with no clear finding there is none to undo."
    return " ".join(_broken(context, name, kind, row) for kind, row in broken.items() if row is not None)


def _broken(context: Context, name: str, kind: str, row: "pd.Series[Any]") -> str:
    what = "movements of the two groups apart" if kind == "relative_magnitudes" else "a steady drift that changes slope"
    size = row["estimate"]
    if size >= WITHOUT_END:
        return f"The finding survives {what}, however large."
    if size <= 0:
        return f"The finding does not survive {what}, however small."
    told = context.cite(f"robustness.{name}.{kind}", violation(kind, size), row)
    if kind == "relative_magnitudes":
        return drift(told, weak=fragile(kind, size))
    return f"It survives a drift whose slope changes by up to {told}."


def fragile_words(context: Context, outcomes: Outcomes, checks: Checks) -> str:
    """Which findings drift would undo that is no larger than was seen before the start; empty where there are none."""
    named = [name for name, check in checks.items() if check.kind == "parallel_trends"]
    weak = [
        each.label
        for name, each in outcomes.items()
        if (primary := primary_change(context.estimates, name)) is not None and primary.clear
        and any(_fragile(context, name, check) for check in named)
    ]  # fmt: skip
    if not weak:
        return ""
    which = plural(len(weak), "The change in", "The changes in")
    return (
        f"{which} {listed(weak)} would not survive a drift of the two groups as large as that already seen before the "
        "start."
    )


def _fragile(context: Context, name: str, check: str) -> bool:
    row = one(check_rows(context.estimates, name, check), term="breakdown", horizon="relative_magnitudes")
    return row is not None and fragile("relative_magnitudes", row["estimate"])


def confounder_words(context: Context, name: str, primary: Change, check: str) -> str:
    """What a confounder that nobody observed would have to be like."""
    rows = check_rows(context.estimates, name, check)
    value, bound = (one(rows, term="e_value", horizon=each) for each in ("estimate", "interval"))
    if value is None or bound is None:
        return "What an unobserved confounder would have to be like was not worked out."
    if not primary.clear:
        return "No confounder is needed to bring the interval to no change: it includes it already."
    whole = context.cite(f"robustness.{name}.e_value", f"{value['estimate']:.2f}", value)
    edge = context.cite(f"robustness.{name}.e_value_interval", f"{bound['estimate']:.2f}", bound)
    return (
        f"Something that nobody observed would have to become {edge} times as common, or as rare, among patients of "
        "pilot practices with the start, and to multiply or divide the rate by as much, for the interval to include no "
        f"change; by {whole} each to explain the whole estimate."
    )


def curve_words(context: Context, name: str, primary: Change, check: str) -> str:
    """What every combination of the declared choices says; the figure is named by the text around it."""
    rows = check_rows(context.estimates, name, check)
    combinations, fewer = whole_points(rows)
    fall, rise = (one(rows, term=f"share_clear_{side}") for side in ("below", "above"))
    if combinations.empty:
        return "Combinations of the declared choices could not be estimated."
    key = f"robustness.{name}.curve"
    number = context.cite(f"{key}_count", counted(len(combinations)), combinations.iloc[0])
    low, high = (
        context.cite(f"{key}_{end}", changed(row).signed(), row)
        for end, row in zip(("low", "high"), extremes(combinations), strict=True)
    )
    said = (
        f"The {number} {plural(len(combinations), 'combination')} of model, months, comparison group and washout "
        f"{plural(len(combinations), 'runs', 'run')} from {low} to {high}"
    )
    if fall is None or rise is None:
        return f"{said}. {CANNOT} a change is clear in any of them."
    falls, rises = (
        context.cite(f"{key}_{side}", f"{row['estimate']:.0%}", row) for side, row in (("fall", fall), ("rise", rise))
    )
    said += f"; a fall is clear in {falls} of them and a rise in {rises}."
    if len(fewer):
        key = f"{key}_fewer"
        left = context.cite(key, counted(len(fewer)), fewer.iloc[0]) if len(fewer) > 1 else ""
        verbs = plural(len(fewer), "One more loses sites, and is", f"Another {left} lose sites, and are")
        span = context.cite(f"{key}_span", span_of(fewer), fewer.iloc[0])
        said += f" {verbs} not counted: {span}, {sides(fewer)}."
    same = rise if primary.estimate > 0 else fall
    return said + _agreement(primary, same["estimate"], fall["estimate"] + rise["estimate"] - same["estimate"])


def _agreement(primary: Change, same: float, opposite: float) -> str:
    if not primary.clear:
        return "" if same + opposite == 0 else " So whether a change is clear hangs on the choice."
    if same == 1:
        return " It is clear under each of the choices that are counted."
    return " The finding rests on the choices made." if same < 0.5 or opposite else " Most choices leave it standing."
