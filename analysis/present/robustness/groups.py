"""Who gained and who did not: the effect by group, beside the test that the groups differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.answers import About, Question
from analysis.assess.verdicts.checks import check_rows
from analysis.estimates import one, pick
from analysis.plan.sensitivity import Checks
from analysis.present.look.markdown import widths
from analysis.present.provenance.sources import Sources
from analysis.present.robustness.by_group import compared_groups, group_name
from analysis.present.templates.values import Row
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class GroupEffect:
    """The effect in a group; no row where it was not estimated, or where the outcome is not checked so."""

    row: Row | None


@dataclass(frozen=True, kw_only=True)
class GroupTest:
    """The test that groups differ.

    Attributes
    ----------
    told : bool
        Whether there is an effect by any group.
    groups : Verdict or None
        Whether they differ; None where the outcome is not checked so.
    row : Row or None
        The test.
    some : list of str
        The groups that it compares where it leaves some out; empty where it compares all.
    """

    told: bool
    groups: Verdict | None
    row: Row | None
    some: list[str]


@dataclass(frozen=True)
class Group:
    """A group in words, and the effect in it for each outcome."""

    name: str
    effects: list[GroupEffect]


@dataclass(frozen=True)
class Grouping:
    """One way to group practices: in words, its groups, and for each outcome the test that they differ."""

    label: str
    groups: list[Group]
    tests: list[GroupTest]


@dataclass(frozen=True, kw_only=True)
class GroupTable:
    """The table of groups: the outcomes that it has columns of, the ways to group, whether a cell is empty."""

    outcomes: list[str]
    groupings: list[Grouping]
    dashed: bool
    simulated: bool
    widths: str


def group_table(sources: Sources) -> GroupTable | None:
    """The effect by group, an outcome a column; None where the plan does not ask who gained."""
    kinds = grouped(sources.plan.checks)
    names = [name for name in sources.plan.outcomes if any(name in check.outcomes for check in kinds.values())]
    if not names:
        return None
    rows = sources.context.estimates
    groupings = [_grouping(sources, key, names) for key in kinds]
    empty = [effect.row is None for each in groupings for group in each.groups for effect in group.effects]
    return GroupTable(
        outcomes=[sources.plan.outcomes[name].label for name in names],
        groupings=groupings,
        dashed=any(empty) or not all(test.told for each in groupings for test in each.tests),
        simulated=bool(rows.loc[rows["outcome"].isin(names), "simulated"].any()),
        widths=widths(28, len(names)),
    )


def grouped(checks: Checks) -> Checks:
    """The checks that ask who benefits."""
    return {name: check for name, check in checks.items() if check.kind == "heterogeneity"}


def _grouping(sources: Sources, key: str, names: list[str]) -> Grouping:
    check = sources.plan.checks[key]
    nobody = sources.context.estimates.iloc[:0]
    rows = {
        name: check_rows(sources.context.estimates, name, key) if name in check.outcomes else nobody for name in names
    }
    groups = [
        Group(group_name(group), [_effect(sources, each, group) for each in rows.values()]) for group in _all(rows)
    ]
    return Grouping(check.label, groups, [_test(sources, name, key, each) for name, each in rows.items()])


def _all(rows: "dict[str, pd.DataFrame]") -> Iterator[str]:
    """The groups with an estimate for any outcome, numbers in their order."""
    names = {group for each in rows.values() for group in pick(each, term="effect")["subgroup"]} - {"all"}
    yield from sorted(names, key=lambda each: (int(each) if each.isdigit() else 0, each))


def _effect(sources: Sources, rows: "pd.DataFrame", group: str) -> GroupEffect:
    row = one(rows, term="effect", subgroup=group)
    return GroupEffect(None if row is None else Row(sources.context, row, cited=False, bare=True))


def _test(sources: Sources, name: str, key: str, rows: "pd.DataFrame") -> GroupTest:
    row, planned = one(rows, term="interaction"), name in sources.plan.checks[key].outcomes
    return GroupTest(
        told=not pick(rows, term="effect").empty,
        groups=sources.verdicts.of(name, Question.GROUPS, key, About.CHECK) if planned else None,
        row=None if row is None else Row(sources.context, row, cited=False),
        some=compared_groups(rows),
    )
