"""Sections that are templates become sections of Quarto's: each is given what its chapter tells."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.present.provenance.context import Context
from analysis.present.templates.formats import formats
from analysis.present.templates.language import render
from analysis.steps import Problem, write_text

# What a template's name ends with; without it, it is the name of the section that it becomes.
ENDING = ".j2"
Pages = Mapping[str, Mapping[str, Any]]


def write_sections(reports: Path, pages: Pages, context: Context, out: Path) -> None:
    """Render every section that is given something to tell, or none where one of them is at fault.

    Parameters
    ----------
    reports : Path
        The paper's sources; templates stand in its ``sections/``, phrases in its ``phrases/``.
    pages : dict
        What each template is given, by the name of its section, for instance ``continuity-worth``.
    context : Context
        The table of estimates, and the book in which numbers are entered as they print.
    out : Path
        The folder of the rendered sections.

    Raises
    ------
    Problem
        Names the template's file and line.
    """
    filters = formats(context, reports / "phrases")
    texts = {name: _template(reports, name) for name in pages}
    made = {name: render(place, text, pages[name], filters) for name, (place, text) in texts.items()}
    out.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        write_text(out / f"{name}.qmd", text)


def _template(reports: Path, name: str) -> tuple[Path, str]:
    place = reports / "sections" / f"{name}.qmd{ENDING}"
    if not place.is_file():
        raise Problem(f"There is no template {place}.", f"write it, or restore it with `git checkout -- {place}`")
    return place, place.read_text(encoding="utf-8")
