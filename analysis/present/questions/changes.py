"""Trend, inequality and growth across practices, as templates are told them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.assess.verdicts.questions import answer_row
from analysis.estimates import one, pick
from analysis.plan.practices import Growth, Inequality, Trend
from analysis.present.provenance.sources import Sources
from analysis.present.templates.findings import Finding, finding
from analysis.present.templates.values import Printed, Row
from analysis.verdicts import Verdict
from analysis.wording import measured

if TYPE_CHECKING:
    import pandas as pd

# Measures whose ranking has words of its own for its two ends.
RANKED = ("imd",)


@dataclass(frozen=True, kw_only=True)
class TrendAnswer:
    """How a measure changed between two years, within practices.

    Attributes
    ----------
    outcome : str
        The measure, in words.
    first, last : int
        The years.
    finding : Finding
        The change.
    levels : tuple of Row
        The mean in the first and in the last year, or none.
    yearly : Finding or None
        The slope of a straight line through the years.
    """

    outcome: str
    first: int
    last: int
    finding: Finding
    levels: tuple[Row, ...]
    yearly: Finding | None


@dataclass(frozen=True, kw_only=True)
class InequalityAnswer:
    """How far apart the two ends of a ranking are.

    Attributes
    ----------
    outcome : str
        The measure, in words.
    ends : str
        The code of what the ends are called.
    finding : Finding
        The slope index.
    means : tuple of Row
        Of each group of patients, from the low end to the high.
    gap : Finding or None
        The highest group against the lowest.
    relative, relative_span : Printed or None
        The relative index and its interval.
    """

    outcome: str
    ends: str
    finding: Finding
    means: tuple[Row, ...]
    gap: Finding | None
    relative: Printed | None
    relative_span: Printed | None

    @property
    def direction(self) -> Verdict:
        """Which way the answer points."""
        return self.finding.direction


@dataclass(frozen=True, kw_only=True)
class Jump:
    """Practices whose list grew much within one year beside the others: both changes, and their difference."""

    jumped: Finding
    others: Finding
    difference: Finding


@dataclass(frozen=True, kw_only=True)
class GrowthAnswer:
    """What happened to a measure where practices grew.

    Attributes
    ----------
    outcome : str
        The measure, in words.
    first, last : int
        The years.
    limit : str
        From what growth within one year on a practice is set apart, with its unit.
    finding : Finding
        The difference for a tenth more patients.
    overall : Finding or None
        The change over all practices.
    jump : Jump or None
        None where too few practices grew so much.
    """

    outcome: str
    first: int
    last: int
    limit: str
    finding: Finding
    overall: Finding | None
    jump: Jump | None

    @property
    def direction(self) -> Verdict:
        """Which way the answer points."""
        return self.finding.direction


def trend(sources: Sources, name: str, question: Trend) -> TrendAnswer | None:
    """The answer; None where it could not be estimated."""
    change = finding(sources, answer_row(sources.context.estimates, name, question))
    if change is None:
        return None
    rows = pick(sources.context.estimates, outcome=name, design="trend")
    levels = [each for _, each in pick(rows, term="mean").sort_values("horizon").iterrows()]
    return TrendAnswer(
        outcome=measured(question.outcome), first=question.first, last=question.last, finding=change,
        levels=tuple(Row(sources.context, each) for each in (*levels[:1], *levels[-1:])),
        yearly=finding(sources, one(rows, term="per_year")),
    )  # fmt: skip


def inequality(sources: Sources, name: str, question: Inequality) -> InequalityAnswer | None:
    """The answer; None where it could not be estimated."""
    change = finding(sources, answer_row(sources.context.estimates, name, question))
    if change is None:
        return None
    rows = pick(sources.context.estimates, outcome=name, design="inequality")
    means = pick(rows, term="mean").sort_values("subgroup", key=lambda each: each.str.split().str[0].astype(int))
    relative, span = _relative(sources, name, one(rows, term="relative_index"))
    by = question.by.measure
    return InequalityAnswer(
        outcome=measured(question.outcome.measure), ends=by if by in RANKED else "other", finding=change,
        means=tuple(Row(sources.context, each) for _, each in means.iterrows()),
        gap=finding(sources, one(rows, term="gap")), relative=relative, relative_span=span,
    )  # fmt: skip


def _relative(sources: Sources, name: str, row: "pd.Series[Any] | None") -> tuple[Printed, Printed] | tuple[None, None]:
    """The relative index is told as the ratio that it is, and not as a change in per cent."""
    if row is None:
        return None, None
    key, origin = f"questions.{name}.relative", sources.context.origin(row)
    span = f"{row['ci_low']:.2f} to {row['ci_high']:.2f}"
    return Printed(f"{row['estimate']:.2f}", key, origin), Printed(span, f"{key}_interval", origin)


def growth(sources: Sources, name: str, question: Growth) -> GrowthAnswer | None:
    """The answer; None where it could not be estimated."""
    change = finding(sources, answer_row(sources.context.estimates, name, question))
    if change is None:
        return None
    rows = pick(sources.context.estimates, outcome=name, design="growth")
    return GrowthAnswer(
        outcome=measured(question.outcome), first=question.first, last=question.last,
        limit=f"{100 * question.jump:g}%", finding=change,
        overall=finding(sources, one(rows, term="change", subgroup="all")), jump=_jump(sources, rows),
    )  # fmt: skip


def _jump(sources: Sources, rows: "pd.DataFrame") -> Jump | None:
    groups = [one(rows, term="change", subgroup=each) for each in ("jumped", "others")]
    changes = [finding(sources, row) for row in (*groups, one(rows, term="jump"))]
    jumped, others, difference = changes
    if jumped is None or others is None or difference is None:
        return None
    return Jump(jumped=jumped, others=others, difference=difference)
