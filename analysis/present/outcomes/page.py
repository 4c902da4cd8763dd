"""What templates are told of each outcome: its row, and what the plan says of it."""

from dataclasses import dataclass

from analysis.plan.pilots import ActivityOutcome, AnyOutcome, ContactOutcome, SurveyOutcome
from analysis.present.outcomes.outcomes import effect_row
from analysis.present.provenance.address import slug
from analysis.present.provenance.context import Context
from analysis.present.provenance.sources import Sources
from analysis.present.templates.values import Names, Row


@dataclass(frozen=True, kw_only=True)
class OutcomePage:
    """One outcome of the study.

    Attributes
    ----------
    name, label : str
        In the plan, and in words.
    slug : str
        The name in the names of files and sections.
    counts, survey, contacts : bool
        Whether it is a count of hospital activity, a share of a survey, an index of contacts.
    primary, placebo : bool
        What the plan calls it.
    effect : Row or None
        The row by which it is read; None where it could not be estimated.
    reason : str
        Why it could not, a sentence; empty where it could.
    """

    name: str
    label: str
    slug: str
    counts: bool
    survey: bool
    contacts: bool
    primary: bool
    placebo: bool
    effect: Row | None
    reason: str


def page(sources: Sources) -> Names[OutcomePage]:
    """Each outcome by its name, in the order of the plan."""
    told = {name: _outcome(sources.context, name, each) for name, each in sources.plan.outcomes.items()}
    return Names(told)


def _outcome(context: Context, name: str, outcome: AnyOutcome) -> OutcomePage:
    row = effect_row(context, name)
    missing = [each for each in context.unmade if (each.outcome, each.design) == (name, "difference_in_differences")]
    return OutcomePage(
        name=name,
        label=outcome.label,
        slug=slug(name),
        counts=isinstance(outcome, ActivityOutcome),
        survey=isinstance(outcome, SurveyOutcome),
        contacts=isinstance(outcome, ContactOutcome),
        primary=outcome.primary,
        placebo=isinstance(outcome, ActivityOutcome) and outcome.placebo,
        effect=None if row is None else Row(context, row),
        reason=missing[0].reason if row is None and missing else "",
    )
