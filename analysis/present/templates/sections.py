"""Sections that are templates become sections of Quarto's: each sees what every topic has to tell, by its name."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.present.templates.files import ENDING, included, read_source, source
from analysis.present.templates.language import render

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
    rendered: dict[str, str] = {}
    seen: set[Path] = set()

    def follow(file: Path) -> None:
        if file in seen:
            return
        seen.add(file)
        text = read_source(file, reports)
        if file.suffix == ENDING:
            text = render(file, text, pages, filters)
            rendered[file.relative_to(reports).as_posix().removesuffix(ENDING)] = text
        for each in included(text, file, reports):
            follow(each)

    for file in (*(source(reports / name) for name in also), *documents):
        follow(file)
    return rendered
