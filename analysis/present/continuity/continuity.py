"""Figures and tables of the chapter on continuity.

``python -m analysis.present.continuity.continuity --help``
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from analysis.estimates import read_estimates
from analysis.plain_text import escaped_plan
from analysis.plan.continuity import ContactRules, Continuity
from analysis.plan.inference import Inference
from analysis.plan.pilots import ContactOutcome
from analysis.present.continuity.association import admissions_table, mediation_table
from analysis.present.continuity.captions import Captions, captions
from analysis.present.continuity.contacts import contacts_table
from analysis.present.continuity.groups import draw_groups
from analysis.present.continuity.months import draw_months
from analysis.present.continuity.sites import by_site_table
from analysis.present.continuity.size import draw_size
from analysis.present.continuity.slopes import slopes_table
from analysis.present.continuity.spread import draw_distribution
from analysis.present.continuity.ways import fewest_table, indices_table
from analysis.present.look.markdown import Table
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Context, Outcomes
from analysis.present.provenance.sources import PaperPlan, Sources
from analysis.steps import AsJson, Paths, command, read_json, write_text
from analysis.tables import read_table
from analysis.verdicts import read_verdicts

FIGURES = ("continuity-distribution", "continuity-events", "continuity-size", "continuity-gaps")
TABLES = (
    "continuity-indices",
    "continuity-sites",
    "continuity-slopes",
    "continuity-fewest",
    "continuity-admissions",
    "continuity-mediation",
    "continuity-contacts",
)


@dataclass(frozen=True, kw_only=True)
class ChapterPlan:
    """What the chapter asks.

    Attributes
    ----------
    continuity : Continuity
        What is asked of continuity; as JSON.
    outcomes : dict
        The plans of the outcome that the chapter is about, and of the one that it may be worth, by name; as JSON.
    rules : ContactRules
        Which contacts count; as JSON.
    confidence : float
        Confidence level of the intervals.
    """

    continuity: Annotated[Continuity, AsJson]
    outcomes: Outcomes
    rules: Annotated[ContactRules, AsJson]
    confidence: float


@dataclass(frozen=True, kw_only=True)
class ChapterFiles:
    """What the chapter draws.

    Attributes
    ----------
    estimates, verdicts : Path
        The table of estimates, and what its rows are taken to say.
    distribution : Path
        How many patients have which index, before and after.
    fewest : Path
        What each minimum of contacts drops.
    facts : Path
        What was counted and left out of the contacts, and why.
    benchmarks : Path
        Truth and published values.
    """

    estimates: Path
    verdicts: Path
    distribution: Path
    fewest: Path
    facts: Path
    benchmarks: Path


def continuity(*, plan: ChapterPlan, files: ChapterFiles, phrases: Paths, figures: Path, tables: Path) -> None:
    """Draw what happened to continuity, to whom, and what it goes with.

    Parameters
    ----------
    plan : ChapterPlan
        What the chapter asks.
    files : ChapterFiles
        What it draws.
    phrases : tuple of Path
        The phrases that it may tell from.
    figures, tables : Path
        Folders for the figures and the tables.
    """
    sources = _sources(plan, files)
    words = captions(sources, plan.continuity, phrases)
    draw_distribution(files.distribution, plan.rules.fewest, words, figures)
    for draw in (draw_months, draw_size, draw_groups):
        draw(sources.context.estimates, plan.continuity, words, figures)
    for table in _tables(plan, files, sources, words):
        write_text(tables / f"{table.name}.md", table.markdown())


def _sources(plan: ChapterPlan, files: ChapterFiles) -> Sources:
    import pandas as pd

    # Captions have no room for addresses, so the lineage of rows is not asked for.
    context = Context(read_estimates(files.estimates), {}, plan.confidence, Book())
    paper = PaperPlan(inference=Inference(confidence=plan.confidence), outcomes=plan.outcomes)
    verdicts, benchmarks = read_verdicts(files.verdicts), pd.read_csv(files.benchmarks)
    return Sources(context=context, plan=paper, verdicts=verdicts, benchmarks=benchmarks)


def _tables(plan: ChapterPlan, files: ChapterFiles, sources: Sources, words: Captions) -> Iterator[Table]:
    rows, beside = sources.context.estimates, sources.benchmarks
    chapter, rules = plan.continuity, plan.rules
    outcome = plan.outcomes[chapter.outcome]
    assert isinstance(outcome, ContactOutcome)
    minima, lineage = read_table(files.fewest)
    yield indices_table(rows, beside, chapter, rules, outcome, words)
    yield by_site_table(rows, chapter, outcome, words)
    yield slopes_table(rows, beside, chapter, words)
    yield fewest_table(rows, minima, chapter, rules, words, simulated=lineage.simulated)
    yield admissions_table(rows, beside, chapter, words)
    yield mediation_table(rows, beside, chapter, words)
    yield contacts_table(read_json(files.facts), rules, words, simulated=lineage.simulated)


if __name__ == "__main__":
    command(continuity, given=escaped_plan)
