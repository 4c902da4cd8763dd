"""The other designs of one outcome: what each gives, and whether it says what the primary one says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.estimates import pick, verdict_row
from analysis.plan.pilots import AnyOutcome
from analysis.present.designs.design_rows import (
    LAST_PERIOD,
    OTHER_PEOPLE,
    WEAKER,
    Key,
    code,
    design_result,
    effect_designs,
    effects,
    keys,
)
from analysis.present.provenance.sources import Sources
from analysis.present.templates.values import Row, Value
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

REFERENCE = -1


@dataclass(frozen=True)
class Design:
    """A design of an outcome: its code, its row, what becomes of the finding under it, whether it is a weaker one."""

    code: str
    row: Row
    survives: Verdict
    weaker: bool


@dataclass(frozen=True, kw_only=True)
class Apart:
    """Designs that stand apart and measure every change from the last period before the start alone.

    Attributes
    ----------
    designs : list of Design
        Those designs.
    every : bool
        Whether no other design stands apart.
    all_periods : bool
        Whether all earlier periods lie on one side of the last one, and not only most.
    above : bool
        Whether they lie above it.
    """

    designs: list[Design]
    every: bool
    all_periods: bool
    above: bool


@dataclass(frozen=True, kw_only=True)
class Others:
    """The other designs of one outcome.

    Attributes
    ----------
    label : str
        The outcome in words.
    effect : Row or None
        The primary estimate; None where it could not be made.
    finding : Verdict
        Its direction.
    designs : list of Design
        Those on everybody registered that have an estimate, in their order.
    low, high : Value or None
        The lowest and the highest of their estimates.
    apart : Apart or None
        Those that hang on how one period happened to lie.
    """

    label: str
    effect: Row | None
    finding: Verdict
    designs: list[Design]
    low: Value | None
    high: Value | None
    apart: Apart | None

    @property
    def several(self) -> bool:
        """Whether there is more than one."""
        return len(self.designs) > 1

    @property
    def unjudged(self) -> list[Design]:
        """Those of which nobody can tell whether they agree."""
        return [each for each in self.designs if each.survives.unknown]

    @property
    def judged(self) -> list[Design]:
        """Those of which one can."""
        return [each for each in self.designs if each.survives.known]

    @property
    def kept(self) -> list[Design]:
        """Those that say what the primary one says."""
        return [each for each in self.designs if each.survives.kept]

    @property
    def lost(self) -> list[Design]:
        """Those that say something else."""
        return [each for each in self.designs if each.survives.lost]


def others(sources: Sources, name: str, outcome: AnyOutcome) -> Others:
    """The other designs of one outcome."""
    primary = verdict_row(sources.context.estimates, name, "difference_in_differences")
    rows = {} if primary is None else dict(_rows(sources, name, outcome))
    designs = {key: _design(sources, name, key, row) for key, row in rows.items()}
    ordered = sorted(designs.values(), key=lambda each: each.row.estimate.number)
    return Others(
        label=outcome.label,
        effect=None if primary is None else Row(sources.context, primary),
        finding=sources.verdicts.of(name, Question.DIRECTION, about=About.OUTCOME),
        designs=list(designs.values()),
        low=ordered[0].row.estimate if ordered else None,
        high=ordered[-1].row.estimate if ordered else None,
        apart=None if primary is None else _apart(sources, name, primary, designs),
    )


def _rows(sources: Sources, name: str, outcome: AnyOutcome) -> "Iterator[tuple[Key, pd.Series[Any]]]":
    estimates, only = sources.context.estimates, {name: outcome}
    for key in keys(estimates, only):
        row = design_result(effects(estimates, only), name, key).row
        if (
            key[0] in effect_designs(outcome)
            and key[0] not in ("difference_in_differences", OTHER_PEOPLE)
            and row is not None
        ):
            yield key, row


def _design(sources: Sources, name: str, key: Key, row: "pd.Series[Any]") -> Design:
    survives = sources.verdicts.of(name, Question.SURVIVES, code(key), About.DESIGN)
    return Design(code(key), Row(sources.context, row), survives, key in WEAKER)


def _apart(sources: Sources, name: str, primary: "pd.Series[Any]", designs: dict[Key, Design]) -> Apart | None:
    """What those have in common that stand apart and measure from the last period before the start alone."""
    lost = [each for each in designs.values() if each.survives.lost]
    odd = [each for key, each in designs.items() if each.survives.lost and key in LAST_PERIOD]
    periods = pick(sources.context.estimates, outcome=name, design="event_study", term="period", scale="ratio")
    earlier = periods.loc[periods["horizon"].astype(int) < REFERENCE, "estimate"]
    if not odd or earlier.empty:
        return None
    above = odd[0].row.estimate.number > Row(sources.context, primary).estimate.number
    share = float(((earlier > 1) if above else (earlier < 1)).mean())
    if share <= 0.5:
        return None
    return Apart(designs=odd, every=len(odd) == len(lost), all_periods=share == 1, above=above)
