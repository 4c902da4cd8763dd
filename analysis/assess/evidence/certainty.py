"""How certain a body of evidence on one outcome of one kind of programme is, step by step, by written rules.

The domains are those of GRADE (Guyatt et al. 2011, J Clin Epidemiol 64:383-394); what takes a step down in each is this
project's own rule, so that the same evidence always has the same certainty and a reader can dispute a single step.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import isnan

from analysis.assess.verdicts.rules import changes

LEVELS = ("very_low", "low", "moderate", "high")
# Designs in which chance decided who got the programme.
RANDOMISED = frozenset({"randomised"})
# ASSUME: whoever was referred to a team was chosen by what no record holds (Improvement Analytics Unit, on its matched
# studies), so that matching on records leaves a difference behind.
CHOSEN = frozenset({"matched_cohort", "matched_difference_in_differences", "cohort"})
# ASSUME: one step for variation that is most of what is seen (Higgins & Thompson 2002).
VARIED = 0.5
# ASSUME: one step where this share of the controlled estimates, or more, comes without an interval.
SILENT = 1 / 3


class Domain(StrEnum):
    """What can take certainty down."""

    DESIGN = "design"
    BIAS = "bias"
    INCONSISTENCY = "inconsistency"
    IMPRECISION = "imprecision"
    INDIRECTNESS = "indirectness"
    REPORTING = "reporting"


@dataclass(frozen=True, kw_only=True)
class Body:
    """The evidence on one outcome of one kind of programme.

    Attributes
    ----------
    designs : tuple of str
        Of each controlled estimate, pooled or not.
    weights : tuple of float
        Of each of these, its weight in the pool; equal weights where nothing is pooled.
    controlled : bool
        Whether any estimate has a comparison group.
    interval : (float, float)
        Of the pooled change, in per cent; missing where nothing is pooled.
    prediction : (float, float)
        Where the change of one more programme may lie, in per cent; missing with fewer than three.
    i2 : float
        Share of variation between programmes; missing where nothing is pooled.
    margin : float
        The smallest change that matters, in per cent.
    good : {"up", "down"}
        The direction in which patients or the service gain.
    indirect : bool
        Whether the programmes ran abroad, or the outcome stands in for another.
    silent, loud : int
        Controlled estimates without an interval, and with one.
    against : bool
        Whether most of those without an interval point the other way than the pool.
    """

    designs: tuple[str, ...]
    weights: tuple[float, ...]
    controlled: bool
    interval: tuple[float, float]
    prediction: tuple[float, float]
    i2: float
    margin: float
    good: str
    indirect: bool
    silent: int
    loud: int
    against: bool


@dataclass(frozen=True)
class Step:
    """How many steps one domain takes certainty down, and the code of the reason."""

    domain: Domain
    down: int
    reason: str


def certainty(body: Body) -> tuple[str, tuple[Step, ...]]:
    """The level of certainty, and each step that led there from ``high``."""
    steps = tuple(_steps(body))
    return LEVELS[max(0, len(LEVELS) - 1 - sum(step.down for step in steps))], steps


def _steps(body: Body) -> Iterator[Step]:
    yield _design(body)
    yield _bias(body)
    yield _inconsistency(body)
    yield _imprecision(body)
    yield Step(Domain.INDIRECTNESS, int(body.indirect), "elsewhere" if body.indirect else "direct")
    yield _reporting(body)


def _share(body: Body, designs: frozenset[str]) -> float:
    """The share of the weight that estimates of these designs carry."""
    total = sum(body.weights)
    of_these = sum(weight for design, weight in zip(body.designs, body.weights, strict=True) if design in designs)
    return of_these / total if total else 0.0


def _design(body: Body) -> Step:
    if not body.controlled:
        return Step(Domain.DESIGN, 3, "no_comparison")
    randomised = _share(body, RANDOMISED) > 0.5
    return Step(Domain.DESIGN, 0 if randomised else 1, "randomised" if randomised else "not_randomised")


def _bias(body: Body) -> Step:
    chosen = _share(body, CHOSEN) > 0.5
    return Step(Domain.BIAS, int(chosen), "chosen_patients" if chosen else "whole_groups")


def _inconsistency(body: Body) -> Step:
    """One step down where most variation lies between programmes and the next could gain or lose what matters."""
    better, worse = (rule(body.prediction, body.good, body.margin) for rule in (changes.better, changes.worse))
    if isnan(body.i2):
        return Step(Domain.INCONSISTENCY, 0, "not_pooled")
    apart = body.i2 >= VARIED or (better, worse) == ("open", "open")
    return Step(Domain.INCONSISTENCY, int(apart), "apart" if apart else "alike")


def _imprecision(body: Body) -> Step:
    """One step down where the interval leaves open whether a change matters; two where it does so on both sides."""
    if isnan(sum(body.interval)):
        return Step(Domain.IMPRECISION, 2, "no_pool")
    answers = [rule(body.interval, body.good, body.margin) for rule in (changes.better, changes.worse)]
    reasons = ("settled", "one_side_open", "both_sides_open")
    return Step(Domain.IMPRECISION, answers.count("open"), reasons[answers.count("open")])


def _reporting(body: Body) -> Step:
    """One step down where many controlled estimates print no interval, and most of these point the other way."""
    every = body.silent + body.loud
    selective = bool(every) and body.silent / every >= SILENT and body.against
    return Step(Domain.REPORTING, int(selective), "silent_the_other_way" if selective else "not_seen")
