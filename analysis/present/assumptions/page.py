"""What a summary says of assumptions: which findings hang on them."""

from dataclasses import dataclass

from analysis.answers import Question
from analysis.present.provenance.sources import Sources


@dataclass(frozen=True)
class AssumptionsPage:
    """The findings, in words, that drift would undo that is no larger than was seen before the start."""

    fragile: list[str]


def page(sources: Sources) -> AssumptionsPage | None:
    """What is told of assumptions; None where the study has no outcomes."""
    outcomes = sources.plan.outcomes
    if not outcomes:
        return None
    first = {name: each for name, each in outcomes.items() if each.primary} or outcomes
    return AssumptionsPage([each.label for name, each in first.items() if _fragile(sources, name)])


def _fragile(sources: Sources, name: str) -> bool:
    return any(each.fragile or each.breaks for each in sources.verdicts.each(name, Question.DRIFT))
