"""What the section on robustness is told from: the checks of each outcome, and what the plan asks of them."""

from dataclasses import dataclass
from typing import Any

from analysis.answers import About, Question, Reason
from analysis.estimates import pick, verdict_row
from analysis.plan.sensitivity import Checks
from analysis.present.provenance.address import slug
from analysis.present.provenance.sources import Sources
from analysis.present.robustness.by_group import Groups
from analysis.present.robustness.checks import check_source, lines_of_check
from analysis.present.robustness.groups import GroupTable, group_table
from analysis.present.templates.values import Row
from analysis.verdicts import Verdict


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The checks that are another choice of how to estimate the same effect, all of them together.

    Attributes
    ----------
    finding : Verdict
        The direction of the finding.
    asked : bool
        Whether the plan asks for any.
    verdict : Verdict
        How many of them leave the finding.
    tried : int
        How many have an answer.
    lost : list of str
        Those that do not leave the finding, in words.
    untold : list of str
        Those that were made and have too few clusters for an answer, in words.
    """

    finding: Verdict
    asked: bool
    verdict: Verdict
    tried: int
    lost: list[str]
    untold: list[str]

    @property
    def kept(self) -> int:
        """How many leave the finding as it is."""
        return self.tried - len(self.lost)

    @property
    def single(self) -> bool:
        """Whether there is just one."""
        return self.tried == 1

    @property
    def pair(self) -> bool:
        """Whether there are just two."""
        return self.tried == 2


@dataclass(frozen=True, kw_only=True)
class CheckedOutcome:
    """One outcome that is checked.

    Attributes
    ----------
    name, label, slug : str
        In the plan, in words, and in the names of files and sections.
    effect : Row or None
        The finding that is put to the test; None where it was not estimated.
    finding : Verdict
        Its direction.
    choices : Choices
        The checks that are another choice, together.
    details, doubts : list of checks
        Those that are told one by one in the text: of sites and starts, and of assumptions.
    alike, differ : list of Groups
        Groups by whose test the effect does not clearly differ, and by whose it does.
    lines : list of checks
        What the table of checks has a line for.
    curve : bool
        Whether a figure shows every combination of the declared choices.
    simulated : bool
        Whether any of its rows is.
    """

    name: str
    label: str
    slug: str
    effect: Row | None
    finding: Verdict
    choices: Choices
    details: list[Any]
    doubts: list[Any]
    alike: list[Groups]
    differ: list[Groups]
    lines: list[Any]
    curve: bool
    simulated: bool


@dataclass(frozen=True, kw_only=True)
class Kinds:
    """Of which checks the methods tell: whether the plan has any, and kinds that need a word of their own."""

    any: bool
    dispersion: bool
    groups: bool
    trends: bool
    confounder: bool
    curve: bool


@dataclass(frozen=True)
class RobustnessPage:
    """The checks of a study: what is asked, the outcomes that are checked, in the order of the plan, and the groups."""

    asked: Kinds
    outcomes: list[CheckedOutcome]
    groups: GroupTable | None


def page(sources: Sources) -> RobustnessPage | None:
    """What the section on robustness tells; None where the study has no outcomes."""
    plan = sources.plan
    if not plan.outcomes:
        return None
    checked = {name for check in plan.checks.values() for name in check.outcomes}
    outcomes = [_outcome(sources, name) for name in plan.outcomes if name in checked]
    return RobustnessPage(_kinds(plan.checks), outcomes, group_table(sources))


def _kinds(checks: Checks) -> Kinds:
    kinds = {check.kind for check in checks.values()}
    return Kinds(
        any=bool(checks),
        dispersion=any(each.kind == "estimator" and each.estimator == "quasi_poisson" for each in checks.values()),
        groups="heterogeneity" in kinds,
        trends="parallel_trends" in kinds,
        confounder="confounder" in kinds,
        curve="curve" in kinds,
    )


def _outcome(sources: Sources, name: str) -> CheckedOutcome:
    estimates, checks = sources.context.estimates, checks_of(sources.plan.checks, name)
    primary = verdict_row(estimates, name, "difference_in_differences")
    finding = sources.verdicts.of(name, Question.DIRECTION, about=About.OUTCOME)
    lines = [] if primary is None else _lines(sources, name, cited=True)
    tested = [each for each in lines if isinstance(each, Groups) and each.groups.known]
    said = [each for each in lines if each.sentence]
    return CheckedOutcome(
        name=name,
        label=sources.plan.outcomes[name].label,
        slug=slug(name),
        effect=None if primary is None else Row(sources.context, primary, cited=False),
        finding=finding,
        choices=_choices(sources, name, checks, finding),
        details=[each for each in said if each.sentence.startswith("robustness/")],
        doubts=[each for each in said if each.sentence.startswith("assumptions/")],
        alike=[each for each in tested if each.groups.unclear],
        differ=[each for each in tested if each.groups.differ],
        lines=[] if primary is None else [each for each in _lines(sources, name, cited=False) if each.line],
        curve=any(check.kind == "curve" for check in checks.values()),
        simulated=bool(pick(estimates, outcome=name)["simulated"].any()),
    )


def checks_of(checks: Checks, outcome: str) -> Checks:
    """The checks of one outcome."""
    return {name: check for name, check in checks.items() if outcome in check.outcomes}


def _lines(sources: Sources, outcome: str, *, cited: bool) -> list[Any]:
    """Everything that is told of the checks of one outcome, in the order of the plan."""
    names = checks_of(sources.plan.checks, outcome)
    return [each for name in names for each in lines_of_check(check_source(sources, outcome, name, cited=cited))]


def _choices(sources: Sources, name: str, checks: Checks, finding: Verdict) -> Choices:
    own = {key: check.label for key, check in checks.items() if check.choice}
    survives = {key: sources.verdicts.of(name, Question.SURVIVES, key, About.CHECK) for key in own}
    return Choices(
        finding=finding,
        asked=bool(own),
        verdict=sources.verdicts.of(name, Question.ALL_CHECKS),
        tried=sum(each.known for each in survives.values()),
        lost=[own[key] for key, each in survives.items() if each.lost],
        untold=[own[key] for key, each in survives.items() if each.reason == Reason.TOO_FEW_CLUSTERS],
    )
