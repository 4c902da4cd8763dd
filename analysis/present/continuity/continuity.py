"""Figures and tables of the chapter on continuity.

``python -m analysis.present.continuity.continuity --help``
"""

from pathlib import Path
from typing import Annotated

from analysis.estimates import read_estimates
from analysis.plain_text import escaped_plan
from analysis.plan.continuity import ContactRules, Continuity
from analysis.plan.pilots import ContactOutcome
from analysis.present.continuity.association import admissions_table, mediation_table
from analysis.present.continuity.captions import captions
from analysis.present.continuity.contacts import contacts_table
from analysis.present.continuity.groups import draw_groups
from analysis.present.continuity.months import draw_months
from analysis.present.continuity.sites import sites_table
from analysis.present.continuity.size import draw_size
from analysis.present.continuity.slopes import slopes_table
from analysis.present.continuity.spread import draw_distribution
from analysis.present.continuity.ways import fewest_table, indices_table
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Context, Outcomes
from analysis.present.provenance.sources import PaperPlan, Sources
from analysis.steps import AsJson, Paths, command, read_json, write_text
from analysis.study import Inference
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


def continuity(
    *,
    estimates: Path,
    verdicts: Path,
    distribution: Path,
    fewest: Path,
    facts: Path,
    benchmarks: Path,
    asked: Annotated[Continuity, AsJson],
    outcomes: Outcomes,
    rules: Annotated[ContactRules, AsJson],
    confidence: float,
    phrases: Paths,
    figures: Path,
    tables: Path,
) -> None:
    """Draw what happened to continuity, to whom, and what it goes with.

    Parameters
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
    asked : Continuity
        What is asked of continuity; as JSON.
    outcomes : dict
        The plans of the outcome that the chapter is about, and of the one that it may be worth, by name; as JSON.
    rules : ContactRules
        Which contacts count; as JSON.
    confidence : float
        Confidence level of the intervals.
    phrases : tuple of Path
        The phrases that it may tell from.
    figures, tables : Path
        Folders for the figures and the tables.
    """
    import pandas as pd

    table, beside = read_estimates(estimates), pd.read_csv(benchmarks)
    # Captions have no room for addresses, so the lineage of rows is not asked for.
    context = Context(table, {}, confidence, Book())
    plan = PaperPlan(inference=Inference(confidence=confidence), outcomes=outcomes)
    sources = Sources(context=context, plan=plan, verdicts=read_verdicts(verdicts), benchmarks=beside)
    outcome = outcomes[asked.outcome]
    assert isinstance(outcome, ContactOutcome)
    words = captions(sources, asked, beside, phrases)
    draw_distribution(distribution, rules.fewest, words, figures)
    for draw in (draw_months, draw_size, draw_groups):
        draw(table, asked, words, figures)
    dropped, lineage = read_table(fewest)
    made = [
        indices_table(table, beside, asked, rules, outcome, words),
        sites_table(table, asked, outcome, words),
        slopes_table(table, beside, asked, words),
        fewest_table(table, dropped, asked, rules, words, simulated=lineage.simulated),
        admissions_table(table, beside, asked, words),
        mediation_table(table, beside, asked, words),
        contacts_table(read_json(facts), rules, words, simulated=lineage.simulated),
    ]
    for each in made:
        write_text(tables / f"{each.name}.md", each.markdown())


if __name__ == "__main__":
    command(continuity, given=escaped_plan)
