"""One text out of many: includes, variables, metadata and page breaks of an assembled project.

The syntax is Quarto's. A value that stands in an attribute (``fig-alt="… {{< var x >}} …"``) is written there
as plain text, because markup has no meaning inside quotation marks.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from analysis.steps import Problem

_SHORTCODE = re.compile(r"(?<!\{)\{\{<\s*(\S+)\s*(.*?)\s*>\}\}(?!\})")
_ESCAPED = re.compile(r"\{(\{\{<.*?>\}\})\}")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_INSIDE_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*$')
_BRACKETED_SPAN = re.compile(r"\[([^\[\]]*)\]\{[^{}]*\}")
PAGE_BREAK = "::: {.page-break}\n:::"


@dataclass(frozen=True)
class Place:
    """Where in the sources something stands."""

    folder: Path
    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file.relative_to(self.folder).as_posix()}, line {self.line}"


@dataclass(frozen=True)
class Values:
    """What ``var`` and ``meta`` can name: nested values, addressed with dots."""

    variables: dict[str, Any]
    metadata: dict[str, Any]


def flatten(folder: Path, document: str, values: Values) -> str:
    """Give the whole text of a document, its shortcodes resolved.

    Parameters
    ----------
    folder : Path
        The assembled project.
    document : str
        The document's path in the project.
    values : Values
        The variables and the metadata.

    Raises
    ------
    Problem
        An include, a variable or a shortcode that is not there, with its file and line.
    """
    return _file(folder, folder / document, values, ())


def without_markup(value: str) -> str:
    """The text of a value without its markup, for use in attributes."""
    return _BRACKETED_SPAN.sub(r"\1", value).replace('"', "'")


def _file(folder: Path, file: Path, values: Values, above: tuple[Path, ...]) -> str:
    lines = file.read_text(encoding="utf-8").split("\n")
    done = [_line(text, Place(folder, file, at), values, (*above, file)) for at, text in enumerate(lines, 1)]
    return "\n".join(done)


def _line(text: str, place: Place, values: Values, above: tuple[Path, ...]) -> str:
    def resolve(match: re.Match[str]) -> str:
        name, argument = match.group(1), match.group(2).strip("\"'")
        if name not in _HANDLERS:
            raise Problem(
                f"{place}: there is no shortcode {name}.",
                f"use one of {', '.join(sorted(_HANDLERS))}, or write {{{{{{< {name} >}}}}}} to show it as text",
            )
        value = _HANDLERS[name](argument, place, values, above)
        return without_markup(value) if _INSIDE_ATTRIBUTE.search(text[: match.start()]) else value

    return _ESCAPED.sub(r"\1", _SHORTCODE.sub(resolve, text))


def _include(argument: str, place: Place, values: Values, above: tuple[Path, ...]) -> str:
    start = place.folder if argument.startswith("/") else place.file.parent
    file = (start / argument.lstrip("/")).resolve()
    if not file.is_file():
        raise Problem(f"{place}: there is no file {argument} to include.", "write the file or correct its path")
    if file in above or not file.is_relative_to(place.folder):
        raise Problem(f"{place}: {argument} includes itself or lies outside the project.", "take out this include")
    return _FRONT_MATTER.sub("", _file(place.folder, file, values, above)).strip("\n")


def _variable(argument: str, place: Place, values: Values, _: tuple[Path, ...]) -> str:
    return _look_up(argument, values.variables, place, "variable", "_variables.yml")


def _metadata(argument: str, place: Place, values: Values, _: tuple[Path, ...]) -> str:
    return _look_up(argument, values.metadata, place, "metadata key", "_cover.yml or _quarto.yml")


def _page_break(*_: object) -> str:
    return PAGE_BREAK


def _look_up(key: str, tree: dict[str, Any], place: Place, what: str, where: str) -> str:
    keys = dict(leaves(tree))
    if key in keys:
        return keys[key]
    near = get_close_matches(key, keys, n=1, cutoff=0.6)
    hint = f"write {near[0]}, which is there" if near else f"add {key} to {where} or correct its name"
    raise Problem(f"{place}: the {what} {key} is not in {where}.", hint)


def leaves(tree: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a nested mapping with its dotted key."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{before}{key}.")
        elif isinstance(value, str):
            yield f"{before}{key}", value


def locate(folder: Path, text: str) -> str:
    """Where a text first stands in the sources, as ``sections/x.qmd, line 3: ``, or nothing."""
    for file in sorted([*folder.glob("*.qmd"), *folder.glob("sections/**/*.qmd"), *folder.glob("tables/*.md")]):
        for at, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
            if text and text in line:
                return f"{Place(folder, file, at)}: "
    return ""


_HANDLERS: dict[str, Callable[[str, Place, Values, tuple[Path, ...]], str]] = {
    "include": _include,
    "meta": _metadata,
    "pagebreak": _page_break,
    "var": _variable,
}
