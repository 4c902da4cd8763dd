"""What the captions of an experiment begin with: what was judged of the leading arm, and beside published values."""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.answers import About, Question
from analysis.plan.experiment import Experiment
from analysis.verdicts import Verdicts


@dataclass(frozen=True, kw_only=True)
class Message:
    """What became of the outcomes under the leading arm, against the reference arm.

    Attributes
    ----------
    leading, reference : str
        The two arms, in words.
    more, fewer, unclear, unknown : list of str
        The outcomes of which there was clearly more, clearly less, neither, and of which it cannot be told.
    """

    leading: str
    reference: str
    more: list[str]
    fewer: list[str]
    unclear: list[str]
    unknown: list[str]


@dataclass(frozen=True)
class Beside:
    """How many published values stand beside ours, and within how many of our intervals they lie.

    Attributes
    ----------
    kind : str
        What they are, a code of the phrases `published_value`.
    count, within : int
    """

    kind: str
    count: int
    within: int

    @property
    def one(self) -> bool:
        """Whether there is just one."""
        return self.count == 1

    @property
    def all(self) -> bool:
        """Whether there are any, and each lies in ours."""
        return bool(self.count) and self.within == self.count

    @property
    def none(self) -> bool:
        """Whether none lies in ours."""
        return not self.within


def message(plan: Experiment, verdicts: Verdicts) -> Message:
    """What was judged of the leading arm."""
    directions = {
        outcome.label: verdicts.of(name, Question.DIRECTION, plan.headline, About.EXPERIMENT)
        for name, outcome in plan.outcomes.items()
    }
    return Message(
        leading=plan.arms[plan.headline].label,
        reference=plan.arms[plan.reference].label,
        more=[label for label, each in directions.items() if each.rose],
        fewer=[label for label, each in directions.items() if each.fell],
        unclear=[label for label, each in directions.items() if each.unclear],
        unknown=[label for label, each in directions.items() if each.unknown],
    )


def within_ours(kind: str, outcomes: Iterable[str], verdicts: Verdicts) -> Beside:
    """How published values of some outcomes lie, by what was judged of each; what nobody can tell does not count."""
    each = [
        verdict
        for outcome in outcomes
        for verdict in verdicts.each(outcome, Question.PUBLISHED, About.EXPERIMENT)
        if verdict.known
    ]
    return Beside(kind, len(each), sum(verdict.holds for verdict in each))
