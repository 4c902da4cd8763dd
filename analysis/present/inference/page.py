"""What the section on uncertainty is told from: the same estimates with their uncertainty told in other ways."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.estimates import pick, verdict_row
from analysis.present.outcomes.caution import Caution, caution
from analysis.present.provenance.sources import PaperPlan, Sources
from analysis.present.templates.values import Row
from analysis.verdicts import Verdict
from analysis.wording import changed, p_value

if TYPE_CHECKING:
    import pandas as pd

# In the order in which they are told; the last adjust the primary p-value for several outcomes.
METHODS = ("crv3", "score_bootstrap", "wild_bootstrap", "randomisation", "holm", "romano_wolf")
ADJUSTED = ("holm", "romano_wolf")


@dataclass(frozen=True)
class Adjusted:
    """A p-value that is adjusted for several outcomes: by which method, its row, over how many outcomes."""

    method: str
    row: Row
    outcomes: int


@dataclass(frozen=True)
class Way:
    """One way to tell the uncertainty of an estimate: its method, its row, over how many outcomes it adjusts, if so."""

    method: str
    row: Row
    family: int


@dataclass(frozen=True, kw_only=True)
class Uncertainty:
    """One outcome whose uncertainty is told in other ways.

    Attributes
    ----------
    name, label : str
        In the plan, and in words.
    effect : Row or None
        The primary estimate; None where it was not estimated.
    direction : Verdict
        Whether it is clear; unknown where it has no interval.
    few : bool
        Whether clusters are too few for clustered errors, so that randomisation decides.
    methods : Verdict
        Whether all ways agree.
    least, most : Row or None
        The other ways with the smallest and with the largest p-value; none where there is no other.
    alike : bool
        Whether the two print alike.
    adjusted : list of Adjusted
        The p-values that are adjusted for several outcomes.
    caution : Caution or None
        What is to be said beside its interval.
    plain : Row or None
        The primary estimate, for the table.
    ways : list of Way
        Every other way, for the table.
    """

    name: str
    label: str
    effect: Row | None
    direction: Verdict
    few: bool
    methods: Verdict
    least: Row | None
    most: Row | None
    alike: bool
    adjusted: list[Adjusted]
    caution: Caution | None
    plain: Row | None
    ways: list[Way]

    @property
    def one_family(self) -> bool:
        """Whether all are adjusted over as many outcomes."""
        return len({each.outcomes for each in self.adjusted}) == 1


@dataclass(frozen=True)
class InferencePage:
    """The outcomes whose uncertainty is told in other ways; none where the plan names no other way.

    The table has those that the plan calls primary, or all where it calls none so.
    """

    outcomes: list[Uncertainty]
    tabulated: list[Uncertainty]
    dashed: bool
    simulated: bool


def page(sources: Sources) -> InferencePage | None:
    """What the section on uncertainty tells; None where the study has no outcomes."""
    if not sources.plan.outcomes:
        return None
    by_outcome = {name: _uncertainty(sources, name) for name in _outcomes(sources.plan)}
    shown = [by_outcome[name] for name in _first(sources.plan) if name in by_outcome]
    rows = sources.context.estimates
    return InferencePage(
        outcomes=list(by_outcome.values()),
        tabulated=shown,
        dashed=any(each.plain is None or not each.plain.p_value or _bare(each) for each in shown),
        simulated=bool(rows.loc[rows["outcome"].isin([each.name for each in shown]), "simulated"].any()),
    )


def _bare(outcome: Uncertainty) -> bool:
    """Whether the table has a dash for any of its ways: no interval, or no p-value."""
    return any(not (way.row.ci_low and way.row.p_value) for way in outcome.ways)


def _first(plan: PaperPlan) -> list[str]:
    """The outcomes that the plan calls primary, or all where it calls none so."""
    return [name for name, each in plan.outcomes.items() if each.primary] or list(plan.outcomes)


def _outcomes(plan: PaperPlan) -> Iterator[str]:
    """These, and those that are checked."""
    checked = {name for check in plan.checks.values() for name in check.outcomes}
    if plan.methods:
        yield from (name for name in plan.outcomes if name in checked.union(_first(plan)))


def _uncertainty(sources: Sources, name: str) -> Uncertainty:
    context = sources.context
    primary = verdict_row(context.estimates, name, "difference_in_differences")
    rows = {} if primary is None else by_method(context.estimates, name)
    with_p_value = {method: row for method, row in rows.items() if row["p_value"] == row["p_value"]}
    ways = sorted(
        (row for key, row in with_p_value.items() if key not in ADJUSTED), key=lambda row: float(row["p_value"])
    )
    least, most = (ways[0], ways[-1]) if ways else (None, None)
    return Uncertainty(
        name=name,
        label=sources.plan.outcomes[name].label,
        effect=None if primary is None else Row(context, primary),
        direction=sources.verdicts.of(name, Question.DIRECTION, about=About.OUTCOME),
        few=primary is not None and changed(primary).few,
        methods=sources.verdicts.of(name, Question.METHODS),
        least=None if least is None else Row(context, least),
        most=None if most is None else Row(context, most),
        alike=bool(ways) and len({p_value(ways[at]["p_value"]) for at in (0, -1)}) == 1,
        adjusted=[
            Adjusted(method, Row(context, row), family(context.estimates, method))
            for method, row in with_p_value.items()
            if method in ADJUSTED
        ],
        caution=caution(sources, name, primary),
        plain=None if primary is None else Row(context, primary, cited=False),
        ways=[
            Way(method, Row(context, row, cited=False), family(context.estimates, method) if method in ADJUSTED else 0)
            for method, row in rows.items()
        ],
    )


def by_method(estimates: "pd.DataFrame", name: str) -> "dict[str, pd.Series[Any]]":
    """The rows of one outcome that tell its uncertainty in another way, in the order of the methods."""
    rows = pick(estimates, outcome=name, design="difference_in_differences", term="inference", specification="primary")
    methods = {row["horizon"]: row for _, row in rows.sort_values("scale").iterrows()}
    return {method: methods[method] for method in METHODS if method in methods}


def family(estimates: "pd.DataFrame", method: str) -> int:
    """Over how many outcomes a method adjusts."""
    rows = pick(estimates, design="difference_in_differences", term="inference", specification="primary")
    return int(rows.loc[rows["horizon"] == method, "outcome"].nunique())
