"""What sections say of rows made by hand: judged, put on their pages and rendered as the paper renders them."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from analysis.assess.verdicts.judged import Basis, JudgedPlan
from analysis.assess.verdicts.verdicts import judge
from analysis.estimates import Estimate
from analysis.plan.inference import Inference
from analysis.plan.sensitivity import Checks
from analysis.present.document.pages import pages
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Context, Outcomes
from analysis.present.provenance.sources import PaperPlan, Sources
from analysis.present.templates.formats import formats
from analysis.present.templates.language import render
from analysis.verdicts import Verdicts
from tests.unit.present.made_rows import context

REPORTS = Path(__file__).parents[3] / "reports"


def sources(
    rows: Iterable[Estimate], outcomes: Outcomes, checks: Checks | None = None, methods: Sequence[str] = ()
) -> Sources:
    """What the paper is told from, with the verdicts of these rows."""
    made, asked = context(rows), checks or {}
    plan = PaperPlan(outcomes=outcomes, checks=asked, inference=Inference.model_validate({"methods": methods}))
    empty = pd.DataFrame({"outcome": [], "source": []})
    return Sources(context=made, plan=plan, verdicts=judged(made, outcomes, asked), benchmarks=empty)


def judged(made: Context, outcomes: Outcomes, checks: Checks) -> Verdicts:
    """Every judgement of the rows."""
    plan = JudgedPlan(outcomes=outcomes, checks=checks, confidence=made.confidence)
    return Verdicts(judge(Basis(estimates=made.estimates, plan=plan)))


def cited(told: Sources, name: str) -> str:
    """A section by its path below reports/sections, with the addresses of its numbers."""
    place = REPORTS / "sections" / f"{name}.qmd.j2"
    filters = formats(told.context.book, REPORTS / "phrases")
    return render(place, place.read_text(encoding="utf-8"), pages(told), filters)


def plain(text: str) -> str:
    """A text without the addresses of its numbers."""
    return re.sub(r"\[([^\[\]]*)\]\{\.number[^}]*\}", r"\1", text)


def section(told: Sources, name: str) -> str:
    """A section as a reader sees it, a paragraph a line."""
    return "\n".join(" ".join(each.split()) for each in re.split(r"\n\s*\n", plain(cited(told, name))) if each.strip())


def phrase(it: object, name: str) -> str:
    """What a phrase says of a thing, without addresses."""
    return plain(formats(Book(), REPORTS / "phrases")["say"](it, name))
