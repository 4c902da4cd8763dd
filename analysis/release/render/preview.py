"""A section, or the paper, as it would read now: the text of today over the project that was assembled last."""

import re
import shutil
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
        document = f"sections/{section}.qmd"
        if not (folder / document).is_file():
            known = ", ".join(sorted(path.stem for path in (folder / document).parent.glob("*.qmd")))
            near = f"that room has {known}" if known else "a section is <topic>/<name>"
            raise Problem(f"The paper has no section {section}.", f"write SECTION=<topic>/<name>; {near}")
    text = flatten(folder, document, project.values)
    with whole(out.resolve()) as draft:
        render_text(project, alone(text) if section else text, "html", draft)


def alone(text: str) -> str:
    """A section that stands alone: what it refers to outside itself is named and no link, numbers neither."""

    def named(found: re.Match[str]) -> str:
        return found[0] if f"#{found[1]}" in text else f"*[{KINDS[found[2]]} {found[1]}]*"

    return REFERENCE.sub(named, NUMBER.sub(r"\1", text))
