"""Who has less continuity, and whether the pilots changed that."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.answers import About
from analysis.present.continuity.sections.rows import DID, Rows
from analysis.present.templates.findings import Finding
from analysis.present.templates.reasons import Reasoned
from analysis.present.templates.values import Row
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    pass

DESIGN = "continuity_gaps"
# Of these a simulation plants no change, and their slopes change by the arithmetic of the index.
ARITHMETIC = ("gap_change_age", "gap_change_conditions")


@dataclass(frozen=True)
class Gap:
    """Continuity over patients in the order of one thing, before the start, and how the pilots changed it.

    Attributes
    ----------
    by : str
        What ranks them.
    slope : Finding or None
        The difference between the two ends.
    relative : Row or None
        Their ratio.
    first, last : Row or None
        The means of the first and the last group.
    part : str
        Which part of all patients such a group is, ``5`` for a fifth; ``group`` where there are fewer than asked.
    change : Finding or None
        How the pilots changed the slope.
    became : Verdict
        What that made of the gap: wider, narrower, turned round.
    """

    by: str
    slope: Finding | None
    relative: Row | None
    first: Row | None
    last: Row | None
    part: str
    change: Finding | None
    became: Verdict


@dataclass(frozen=True)
class Gaps:
    """All gaps of which something was estimated.

    Attributes
    ----------
    sloped, changed : list of Gap
        Those with a slope before the start, and those with a change of it.
    reason, no_change : Reasoned or None
        Why there are none.
    arithmetic : bool
        Whether a simulation says that slopes change by the arithmetic of the index alone.
    """

    sloped: list[Gap]
    changed: list[Gap]
    reason: Reasoned | None
    no_change: Reasoned | None
    arithmetic: bool

    @property
    def first(self) -> Gap | None:
        """The first of the changes."""
        return self.changed[0] if self.changed else None


def gaps(rows: Rows) -> Gaps | None:
    """Who has less continuity; None where the plan does not ask."""
    if rows.plan.gaps is None:
        return None
    rankings = [_gap(rows, by, rows.plan.gaps.groups) for by in rows.plan.gaps.by]
    changed = [each for each in rankings if each.change]
    return Gaps(
        sloped=[each for each in rankings if each.slope],
        changed=changed,
        reason=rows.why(DESIGN),
        # Age, deprivation and conditions come from one table, so where they are missing it is for one reason.
        no_change=rows.why(DID, "gap_imd"),
        arithmetic=bool(changed) and all(rows.truth(result) is not None for result in ARITHMETIC),
    )


def _gap(rows: Rows, by: str, groups: int) -> Gap:
    means = _means(rows, by)
    # Equal values stay together, so there may be fewer groups than the plan asks for.
    part = f"{groups}" if len(means) == groups else "group"
    first, last = (means[0], means[-1]) if len(means) > 1 else (None, None)
    return Gap(
        by=by,
        slope=rows.finding(DESIGN, specification=by, term="slope_index"),
        relative=rows.row(DESIGN, specification=by, term="relative_index"),
        first=first,
        last=last,
        part=part,
        change=rows.finding(DID, specification=f"gap_{by}", term="gap_change"),
        became=rows.sources.verdicts.of(rows.plan.outcome, "gap", by, About.CONTINUITY),
    )


def _means(rows: Rows, by: str) -> list[Row]:
    """The means of the groups, from the first to the last."""
    table = rows.sources.context.estimates
    table = table[
        (table["design"] == DESIGN) & (table["outcome"] == rows.plan.outcome) & (table["specification"] == by)
        & (table["term"] == "mean")
    ].sort_values("subgroup")  # fmt: skip
    return [rows.seen(row) for _, row in table.iterrows()]
