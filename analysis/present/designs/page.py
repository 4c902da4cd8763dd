"""What the sections on designs are told from: what the plan names beforehand, and what each design gives."""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.answers import About, Question
from analysis.estimates import one, pick, verdict_row
from analysis.plan.pilots import ActivityOutcome, AnyOutcome
from analysis.present.designs.design_rows import OTHER_PEOPLE, compared, effect_designs, effects
from analysis.present.designs.others import Others, others
from analysis.present.designs.table import DesignTable, design_table
from analysis.present.provenance.context import Context, Outcomes
from analysis.present.provenance.sources import PaperPlan, Sources
from analysis.present.templates.values import Row
from analysis.verdicts import Verdict


@dataclass(frozen=True)
class Labelled:
    """A row of an outcome, with the outcome in words."""

    label: str
    row: Row


@dataclass(frozen=True)
class Placebo:
    """An outcome that the pilots are not expected to move: in words, its row if it was estimated, whether it moved."""

    label: str
    row: Row | None
    direction: Verdict


@dataclass(frozen=True, kw_only=True)
class DesignsPage:
    """The designs of a study.

    Attributes
    ----------
    primary, secondary : list of str
        The outcomes that the plan calls so, in words; no placebo is secondary.
    placebos : list of Placebo
        The outcomes that the pilots are not expected to move.
    beside : list of str
        What the plan names beside the primary estimates: ``designs``, ``checks``, ``methods``.
    several : bool
        Whether there is more than the primary estimates.
    staggered, synthetic_control, interrupted : bool
        Whether any outcome asks for the design.
    compared : list of Others
        The outcomes with more than one design.
    patients : list of Labelled
        What matching finds among the patients of the intervention, who are not everybody registered.
    weight : Row or None
        How much of the two-way estimate rests on comparisons with sites that had started already. It follows from who
        started when, so that it is much the same for every outcome.
    table : DesignTable or None
        The outcomes with more than one design by each of them.
    """

    primary: list[str]
    secondary: list[str]
    placebos: list[Placebo]
    beside: list[str]
    several: bool
    staggered: bool
    synthetic_control: bool
    interrupted: bool
    compared: list[Others]
    patients: list[Labelled]
    weight: Row | None
    table: DesignTable | None


def page(sources: Sources) -> DesignsPage | None:
    """What the sections on designs tell; None where the study has no outcomes."""
    plan, several = sources.plan, compared(sources.plan.outcomes)
    if not plan.outcomes:
        return None
    used = {design for outcome in plan.outcomes.values() for design in effect_designs(outcome)}
    return DesignsPage(
        primary=[each.label for each in plan.outcomes.values() if each.primary],
        secondary=[each.label for each in plan.outcomes.values() if not (each.primary or _placebo(each))],
        placebos=[_moved(sources, name, each) for name, each in plan.outcomes.items() if _placebo(each)],
        beside=list(_beside(plan, used)),
        several=bool(plan.checks or plan.methods or several),
        staggered="staggered" in used,
        synthetic_control="synthetic_control" in used,
        interrupted="interrupted_time_series" in used,
        compared=[others(sources, name, outcome) for name, outcome in several.items()],
        patients=list(_patients(sources.context, several)),
        weight=next(_weights(sources.context, several), None),
        table=design_table(sources, several),
    )


def _placebo(outcome: AnyOutcome) -> bool:
    return isinstance(outcome, ActivityOutcome) and outcome.placebo


def _moved(sources: Sources, name: str, outcome: AnyOutcome) -> Placebo:
    row = verdict_row(sources.context.estimates, name, "difference_in_differences")
    direction = sources.verdicts.of(name, Question.DIRECTION, about=About.OUTCOME)
    return Placebo(outcome.label, None if row is None else Row(sources.context, row), direction)


def _beside(plan: PaperPlan, used: set[str]) -> Iterator[str]:
    more = used - {"difference_in_differences"}
    for code, named in (("designs", more), ("checks", plan.checks), ("methods", plan.methods)):
        if named:
            yield code


def _patients(context: Context, outcomes: Outcomes) -> Iterator[Labelled]:
    rows = pick(effects(context.estimates, outcomes), design=OTHER_PEOPLE, estimator="poisson_matched")
    for _, row in rows.iterrows():
        yield Labelled(outcomes[row["outcome"]].label, Row(context, row))


def _weights(context: Context, outcomes: Outcomes) -> Iterator[Row]:
    for name in outcomes:
        rows = pick(context.estimates, outcome=name, design="staggered", estimator="goodman_bacon", term="weight")
        row = one(rows, horizon="later_vs_earlier")
        if row is not None:
            yield Row(context, row)
