"""A check by group of practices: the ends of the effects, and whether the groups differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.answers import Question
from analysis.estimates import one, pick
from analysis.present.assumptions.check import Check, CheckSource, extremes
from analysis.present.templates.values import Row
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Groups(Check):
    """The effect by group.

    Attributes
    ----------
    lowest, highest : Row
        The ends of the effects, and their groups in words.
    groups : Verdict
        Whether they differ, by the interaction test.
    test : Row or None
        That test.
    some : list of str
        The groups that it compares where it leaves some out; empty where it compares all.
    """

    lowest: Row
    lowest_group: str
    highest: Row
    highest_group: str
    groups: Verdict
    test: Row | None
    some: list[str]
    line: str = "robustness/lines/groups"


def by_group(source: CheckSource) -> Iterator[Check]:
    """The effect by group, from the lowest to the highest; nothing where none was estimated."""
    rows = pick(source.rows, term="effect", scale="ratio")
    rows = rows[rows["subgroup"] != "all"]
    if rows.empty:
        return
    (low, high), test = extremes(rows), one(source.rows, term="interaction")
    yield Groups(
        **source.common,
        lowest=source.row(low),
        lowest_group=group_name(str(low["subgroup"])),
        highest=source.row(high),
        highest_group=group_name(str(high["subgroup"])),
        groups=source.verdict(Question.GROUPS),
        test=None if test is None else source.row(test),
        some=compared_groups(source.rows),
    )


def group_name(group: str) -> str:
    """A group of practices in words."""
    return f"group {group}" if group.isdigit() else group.replace("_", " ")


def compared_groups(rows: "pd.DataFrame") -> list[str]:
    """Which groups the interaction test compares where it leaves some out; empty where it compares all.

    A group in too few clusters for an interval is not in the test.
    """
    effects = pick(rows, term="effect", scale="ratio")
    effects = effects[effects["subgroup"] != "all"]
    with_interval = effects["ci_low"].notna()
    names = sorted(
        set(effects.loc[with_interval, "subgroup"]), key=lambda each: (int(each) if each.isdigit() else 0, each)
    )
    return [] if with_interval.all() else [group_name(each) for each in names]
