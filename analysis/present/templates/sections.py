"""Sections that are templates become sections of Quarto's: each sees what every topic has to tell, by its name."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.present.templates.language import render
from analysis.steps import Problem

# What a template's name ends with; without it, it is the name of the section that it becomes.
ENDING = ".j2"
INCLUDED = re.compile(r"\{\{<\s*include\s+[\"']?([^\s\"']+)")
# By topic, what its sections are told from; nothing where the plan does not ask for it.
Pages = Mapping[str, object]


def render_sections(
    reports: Path,
    documents: Iterable[Path],
    pages: Pages,
    filters: Mapping[str, Callable[..., Any]],
    also: Iterable[str] = (),
) -> dict[str, str]:
    """The text of every template that some documents include, and of those that these include in turn.

    Parameters
    ----------
    reports : Path
        The paper's sources, with ``sections/``; paths that begin with a slash begin here.
    documents : iterable of Path
        Where the includes begin.
    pages : dict
        What every template sees.
    filters : dict
        The filters of templates.
    also : iterable of str
        Sections that are wanted whether a document includes them or not.

    Returns
    -------
    dict
        By path below `reports`, for instance ``sections/continuity/worth.qmd``.

    Raises
    ------
    Problem
        Names the template's file and line.
    """
    made: dict[str, str] = {}
    for name in also:
        _follow(reports, reports, f"{{{{< include {name} >}}}}", made, pages, filters)
    for document in documents:
        _follow(reports, document.parent, document.read_text(encoding="utf-8"), made, pages, filters)
    return made


def _follow(
    reports: Path,
    folder: Path,
    text: str,
    made: dict[str, str],
    pages: Pages,
    filters: Mapping[str, Callable[..., Any]],
) -> None:
    for place in included(text, folder, reports):
        name = place.relative_to(reports).as_posix()
        template = place.with_name(f"{place.name}{ENDING}")
        if template.is_file() and name not in made:
            made[name] = render(template, template.read_text(encoding="utf-8"), pages, filters)
            _follow(reports, place.parent, made[name], made, pages, filters)
        elif place.is_file():
            _follow(reports, place.parent, place.read_text(encoding="utf-8"), made, pages, filters)


def included(text: str, folder: Path, reports: Path) -> Iterator[Path]:
    """The files that a text in some folder includes; a path that begins with a slash begins in `reports`."""
    for name in INCLUDED.findall(text):
        place = (reports if name.startswith("/") else folder) / name.lstrip("/")
        if ".." in Path(name).parts:
            raise Problem(f"{folder}: the include {name} leaves its folder.", "begin it with / for reports/")
        yield place
