"""A section, or the paper, as it would read now: the text of today over the project that was assembled last."""

import re
import shutil
from difflib import get_close_matches
from pathlib import Path

from analysis.present.provenance.address import Book
from analysis.present.templates.formats import formats
from analysis.release.assemble.annex import addresses_table
from analysis.release.render.project import read_project
from analysis.release.render.render import render_text
from analysis.release.render.shortcodes import flatten
from analysis.steps import Problem, read_json, whole, write_text

REFERENCE = re.compile(r"@((sec|fig|tbl)-[\w-]+)")
# A number with its address, which leads to an annex.
NUMBER = re.compile(r"\[([^\[\]]*)\]\{\.number[^{}]*\}")
KINDS = {"sec": "the section", "fig": "the figure", "tbl": "the table"}


def lay_over(source: Path, reports: Path, made: Path, folder: Path, document: str) -> None:
    """The project that was assembled last, with the text as it is now.

    Parameters
    ----------
    source : Path
        What was assembled: figures, tables, styles, cover and variables are taken as they are.
    reports : Path
        The paper's sources.
    made : Path
        The folder with ``sections.json``, what their templates became, and ``addresses.json``.
    folder : Path
        The new project.
    document : str
        The document, of whose numbers the addresses are listed.
    """
    shutil.copytree(source, folder)
    for path in [*reports.glob("*.qmd"), *reports.glob("sections/*/*.qmd")]:
        write_text(folder / path.relative_to(reports), path.read_text(encoding="utf-8"))
    for name, text in read_json(made / "sections.json").items():
        write_text(folder / name, text)
    addresses = folder / "tables/addresses.md"
    write_text(addresses, "")
    text = flatten(folder.resolve(), document, read_project(folder, "html").values)
    write_text(
        addresses, addresses_table(read_json(made / "addresses.json"), text, formats(Book(), reports / "phrases"))
    )


def preview(folder: Path, document: str, section: str, out: Path) -> None:
    """Write a section of a project as HTML, or the whole document.

    Parameters
    ----------
    folder : Path
        The project.
    document : str
        The document, which is rendered where no section is named.
    section : str
        A section's path below ``sections/``, without its ending: ``continuity/worth``.
    out : Path
        The page.

    Raises
    ------
    Problem
        When the document includes no such section.
    """
    folder = folder.resolve()  # includes are held to it
    project = read_project(folder, "html")
    if section:
        document = f"sections/{named(section, folder)}.qmd"
    text = flatten(folder, document, project.values)
    with whole(out.resolve()) as draft:
        render_text(project, alone(text) if section else text, "html", draft)


def named(section: str, folder: Path) -> str:
    """The section that is meant: its topic and name, however much of its file's path stands around them.

    Parameters
    ----------
    section : str
        For instance ``continuity/worth``, or ``reports/sections/continuity/worth.qmd.j2``.
    folder : Path
        The project that holds it.

    Raises
    ------
    Problem
        Names the nearest section, those of the topic, or the topics.
    """
    name = section.removesuffix(".j2").removesuffix(".qmd").removeprefix("reports/").removeprefix("sections/")
    known = [f"{path.parent.name}/{path.stem}" for path in sorted(folder.glob("sections/*/*.qmd"))]
    if name in known:
        return name
    topics = {each.partition("/")[0]: None for each in known}
    within = [each for each in known if each.startswith(f"{name.partition('/')[0]}/")]
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.7)
    choice = ", ".join(within) or f"the topics {', '.join(topics)}"
    hint = near[0] if near else f"<topic>/<name>, one of {choice}"
    raise Problem(f"The paper has no section {section}.", f"write SECTION={hint}, or include it in the document")


def alone(text: str) -> str:
    """A section that stands alone: what it refers to outside itself is named and no link, numbers neither."""

    def named(match: re.Match[str]) -> str:
        return match[0] if f"#{match[1]}" in text else f"*[{KINDS[match[2]]} {match[1]}]*"

    return REFERENCE.sub(named, NUMBER.sub(r"\1", text))
