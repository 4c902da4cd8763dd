"""What the section on robustness is told from: the checks of each outcome, and what the plan asks of them."""

from dataclasses import dataclass

from analysis.plan.sensitivity import Checks
from analysis.present.provenance.address import slug
from analysis.present.provenance.sources import PaperPlan, Sources


@dataclass(frozen=True, kw_only=True)
class CheckedOutcome:
    """One outcome that is checked.

    Attributes
    ----------
    name, label, slug : str
        In the plan, in words, and in the names of files and sections.
    curve : bool
        Whether a figure shows every combination of the declared choices.
    """

    name: str
    label: str
    slug: str
    curve: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Of which checks the methods tell: whether the plan has any, and kinds that need a word of their own."""

    any: bool
    dispersion: bool
    groups: bool
    trends: bool
    confounder: bool
    curve: bool


@dataclass(frozen=True)
class RobustnessPage:
    """The checks of a study: what is asked, and the outcomes that are checked, in the order of the plan."""

    asked: Asked
    outcomes: list[CheckedOutcome]


def page(sources: Sources) -> RobustnessPage | None:
    """What the section on robustness tells; None where the study has no outcomes."""
    if not sources.plan.outcomes:
        return None
    return RobustnessPage(_asked(sources.plan.checks), _outcomes(sources.plan))


def _asked(checks: Checks) -> Asked:
    kinds = {check.kind for check in checks.values()}
    return Asked(
        any=bool(checks),
        dispersion=any(each.kind == "estimator" and each.estimator == "quasi_poisson" for each in checks.values()),
        groups="heterogeneity" in kinds,
        trends="parallel_trends" in kinds,
        confounder="confounder" in kinds,
        curve="curve" in kinds,
    )


def _outcomes(plan: PaperPlan) -> list[CheckedOutcome]:
    named = {name: kinds for name in plan.outcomes if (kinds := _kinds(plan.checks, name))}
    return [
        CheckedOutcome(name=name, label=plan.outcomes[name].label, slug=slug(name), curve="curve" in kinds)
        for name, kinds in named.items()
    ]


def _kinds(checks: Checks, name: str) -> set[str]:
    return {check.kind for check in checks.values() if name in check.outcomes}
