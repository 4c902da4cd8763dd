"""The paper's sections that are templates, and the address of each number in them.

``python -m analysis.present.document.sections --help``
"""

from pathlib import Path

from analysis.plain_text import escaped_plan
from analysis.present.document.pages import pages
from analysis.present.provenance.context import read_context
from analysis.present.provenance.sources import PaperFiles, PaperPlan, Sources
from analysis.present.summary.page import HEADLINES
from analysis.present.templates.formats import formats
from analysis.present.templates.sections import render_sections
from analysis.steps import command, write_json
from analysis.verdicts import read_verdicts


def sections(*, plan: PaperPlan, files: PaperFiles, out: Path, addresses: Path) -> None:
    """Write the sections that templates become, and the address of every number in them.

    Parameters
    ----------
    plan : PaperPlan
        What the study asks.
    files : PaperFiles
        What other steps left.
    out : Path
        The sections that templates became, by their path (JSON).
    addresses : Path
        Key, text and origin of each number (JSON).
    """
    sources = read_sources(plan, files)
    book, filters = sources.context.book, formats(sources.context.book, files.reports / "phrases")
    begin = [files.reports / files.document]
    write_json(out, render_sections(files.reports, begin, pages(sources), filters, (HEADLINES,)))
    write_json(addresses, {key: {"text": text} | vars(origin) for key, (text, origin) in book.entries.items()})


def read_sources(plan: PaperPlan, files: PaperFiles) -> Sources:
    """Read what the paper is told from."""
    import pandas as pd

    return Sources(
        context=read_context(files.estimates, files.lineage, plan.inference.confidence, files.unmade),
        plan=plan,
        verdicts=read_verdicts(files.verdicts),
        benchmarks=pd.read_csv(files.benchmarks),
        files=files.by_topic(),
    )


if __name__ == "__main__":
    command(sections, given=escaped_plan)
