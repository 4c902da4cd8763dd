"""What templates are told of each outcome: what was found, what the plan says of it, and what is judged."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.plan.pilots import ActivityOutcome, AnyOutcome, ContactOutcome, SurveyOutcome
from analysis.present.outcomes.caution import Caution, caution
from analysis.present.outcomes.outcomes import effect_row
from analysis.present.outcomes.panel import waves
from analysis.present.outcomes.pre_trend import PreTrend, pre_trend
from analysis.present.provenance.address import slug
from analysis.present.provenance.context import Context
from analysis.present.provenance.sources import Sources
from analysis.present.templates.findings import Finding, finding
from analysis.present.templates.reasons import Reasoned, reason_of
from analysis.present.templates.values import Names, Row, Value
from analysis.tables import read_table
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

DID = "difference_in_differences"
# Items of a survey that ask whether patients see the one whom they prefer; the phrases `seen` say whom.
SEEN = ("see_preferred_gp", "see_preferred_professional")


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
    series : str
        What the data call it: a measure, an item, an index.
    primary, placebo : bool
        What the plan calls it.
    margin : str
        The smallest change that matters, for instance ``3%``.
    found : Finding or None
        The change by which it is read; None where it could not be estimated.
    reason, reason_periods : Reasoned or None
        Why it could not, or not period by period; None where it could.
    events : Row or None
        The change in events per 1,000 patients a year, of a count.
    more : bool
        Whether these are more than were to be expected.
    pre_trend : PreTrend or None
        The months before the start; a survey has none.
    better, worse : Verdict
        Whether a change for the better, or the worse, that matters is shown, ruled out or open.
    waves : str
        Of a survey: ``twice``, once before the start and once after it, or ``several`` waves; empty where nobody knows.
    caution, first_caution : Caution or None
        What is to be said beside its interval; the second only where no outcome before has the same.
    """

    name: str
    label: str
    slug: str
    counts: bool
    survey: bool
    contacts: bool
    series: str
    primary: bool
    placebo: bool
    margin: str
    found: Finding | None
    reason: Reasoned | None
    reason_periods: Reasoned | None
    events: Row | None
    more: bool
    pre_trend: PreTrend | None
    better: Verdict
    worse: Verdict
    waves: str
    caution: Caution | None
    first_caution: Caution | None

    @property
    def baseline(self) -> Value | None:
        """The level before the start in pilot practices; None where it is not known."""
        return self.found.row.baseline if self.found and self.found.row.baseline else None

    @property
    def simulated(self) -> bool:
        """Whether what was found rests on simulated data."""
        return self.found is not None and self.found.row.simulated

    @property
    def asks_whom(self) -> bool:
        """Whether it is the share of patients who see the one whom they prefer."""
        return self.survey and self.series in SEEN

    @property
    def usual_clinician(self) -> bool:
        """Whether it is the share of contacts with the clinician seen most often; other indices are not."""
        return self.contacts and self.series == "upc"

    @property
    def twice(self) -> bool:
        """Whether the survey was taken once before the start and once after it."""
        return self.waves == "twice"

    @property
    def alone(self) -> "Group":
        """A group of this outcome alone, which has a headline of its own."""
        return Group((self,))


@dataclass(frozen=True)
class Group:
    """Outcomes that one sentence tells together, and what is to be said beside them that was not said before."""

    members: tuple[OutcomePage, ...]
    cautions: tuple[Caution, ...] = ()

    @property
    def simulated(self) -> bool:
        """Whether anything found of them rests on simulated data."""
        return any(each.simulated for each in self.members)


def page(sources: Sources) -> Names[OutcomePage]:
    """Each outcome by its name, in the order of the plan."""
    cautions: list[Caution | None] = [None]
    pages = {}
    for name, each in sources.plan.outcomes.items():
        beside = caution(sources, name, effect_row(sources.context, name))
        pages[name] = _outcome(sources, name, each, beside, beside if beside not in cautions else None)
        cautions.append(beside)
    return Names(pages)


def outcome_page(sources: Sources, name: str) -> OutcomePage:
    """One outcome by itself."""
    beside = caution(sources, name, effect_row(sources.context, name))
    return _outcome(sources, name, sources.plan.outcomes[name], beside, beside)


def primary(outcomes: Iterable[OutcomePage]) -> list[OutcomePage]:
    """The outcomes that the plan calls primary; all, where it calls none so."""
    every = list(outcomes)
    return [each for each in every if each.primary] or every


def _outcome(
    sources: Sources, name: str, plan: AnyOutcome, beside: Caution | None, first: Caution | None
) -> OutcomePage:
    context, verdicts = sources.context, sources.verdicts
    row, counts = effect_row(context, name), isinstance(plan, ActivityOutcome)
    better, worse = (verdicts.of(name, each, about=About.OUTCOME) for each in (Question.BETTER, Question.WORSE))
    events = _events(context, name) if counts else None
    return OutcomePage(
        name=name,
        label=plan.label,
        slug=slug(name),
        counts=counts,
        survey=isinstance(plan, SurveyOutcome),
        contacts=isinstance(plan, ContactOutcome),
        series=plan.series,
        primary=plan.primary,
        placebo=isinstance(plan, ActivityOutcome) and plan.placebo,
        margin=f"{plan.smallest_change:g}{'%' if counts else ' percentage points'}",
        found=finding(sources, row),
        reason=reason_of(context, outcome=name, design=DID),
        reason_periods=reason_of(context, outcome=name, design="event_study"),
        events=None if events is None else Row(context, events),
        more=events is not None and bool(events["estimate"] > 0),
        pre_trend=None if isinstance(plan, SurveyOutcome) else pre_trend(sources, name),
        better=better,
        worse=worse,
        waves=_waves(sources, plan),
        caution=beside,
        first_caution=first,
    )


def _events(context: Context, name: str) -> "pd.Series[Any] | None":
    where = {"term": "effect", "specification": "primary", "subgroup": "all", "scale": "difference"}
    return context.row(outcome=name, design=DID, **where)


def _waves(sources: Sources, plan: AnyOutcome) -> str:
    path = sources.file("quality", ".parquet")
    if path is None or not isinstance(plan, SurveyOutcome):
        return ""
    return "twice" if waves(read_table(path)[0], plan.item) == 2 else "several"
