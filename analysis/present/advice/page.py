"""What the discussion is told from: planned care, and admissions beside continuity."""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.answers import About, Question, Reason
from analysis.present.outcomes.page import OutcomePage, primary
from analysis.present.provenance.sources import Sources
from analysis.verdicts import Verdict

# What integrated care promises, and what it may cost: the two outcomes that are read side by side.
PROMISED, PAID = "emergency_admissions", "continuity"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """The primary outcomes beside these two, in their order.

    Attributes
    ----------
    asked, estimated : int
        How many there are, and how many of them could be estimated.
    known : bool
        Whether any of them has an interval.
    fell, rose : tuple of str
        The labels of those that clearly did.
    simulated : bool
        Whether the study's data are.
    """

    asked: int
    estimated: int
    known: bool
    fell: tuple[str, ...]
    rose: tuple[str, ...]
    simulated: bool

    @property
    def all_fell(self) -> bool:
        """Whether every one that could be estimated clearly fell."""
        return len(self.fell) == self.estimated

    @property
    def two(self) -> bool:
        """Whether exactly two fell."""
        return len(self.fell) == 2


@dataclass(frozen=True)
class Together:
    """Admissions and continuity side by side: what was gained in the one and paid in the other.

    Attributes
    ----------
    verdict : Verdict
        What the two say together.
    gain, loss : Verdict
        Whether a gain in the one, and a loss in the other, that matters is shown or ruled out.
    simulated : bool
        Whether the study's data are.
    """

    verdict: Verdict
    gain: Verdict
    loss: Verdict
    simulated: bool

    @property
    def lacking(self) -> bool:
        """Whether one of the two could not be estimated."""
        return self.verdict.reason == Reason.NOT_ESTIMATED


@dataclass(frozen=True, kw_only=True)
class AdvicePage:
    """What the discussion tells.

    Attributes
    ----------
    planned : Planned
    together : Together or None
        None where the study has not both outcomes.
    """

    planned: Planned
    together: Together | None


def page(sources: Sources, outcomes: Iterable[OutcomePage]) -> AdvicePage:
    """What the discussion tells."""
    both = {PROMISED, PAID} <= set(sources.plan.outcomes)
    return AdvicePage(
        planned=_planned(primary(outcomes), simulated=sources.simulated),
        together=_together(sources) if both else None,
    )


def _together(sources: Sources) -> Together:
    verdicts = sources.verdicts
    return Together(
        verdict=verdicts.of(PROMISED, Question.TOGETHER, PAID, About.OUTCOME),
        gain=verdicts.of(PROMISED, Question.BETTER, about=About.OUTCOME),
        loss=verdicts.of(PAID, Question.WORSE, about=About.OUTCOME),
        simulated=sources.simulated,
    )


def _planned(outcomes: Iterable[OutcomePage], *, simulated: bool) -> Planned:
    others = [each for each in outcomes if each.name not in (PROMISED, PAID)]
    moves = [(each.label, each.found.direction) for each in others if each.found]
    return Planned(
        asked=len(others),
        estimated=len(moves),
        known=any(direction.known for _, direction in moves),
        fell=tuple(label for label, direction in moves if direction.fell),
        rose=tuple(label for label, direction in moves if direction.rose),
        simulated=simulated,
    )
