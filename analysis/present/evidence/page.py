"""What the published evaluations say of each outcome together, as templates are told it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.answers import About, Question
from analysis.estimates import pick, verdict_row
from analysis.present.evidence.register import Register, printed, register
from analysis.present.provenance.address import slug
from analysis.present.provenance.context import Context
from analysis.present.provenance.sources import Sources
from analysis.present.templates.reasons import Reasoned, reason_of
from analysis.present.templates.values import Names, Printed, Row
from analysis.study import Synthesis
from analysis.tables import read_table
from analysis.verdicts import Verdict
from analysis.wording import changed

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """What is pooled: the change, whether it is a rise, clear or not, and the share of scatter beyond chance."""

    change: Row
    more: bool
    variation: Row


@dataclass(frozen=True, kw_only=True)
class Way:
    """How many estimates point one way: ``rise``, ``fall`` or ``unchanged``."""

    code: str
    count: int


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Estimates of a programme that are left out for a reason."""

    programme: str
    sizes: tuple[Printed, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class SynthesisPage:
    """One synthesis.

    Attributes
    ----------
    name, label, slug : str
        In the plan, in words, and in the names of files and sections.
    less_is_good : bool
        Whether patients or the service gain where there is less of it.
    pooled : Pooled or None
        None where nothing is pooled.
    direction, spread : Verdict
        Whether the pooled change is clear, and whether estimates differ beyond chance.
    together : int
        How many estimates give an interval.
    reason : Reasoned or None
        Why they were not pooled, though enough; None where they were, or are too few.
    ways : tuple of Way
        Which way those point that give no interval.
    alone : int
        How many these are.
    register : Register
    left_out : tuple of LeftOut
    """

    name: str
    label: str
    slug: str
    less_is_good: bool
    pooled: Pooled | None
    direction: Verdict
    spread: Verdict
    together: int
    reason: Reasoned | None
    ways: tuple[Way, ...]
    alone: int
    register: Register
    left_out: tuple[LeftOut, ...]


def page(sources: Sources) -> Names[SynthesisPage]:
    """Each synthesis by its name, in the order of the plan."""
    published = [read_table(path)[0] for path in sources.files.get("published", ())]
    plans = sources.plan.syntheses if published else {}
    return Names({name: _synthesis(sources, name, plan, *published) for name, plan in plans.items()})


def _synthesis(sources: Sources, name: str, plan: Synthesis, published: "pd.DataFrame") -> SynthesisPage:
    context = sources.context
    studies = pick(context.estimates, outcome=name, design="synthesis", term="study")
    bare = pick(studies, specification="no_interval")["estimate"] - 1
    direction, spread = (
        sources.verdicts.of(name, question, about=About.SYNTHESIS)
        for question in (Question.DIRECTION, Question.SPREAD)
    )  # fmt: skip
    return SynthesisPage(
        name=name, label=plan.label, slug=slug(name), less_is_good=plan.good_direction == "down",
        pooled=_pooled(context, name), direction=direction, spread=spread,
        together=len(pick(studies, specification="in_synthesis")),
        reason=reason_of(context, outcome=name, design="synthesis"),
        ways=ways(bare), alone=len(bare),
        register=register(context, name, studies, published[published["outcome"] == plan.outcome]),
        left_out=tuple(_left_out(name, plan.leave_out, published)),
    )  # fmt: skip


def _pooled(context: Context, name: str) -> Pooled | None:
    row = verdict_row(context.estimates, name, "synthesis")
    if row is None:
        return None
    variation = context.row(outcome=name, design="synthesis", term="i2")
    assert variation is not None
    return Pooled(change=Row(context, row), more=changed(row).estimate > 0, variation=Row(context, variation))


def ways(changes: "pd.Series[float]") -> tuple[Way, ...]:
    """How many of some changes are rises and how many falls; of what there is none is left out."""
    counts = {"rise": int((changes > 0).sum()), "fall": int((changes < 0).sum())}
    counts["unchanged"] = len(changes) - sum(counts.values())
    return tuple(Way(code=code, count=count) for code, count in counts.items() if count)


def _left_out(name: str, reasons: Mapping[str, str], published: "pd.DataFrame") -> Iterator[LeftOut]:
    """One for each programme and reason, in the order of the plan."""
    sizes: dict[tuple[str, str], list[Printed]] = {}
    for id, reason in reasons.items():
        for _, row in published[published["evidence_id"] == id].iterrows():
            sizes.setdefault((row["programme"], reason), []).append(printed(name, row))
    for (programme, reason), own in sizes.items():
        yield LeftOut(programme=programme, sizes=tuple(own), reason=reason)
