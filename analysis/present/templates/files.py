"""The files that an author writes: sections, templates and phrases, read as text, and the includes between them."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from analysis.plain_text import UNSEEN
from analysis.steps import Problem

# What a template's name ends with; without it, it is the name of the section that it becomes.
ENDING = ".j2"
INCLUDED = re.compile(r"\{\{<\s*include\s+[\"']?([^\s\"']+)")
# What is no text: a comment of a template, or of Markdown.
COMMENT = re.compile(r"<#.*?#>|<!--.*?-->", re.DOTALL)
# The folders whose files steps make: nobody writes them, and they are there only after a run.
MADE = ("figures", "tables")


def read_source(path: Path, within: Path) -> str:
    """The text of a file that an author wrote, with lines as Unix ends them.

    Parameters
    ----------
    path : Path
        The file.
    within : Path
        The folder of such files: a link in it that leads elsewhere would bring anything into a paper.

    Raises
    ------
    Problem
        Names the file and, where one is at fault, the line.
    """
    if not path.is_file():
        raise Problem(f"{path} is no ordinary file.", "put the text itself in its place")
    if path.is_relative_to(within) and not path.resolve().is_relative_to(within.resolve()):
        raise Problem(f"{path} is a link that leads out of {within}.", "put the text itself in its place")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(
            f"{path}, line {1 + content[: error.start].count(10)}: the byte {content[error.start]:#04x} is no UTF-8.",
            "save the file as UTF-8",
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not COMMENT.sub("", text).strip():
        raise Problem(f"{path} says nothing.", "write its text, or delete it together with what includes or says it")
    if unseen := UNSEEN.search(text):
        sign, line = ord(unseen[0]), 1 + text.count("\n", 0, unseen.start())
        raise Problem(
            f"{path}, line {line}: there is a sign that nobody sees, U+{sign:04X}.",
            "type the line anew; such signs come with text that was copied",
        )
    return text


def included(text: str, file: Path, reports: Path) -> Iterator[Path]:
    """What a text includes, as authors wrote it: a section, or the template that becomes one.

    Parameters
    ----------
    text : str
        The text, as it stands or as its template became it.
    file : Path
        The file that it stands in, for the sentence; a path that begins with no slash begins in its folder.
    reports : Path
        The paper's sources; a path that begins with a slash begins here.

    Raises
    ------
    Problem
        Names file and line of an include of something that is not there.
    """
    for name in INCLUDED.findall(text):
        if ".." in Path(name).parts:
            raise Problem(f"{_at(file, name)}: the include {name} leaves its folder.", "begin it with / for reports/")
        place = (reports if name.startswith("/") else file.parent) / name.lstrip("/")
        if not (place.is_relative_to(reports) and place.relative_to(reports).parts[0] in MADE):
            try:
                yield source(place)
            except Problem as problem:
                raise Problem(f"{_at(file, name)}: {problem.sentence}", problem.mend) from None


def source(section: Path) -> Path:
    """The file that a section is written in: itself, or the template that becomes it.

    Parameters
    ----------
    section : Path
        The section, ``sections/continuity/worth.qmd``.

    Raises
    ------
    Problem
        When there is neither, or both.
    """
    template = section.with_name(f"{section.name}{ENDING}")
    there = [each for each in (template, section) if each.exists() or each.is_symlink()]
    if len(there) == 1:
        return there[0]
    if there:
        raise Problem(f"there are two of one section, {section} and {template}.", "delete one of them")
    near = get_close_matches(section.stem, [path.name.split(".")[0] for path in section.parent.glob("*.qmd*")], n=1)
    hint = f"write {near[0]}{section.suffix}, which is there" if near else f"write {template}"
    raise Problem(f"there is no section {section}.", f"{hint}, or take out what includes it")


def _at(file: Path, words: str) -> str:
    """A file with the line on which some words stand in it first; the file alone where a phrase said them."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((f"{file}, line {number}" for number, line in enumerate(lines, 1) if words in line), str(file))
