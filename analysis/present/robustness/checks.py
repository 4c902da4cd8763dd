"""Each check of an outcome as templates see it: its rows, and what they were judged to say.

A kind of check that is not named in ``KINDS`` is another choice of the same estimate, and is told as these are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import Question
from analysis.assess.verdicts.checks import check_rows
from analysis.estimates import one, verdict_row
from analysis.present.assumptions.assumptions import confounder, curve, parallel_trends
from analysis.present.assumptions.check import Check, CheckSource, extremes
from analysis.present.provenance.sources import Sources
from analysis.present.robustness.by_group import by_group
from analysis.present.templates.values import Row, Value
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, kw_only=True)
class Absent(Check):
    """A check that could not be made."""

    line: str = "robustness/lines/absent"


@dataclass(frozen=True)
class Sites:
    """How many sites a check rests on, where they are fewer than all."""

    some: Value
    every: Value


@dataclass(frozen=True, kw_only=True)
class Another(Check):
    """Another choice of how to estimate the same effect.

    Attributes
    ----------
    row : Row
        What it gives.
    survives : Verdict
        What becomes of the finding.
    holds : Verdict
        Whether its interval holds the finding's own estimate.
    sites : Sites or None
        Where it rests on fewer sites than the finding.
    """

    row: Row
    survives: Verdict
    holds: Verdict
    sites: Sites | None
    line: str = "robustness/lines/another"


def _another(source: CheckSource) -> Iterator[Check]:
    row = one(source.rows, term="effect", subgroup="all")
    if row is not None:
        survives, holds = source.verdict(Question.SURVIVES), source.verdict(Question.HOLDS_FINDING)
        yield Another(**source.common, row=source.row(row), survives=survives, holds=holds, sites=_sites(source))


def _sites(source: CheckSource) -> Sites | None:
    row = one(source.rows, term="sites")
    if row is None or not row["estimate"] < row["n_units"]:
        return None
    sites = source.row(row)
    return Sites(sites.estimate, sites.n_units)


@dataclass(frozen=True, kw_only=True)
class PlaceboDate(Check):
    """A start that never was: what it gives, and whether that is clear."""

    row: Row
    direction: Verdict
    sites: Sites | None
    line: str = "robustness/lines/placebo-date"
    sentence: str = "robustness/placebo-date"


def _placebo_date(source: CheckSource) -> Iterator[Check]:
    row = one(source.rows, term="effect")
    if row is not None:
        direction = source.verdict(Question.DIRECTION)
        yield PlaceboDate(**source.common, row=source.row(row), direction=direction, sites=_sites(source))


@dataclass(frozen=True, kw_only=True)
class WithoutSites(Check):
    """The estimate without each site in turn.

    Attributes
    ----------
    lowest, highest : Row
        The ends of the estimates.
    one_site : Verdict
        Whether any one site decides.
    decisive : list of str
        The sites that do.
    turned : bool
        Whether without one of them a change is clear in the other direction.
    most : str
        The site without which the estimate moves most.
    without_most : Row
        The estimate without it.
    """

    lowest: Row
    highest: Row
    one_site: Verdict
    decisive: list[str]
    turned: bool
    most: str
    without_most: Row
    line: str = "robustness/lines/without-sites"
    sentence: str = "robustness/without-sites"


def _without_sites(source: CheckSource) -> Iterator[Check]:
    rows = source.rows[source.rows["subgroup"].str.startswith("without ") & (source.rows["scale"] == "ratio")]
    if rows.empty or source.primary is None:
        return
    primary = source.primary["estimate"]
    sites = {str(row["subgroup"]).removeprefix("without "): row for _, row in rows.iterrows()}
    verdicts = {site: source.verdict(Question.SURVIVES, site) for site in sites}
    most = max(sites, key=lambda site: abs(sites[site]["estimate"] - primary))
    lowest, highest = extremes(rows)
    yield WithoutSites(
        **source.common,
        lowest=source.row(lowest),
        highest=source.row(highest),
        one_site=source.verdict(Question.ONE_SITE),
        decisive=[site for site, each in verdicts.items() if each.lost],
        turned=any(each.turns for each in verdicts.values()),
        most=most,
        without_most=source.row(sites[most]),
    )


@dataclass(frozen=True, kw_only=True)
class Dose(Check):
    """What more exposure did: the slope beside the step at the start, and what it was judged to say."""

    row: Row
    dose: Verdict
    direction: Verdict
    line: str = "robustness/lines/dose"


def _dose(source: CheckSource) -> Iterator[Check]:
    row = one(source.rows, term="dose")
    if row is not None:
        direction = source.sources.verdicts.of_row(row)
        yield Dose(**source.common, row=source.row(row), dose=source.verdict(Question.DOSE), direction=direction)


# A kind of check that tells something else than what becomes of the finding under another choice.
KINDS: dict[str, Callable[[CheckSource], Iterator[Any]]] = {
    "placebo_date": _placebo_date,
    "leave_one_out": _without_sites,
    "dose": _dose,
    "heterogeneity": by_group,
    "parallel_trends": parallel_trends,
    "confounder": confounder,
    "curve": curve,
}


def lines_of_check(source: CheckSource) -> list[Any]:
    """What is told of one check; where the table has no line of it, that it could not be made."""
    lines = list(KINDS.get(source.check.kind, _another)(source))
    return lines if any(each.line for each in lines) else [*lines, Absent(**source.common)]


def check_source(sources: Sources, outcome: str, name: str, *, cited: bool = True) -> CheckSource:
    """A check of one outcome.

    Parameters
    ----------
    sources : Sources
        What the paper is told from.
    outcome : str
        The outcome's name in the study.
    name : str
        The check's name in the study, which its rows have as specification.
    cited : bool
        Whether its numbers lead to their addresses, as they do in text and not in a table.
    """
    estimates = sources.context.estimates
    primary = verdict_row(estimates, outcome, "difference_in_differences")
    rows = check_rows(estimates, outcome, name)
    return CheckSource(sources, outcome, name, sources.plan.checks[name], rows, primary, cited)
