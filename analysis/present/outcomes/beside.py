"""Truths and published values beside groups of outcomes."""

from dataclasses import dataclass

from analysis.answers import About, Question
from analysis.plan.pilots import ActivityOutcome
from analysis.present.outcomes.benchmarks import Beside, Estimated, beside
from analysis.present.outcomes.outcomes import primary
from analysis.present.provenance.sources import Sources


@dataclass(frozen=True)
class BesidePage:
    """What stands beside the outcomes, by group.

    Attributes
    ----------
    first : Beside
        Beside the first primary outcome.
    others : Beside
        Beside the rest of the primary ones.
    secondary : Beside
        Beside the counts that are not primary.
    published : Beside
        Beside all that the plan sets a published value beside.
    """

    first: Beside
    others: Beside
    secondary: Beside
    published: Beside


def page(sources: Sources) -> BesidePage | None:
    """What stands beside the outcomes; None where the study has none."""
    outcomes = sources.plan.outcomes
    if not outcomes:
        return None
    names = [*primary(outcomes)]
    counted = [name for name, each in outcomes.items() if isinstance(each, ActivityOutcome) and not each.placebo]
    return BesidePage(
        first=_beside(sources, names[:1]),
        others=_beside(sources, names[1:]),
        secondary=_beside(sources, [name for name in counted if name not in names]),
        published=_beside(sources, [name for name, each in outcomes.items() if each.published]),
    )


def _beside(sources: Sources, names: list[str]) -> Beside:
    return beside("outcomes", [_estimated(sources, name) for name in names], sources.benchmarks)


def _estimated(sources: Sources, name: str) -> Estimated:
    truths = sources.verdicts.each(name, Question.TRUTH, About.OUTCOME)
    return Estimated(name, sources.plan.outcomes[name].label, truths[0] if truths else None)
