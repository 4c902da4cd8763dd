"""What the section on uncertainty is told from: the outcomes whose uncertainty is told in other ways."""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.present.provenance.sources import PaperPlan, Sources


@dataclass(frozen=True)
class Uncertainty:
    """One outcome whose uncertainty is told in other ways: its name in the plan, and in words."""

    name: str
    label: str


@dataclass(frozen=True)
class InferencePage:
    """The outcomes whose uncertainty is told in other ways; none where the plan names no other way."""

    outcomes: list[Uncertainty]


def page(sources: Sources) -> InferencePage | None:
    """What the section on uncertainty tells; None where the study has no outcomes."""
    if not sources.plan.outcomes:
        return None
    return InferencePage([Uncertainty(name, sources.plan.outcomes[name].label) for name in _told(sources.plan)])


def _told(plan: PaperPlan) -> Iterator[str]:
    """The outcomes that the plan calls primary, or all where it calls none so, and those that are checked."""
    first = [name for name, each in plan.outcomes.items() if each.primary] or list(plan.outcomes)
    checked = {name for check in plan.checks.values() for name in check.outcomes}
    if plan.methods:
        yield from (name for name in plan.outcomes if name in checked.union(first))
