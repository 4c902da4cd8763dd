"""The library of phrases as tests hear it: what is said of one thing, in plain text."""

import re
from contextlib import chdir
from functools import cache
from pathlib import Path

from analysis.present.provenance.address import Book
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters, render
from analysis.present.templates.sections import Pages
from workflow.registry import registry
from workflow.study_data import read_study_data

REPORTS = Path(__file__).parents[3] / "reports"
SPAN = re.compile(r"\[([^\]]*)\]\{\.number[^}]*\}")


def library() -> Filters:
    """The filters of templates, with the library of phrases."""
    return formats(Book(), REPORTS / "phrases")


@cache
def allowed(step: str, study: str = "default") -> tuple[Path, ...]:
    """The phrases that a step may tell from, as the workflow names them for it."""
    root = REPORTS.parent
    with chdir(root):
        return tuple(root / path for path in registry(read_study_data(study))[step].reads["phrases"])


def said(name: str, it: object) -> str:
    """What a phrase says of `it`, without addresses."""
    return plain(library()["say"](it, name))


def section(name: str, pages: Pages) -> str:
    """A section that is told from these pages, in one line and without addresses; what it includes stays out."""
    place = REPORTS / "sections" / f"{name}.qmd.j2"
    text = render(place, place.read_text(encoding="utf-8"), pages, library())
    return plain(" ".join(text.split()))


def plain(text: str) -> str:
    """Text with its numbers as they are printed."""
    return SPAN.sub(r"\1", text)
