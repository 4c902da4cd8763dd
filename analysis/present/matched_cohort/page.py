"""The matched cohort, as templates are told it: who was compared, how alike they were, and what changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.estimates import one, pick
from analysis.plan.pilots import ActivityOutcome
from analysis.present.matched_cohort.matching import Balance, Flow, balance, flow
from analysis.present.outcomes.benchmarks import Beside, Estimated, beside
from analysis.present.provenance.sources import Sources
from analysis.present.templates.findings import Finding, finding
from analysis.present.templates.values import Ends, Row
from analysis.tables import read_table
from analysis.wording import changed

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Change:
    """What changed for one outcome: its name in words, and the finding."""

    label: str
    finding: Finding


@dataclass(frozen=True, kw_only=True)
class Alone:
    """How one outcome changed among the cases and among their controls, each from before to after."""

    label: str
    cases: Row
    controls: Row


@dataclass(frozen=True, kw_only=True)
class BySite:
    """The interval of one outcome that allows for the likeness of a site's patients."""

    label: str
    interval: Ends


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """The matched patients.

    Attributes
    ----------
    flow : Flow
    balance : Balance or None
        None where too few persons stand behind it.
    alone : Alone or None
        Of the first outcome.
    found, weighted : tuple of Change
        By matched controls, and by entropy balancing.
    sites : tuple of BySite
        By the cases' sites.
    few_sites : bool
        Whether there are too few of them to tell an interval.
    deaths : Finding or None
        The risk of death relative to that of controls.
    points : Row or None
        The difference in that risk.
    beside : Beside
        What others published, and the truth of a simulation.
    """

    flow: Flow
    balance: Balance | None
    alone: Alone | None
    found: tuple[Change, ...]
    weighted: tuple[Change, ...]
    sites: tuple[BySite, ...]
    few_sites: bool
    deaths: Finding | None
    points: Row | None
    beside: Beside


@dataclass(frozen=True, kw_only=True)
class CohortPage:
    """What the plan asks of matched patients; `cohort` is None where the data cannot give one."""

    cohort: Cohort | None


def page(sources: Sources) -> CohortPage | None:
    """What there is to tell; None where the plan asks for no matched cohort."""
    outcomes = sources.plan.outcomes.values()
    if not any(isinstance(each, ActivityOutcome) and "matched_cohort" in each.designs for each in outcomes):
        return None
    return CohortPage(cohort=_cohort(sources) if sources.files.get("cohort") else None)


def _cohort(sources: Sources) -> Cohort:
    import pandas as pd

    counts, differences, benchmarks = sources.files["cohort"]
    rows = pick(sources.context.estimates, design="matched_cohort", scale="ratio", specification="primary")
    labels = {name: each.label for name, each in sources.plan.outcomes.items() if name in set(rows["outcome"])}
    by_site = {name: one(rows, outcome=name, term="inference", horizon="site_clusters") for name in labels}
    sites = [(labels[name], row, changed(row)) for name, row in by_site.items() if row is not None]
    return Cohort(
        flow=flow(counts, read_table(differences)[1]),
        balance=balance(sources, differences),
        alone=_alone(sources, rows, labels),
        found=tuple(_changes(sources, rows, labels, "poisson_matched")),
        weighted=tuple(_changes(sources, rows, labels, "entropy_balancing")),
        sites=tuple(
            BySite(label=label, interval=Row(sources.context, row).interval) for label, row, each in sites if each.known
        ),
        few_sites=any(each.few for _, _, each in sites),
        deaths=finding(sources, _effect(rows, "mortality", "poisson_matched")),
        points=_points(sources),
        beside=beside("cohort", _estimated(sources, labels), pd.read_csv(benchmarks)),
    )


def _effect(rows: "pd.DataFrame", name: str, estimator: str) -> "pd.Series[Any] | None":
    return one(rows, outcome=name, estimator=estimator, term="effect")


def _changes(sources: Sources, rows: "pd.DataFrame", labels: dict[str, str], estimator: str) -> Iterator[Change]:
    for name, label in labels.items():
        change = finding(sources, _effect(rows, name, estimator))
        if change:
            yield Change(label=label, finding=change)


def _alone(sources: Sources, rows: "pd.DataFrame", labels: dict[str, str]) -> Alone | None:
    """What a look at the cases alone would have said of the first outcome."""
    for name, label in labels.items():
        groups = [one(rows, outcome=name, term="before_after", subgroup=each) for each in ("cases", "controls")]
        estimated = [Row(sources.context, row) for row in groups if row is not None]
        return Alone(label=label, cases=estimated[0], controls=estimated[1]) if len(estimated) == len(groups) else None
    return None


def _points(sources: Sources) -> Row | None:
    """The difference in the risk of death, where it was worked out."""
    row = sources.context.row(
        design="matched_cohort", outcome="mortality", estimator="poisson_matched", scale="points"
    )  # fmt: skip
    return None if row is None else Row(sources.context, row)


def _estimated(sources: Sources, labels: dict[str, str]) -> Iterator[Estimated]:
    for name, label in labels.items():
        truths = sources.verdicts.each(name, Question.TRUTH, About.DESIGN)
        yield Estimated(name, label, truths[0] if truths else None)
