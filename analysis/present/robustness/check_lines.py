"""The checks of one outcome as lines of a table: what was changed, what came out, what it means."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.estimates import one, pick
from analysis.plan.sensitivity import AnyCheck
from analysis.present.assumptions.assumption_lines import confounder, curve, parallel_trends
from analysis.present.verdict import UNTOLD, Line, check_rows, fate, meaning, size
from analysis.wording import Change, changed, listed, number_of, p_value, sentence

if TYPE_CHECKING:
    import pandas as pd

ABSENT = "not estimated"


@dataclass(frozen=True)
class Asked:
    """A check of one outcome: its rows, the finding put to the test, and the check's name in words."""

    rows: "pd.DataFrame"
    primary: Change
    label: str


def lines(estimates: "pd.DataFrame", outcome: str, primary: Change, name: str, check: AnyCheck) -> list[Line]:
    """The lines of one check of one outcome; one that says so where nothing was estimated.

    Parameters
    ----------
    estimates : DataFrame
        The table of estimates.
    outcome : str
        The outcome's name in the study.
    primary : Change
        The finding that is put to the test.
    name : str
        The check's name in the study, which its rows have as specification.
    check : check of the plan
        Its kind and its label.
    """
    rows = check_rows(estimates, outcome, name)
    label = sentence(check.label)
    made = KINDS[check.kind](Asked(rows, primary, label)) if len(rows) else []
    return made or [Line(label, ABSENT, "This check could not be made.")]


def _another(asked: Asked) -> list[Line]:
    row = one(asked.rows, term="effect", subgroup="all")
    if row is None:
        return []
    other = changed(row)
    said = f"{meaning(asked.primary, other)}{fewer_sites(asked.rows)}"
    return [Line(asked.label, size(row), said, fate(asked.primary, other))]


def fewer_sites(rows: "pd.DataFrame") -> str:
    """That a check rests on fewer sites than the finding, where it does."""
    row = one(rows, term="sites")
    if row is None or not row["estimate"] < row["n_units"]:
        return ""
    return f" It rests on {row['estimate']:.0f} of {number_of(row['n_units'], 'site')}."


def _placebo_date(asked: Asked) -> list[Line]:
    row = one(asked.rows, term="effect")
    if row is None:
        return []
    told = changed(row)
    if not told.known:
        return [Line(asked.label, size(row), UNTOLD)]
    said = (
        "A warning: a change is clear before anything had started."
        if told.clear
        else "As it should be: nothing is clear where nothing had started."
    )
    return [Line(asked.label, size(row), f"{said}{fewer_sites(asked.rows)}")]


def _leave_one_out(asked: Asked) -> list[Line]:
    rows = asked.rows[asked.rows["subgroup"].str.startswith("without ") & (asked.rows["scale"] == "ratio")]
    if rows.empty:
        return []
    told = {row["subgroup"].removeprefix("without "): changed(row) for _, row in rows.iterrows()}
    sizes = sorted(told.values(), key=lambda each: each.estimate)
    most = max(told, key=lambda site: abs(told[site].estimate - asked.primary.estimate))
    fates = {site: fate(asked.primary, each) for site, each in told.items()}
    lost = [site for site, each in fates.items() if each in ("fades", "turns", "appears")]
    untold = not asked.primary.known or not all(each.known for each in told.values())
    said = (
        f"{UNTOLD if untold else _sites(asked.primary, lost)} {most} matters most ({told[most].signed()} without it)."
    )
    worst = fates[lost[0]] if lost else next(iter(fates.values()))
    return [Line(asked.label, f"{sizes[0].signed()} to {sizes[-1].signed()}", said, worst)]


def _sites(primary: Change, lost: list[str]) -> str:
    if primary.clear:
        if not lost:
            return "The finding survives without any one site."
        return f"The finding does not survive without {listed(lost)}."
    if not lost:
        return "There was no clear finding to survive, and leaving out one site makes nothing clear."
    decides = "one site decides" if len(lost) == 1 else "single sites decide"
    return f"There was no clear finding to survive, but a change is clear without {listed(lost)}: {decides}."


def _dose(asked: Asked) -> list[Line]:
    row = one(asked.rows, term="dose")
    if row is None:
        return []
    told = changed(row)
    if not told.clear:
        said = "Beyond the step at the start, whether more exposure did more cannot be told."
    elif not asked.primary.clear:
        said = f"Beyond any step at the start, the rate {told.verb()} with more exposure."
    elif (told.estimate > 0) == (asked.primary.estimate > 0):
        said = "Beyond the step at the start, more exposure went with more of the change."
    else:
        said = "Beyond the step at the start, more exposure went with less of the change."
    return [Line(asked.label, size(row), said)]


def _heterogeneity(asked: Asked) -> list[Line]:
    rows = pick(asked.rows, term="effect", scale="ratio")
    rows = rows[rows["subgroup"] != "all"].sort_values("estimate")
    if rows.empty:
        return []
    low, high = rows.iloc[0], rows.iloc[-1]
    span = f"{changed(low).signed()} ({_group(low)}) to {changed(high).signed()} ({_group(high)})"
    return [Line(asked.label, span, differ(asked.rows))]


def _group(row: "pd.Series[Any]") -> str:
    return named(str(row["subgroup"]))


def named(group: str) -> str:
    """A group of practices in words."""
    return f"group {group}" if group.isdigit() else group.replace("_", " ")


def compared_groups(rows: "pd.DataFrame") -> str:
    """Which groups the interaction test compares where it leaves some out; empty where it compares all.

    A group in too few clusters for an interval is not in the test.
    """
    effects = pick(rows, term="effect", scale="ratio")
    effects = effects[effects["subgroup"] != "all"]
    known = effects["ci_low"].notna()
    told = sorted(set(effects.loc[known, "subgroup"]), key=lambda each: (int(each) if each.isdigit() else 0, each))
    return "" if known.all() else listed([named(each) for each in told])


def differ(rows: "pd.DataFrame") -> str:
    """Whether groups differ, by the interaction test."""
    test = one(rows, term="interaction")
    if test is None or test["p_value"] != test["p_value"]:
        return "Whether the groups differ cannot be told from so few clusters."
    value, some = p_value(test["p_value"]), compared_groups(rows)
    groups, rest = sentence(some) or "The groups", "; the others lie in too few sites" * bool(some)
    if test["p_value"] < 0.05:
        return f"{groups} seem to differ ({value}{rest}); of many such tests one may do so by chance."
    return f"{groups} do not clearly differ ({value}{rest}), though such a test misses much."


KINDS: dict[str, Callable[[Asked], list[Line]]] = {
    "estimator": _another,
    "window": _another,
    "comparison": _another,
    "placebo_date": _placebo_date,
    "leave_one_out": _leave_one_out,
    "dose": _dose,
    "heterogeneity": _heterogeneity,
    "parallel_trends": lambda asked: parallel_trends(asked.rows, asked.primary, asked.label),
    "confounder": lambda asked: confounder(asked.rows, asked.primary, asked.label),
    "curve": lambda asked: curve(asked.rows, asked.primary, asked.label),
}
