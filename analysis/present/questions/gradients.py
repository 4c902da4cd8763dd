"""A cross-section, as templates are told it: is one measure related to another across practices."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.assess.verdicts.questions import answer_row
from analysis.estimates import one, pick
from analysis.plan.practices import Gradient
from analysis.present.provenance.sources import Sources
from analysis.present.templates.findings import Finding, finding
from analysis.present.templates.values import Row
from analysis.verdicts import Verdict
from analysis.wording import measured

if TYPE_CHECKING:
    import pandas as pd

# Measures whose lowest and highest values have words of their own.
NAMED = ("list_size", "imd", "gp_fte")


@dataclass(frozen=True, kw_only=True)
class Quarters:
    """The mean in each quarter of practices, from the one with the lowest values of the exposure."""

    lowest: Row
    second: Row
    third: Row
    highest: Row


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A curve beside the straight line: its knots, its test, and whether it says more."""

    knots: int
    test: Row
    straight: Verdict


@dataclass(frozen=True, kw_only=True)
class GradientAnswer:
    """The answer to a question of one measure against another.

    Attributes
    ----------
    outcome, exposure : str
        The measures, in words.
    finding : Finding
        The difference for each step of the exposure.
    more : bool
        Whether it is more, clear or not.
    logged : bool
        Whether a step is twice the exposure.
    step : str
        How much it is where it is not.
    count : bool
        Whether the outcome is a count, told as a rate.
    held : tuple of str
        What is held constant, in words.
    quarters : Quarters or None
    ends : str
        The code of what the lowest and the highest quarter are called.
    slope, alone : Finding or None
        For each unit of the logarithm, and without holding anything constant.
    correlation, dispersion : Row or None
    curve : Curve or None
    unclustered : Finding or None
        The slope as if neighbours were unrelated.
    practices : Row or None
        The slope, which knows how many practices and areas there are.
    """

    outcome: str
    exposure: str
    finding: Finding
    more: bool
    logged: bool
    step: str
    count: bool
    held: tuple[str, ...]
    quarters: Quarters | None
    ends: str
    slope: Finding | None
    alone: Finding | None
    correlation: Row | None
    dispersion: Row | None
    curve: Curve | None
    unclustered: Finding | None
    practices: Row | None

    @property
    def direction(self) -> Verdict:
        """Which way the answer points."""
        return self.finding.direction


def gradient(sources: Sources, name: str, question: Gradient) -> GradientAnswer | None:
    """The answer; None where it could not be estimated."""
    row = answer_row(sources.context.estimates, name, question)
    difference = finding(sources, row)
    if row is None or difference is None:
        return None
    rows = pick(sources.context.estimates, outcome=name, design="cross_section")
    slopes = {kind: one(rows, term="slope", specification=kind) for kind in ("adjusted", "unadjusted", "unclustered")}
    main = slopes["adjusted" if question.adjust else "unadjusted"]
    correlation, dispersion = (_held(sources, one(rows, term=term)) for term in ("correlation", "dispersion"))
    exposure = question.exposure.measure
    return GradientAnswer(
        outcome=measured(question.outcome.measure), exposure=measured(exposure), finding=difference,
        more=bool(row["estimate"] > (1 if row["scale"] == "ratio" else 0)), logged=question.log_exposure,
        step=f"{question.step:g}", count=question.family == "count",
        held=tuple(measured(each.measure) for each in question.adjust),
        quarters=_quarters(sources, rows), ends=exposure if exposure in NAMED else "other",
        slope=finding(sources, main) if question.log_exposure else None,
        alone=finding(sources, slopes["unadjusted"]) if question.adjust else None,
        correlation=correlation, dispersion=dispersion,
        curve=_curve(sources, name, question, one(rows, term="nonlinearity")),
        unclustered=finding(sources, slopes["unclustered"]), practices=_held(sources, main),
    )  # fmt: skip


def _quarters(sources: Sources, rows: "pd.DataFrame") -> Quarters | None:
    means = [_held(sources, one(rows, term="mean", subgroup=f"{at} of 4")) for at in range(1, 5)]
    estimated = [mean for mean in means if mean is not None]
    if len(estimated) < len(means):
        return None
    return Quarters(lowest=estimated[0], second=estimated[1], third=estimated[2], highest=estimated[3])


def _held(sources: Sources, row: "pd.Series[Any] | None") -> Row | None:
    return None if row is None else Row(sources.context, row)


def _curve(sources: Sources, name: str, question: Gradient, row: "pd.Series[Any] | None") -> Curve | None:
    if row is None:
        return None
    straight = sources.verdicts.of(name, Question.STRAIGHT, about=About.QUESTION)
    return Curve(knots=question.knots or 0, test=Row(sources.context, row), straight=straight)
