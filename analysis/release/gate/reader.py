"""Read a finished release as a stranger would: every text and every table in it, whatever the format.

It shares no code with what protects the data, so that one mistake cannot hide another.
"""

import base64
import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

from analysis.release.gate.reader_packed import as_csv, decoded, inflated, members, unpacked
from analysis.release.gate.reader_page import Page
from analysis.release.gate.reader_pdf import pdf_texts


@dataclass(frozen=True)
class Passage:
    """A text of a release: what somebody reads, hears, or finds in what a file says of itself."""

    file: str
    text: str


@dataclass(frozen=True)
class Grid:
    """A table of a release: its headings and its rows."""

    file: str
    header: list[str]
    rows: list[list[str]]


Seen = Passage | Grid


def read_release(folder: Path) -> list[Seen]:
    """All passages and tables of a release; a file of an unknown kind is read for the strings in it."""
    seen: list[Seen] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        seen += [Passage(name, name), Passage(name, re.sub(r"[-_.]+", " ", path.stem))]
        seen += read_bytes(name, path.suffix.lower(), path.read_bytes())
    return seen


def read_bytes(name: str, suffix: str, content: bytes) -> list[Seen]:
    """What one file holds."""
    return list(_READERS.get(suffix, _strings)(name, content))


def _csv(name: str, content: bytes) -> Iterator[Seen]:
    text = decoded(content)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    lines = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    if lines:
        yield Grid(name, lines[0], lines[1:])
    yield from _text(name, content)


def _json(name: str, content: bytes) -> Iterator[Seen]:
    """The text, and each object as a row under its keys."""
    yield from _text(name, content)
    try:
        waiting = [json.loads(decoded(content))]
    except ValueError:
        return
    while waiting:
        each = waiting.pop()
        inner = list(each.values()) if isinstance(each, dict) else each if isinstance(each, list) else []
        waiting += [value for value in inner if isinstance(value, dict | list)]
        if isinstance(each, dict):
            values = {key: str(value) for key, value in each.items() if not isinstance(value, dict | list)}
            yield Grid(name, list(values), [list(values.values())])


def _parquet(name: str, content: bytes) -> Iterator[Seen]:
    yield from _csv(name, as_csv(content))


def _packed(name: str, content: bytes) -> Iterator[Seen]:
    yield from read_bytes(name, *unpacked(name, content))


def _archive(name: str, content: bytes) -> Iterator[Seen]:
    for member, inner in members(content):
        yield Passage(name, member)
        yield from read_bytes(name, Path(member).suffix.lower(), inner)


def _text(name: str, content: bytes) -> Iterator[Seen]:
    text = decoded(content)
    yield Passage(name, text)
    yield from _pipes(name, text)


def _pipes(name: str, text: str) -> Iterator[Grid]:
    """The pipe tables of a Markdown file."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    if len(lines) > 2:
        yield Grid(name, lines[0], lines[2:])


def _strings(name: str, content: bytes) -> Iterator[Seen]:
    """The printable strings of a file, as in what an image says of itself."""
    yield Passage(name, "\n".join(each.decode() for each in re.findall(rb"[\x20-\x7e]{5,}", content)))


def _png(name: str, content: bytes) -> Iterator[Seen]:
    """The chunks of a picture that hold text."""
    at = 8
    while at + 8 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if kind in (b"tEXt", b"iTXt", b"zTXt", b"eXIf"):
            yield from _strings(name, inflated(content[at + 8 : at + 8 + size]))
        at += 12 + size


def _svg(name: str, content: bytes) -> Iterator[Seen]:
    """Texts, titles and comments: where glyphs are drawn as paths their text stands in a comment."""
    parser = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
    root = ElementTree.fromstring(content, parser)
    texts: list[str] = []
    for node in root.iter():
        texts += [text.strip() for text in (node.text, node.tail) if text and text.strip()]
        texts += [
            value
            for key, value in node.attrib.items()
            if ("}" in key or key in ("id", "href", "label", "alt", "title") or key.startswith(("aria-", "data-")))
            and value[:1] != "#"
        ]
        if node.tag in ("text", "{http://www.w3.org/2000/svg}text"):
            texts.append("".join(node.itertext()))
    yield Passage(name, "\n".join(texts))


def _html(name: str, content: bytes) -> Iterator[Seen]:
    page = Page()
    page.feed(content.decode("utf-8", "replace"))
    page.close()
    yield Passage(name, "\n".join(page.texts))
    for rows in page.tables:
        if len(rows) > 1:
            yield Grid(name, rows[0], rows[1:])
    for kind, packed, data in page.embedded:
        inner = base64.b64decode(unquote_to_bytes(data)) if packed else unquote_to_bytes(data)
        suffix = _KINDS.get(kind)
        if suffix:
            yield from read_bytes(name, suffix, inner)


_KINDS = {
    "image/svg+xml": ".svg", "image/png": ".png", "text/html": ".html", "text/csv": ".csv", "text/plain": ".txt",
    "text/markdown": ".md", "application/json": ".json", "application/pdf": ".pdf", "application/zip": ".zip",
}  # fmt: skip


def _docx(name: str, content: bytes) -> Iterator[Seen]:
    for member, inner in members(content):
        suffix = Path(member).suffix.lower()
        if suffix in (".xml", ".rels"):
            yield from _word(name, ElementTree.fromstring(inner))
        elif suffix in _READERS:
            yield from read_bytes(name, suffix, inner)


def _word(name: str, root: ElementTree.Element) -> Iterator[Seen]:
    """Paragraphs, each whole; what has no paragraphs says something of the file; descriptions of pictures."""
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    paragraphs = ["".join(each.itertext()) for each in root.iter(f"{word}p")]
    texts = paragraphs or [each.text for each in root.iter() if each.text and each.text.strip()]
    for node in root.iter():
        texts += [
            value for key, value in node.attrib.items()
            if key.rpartition("}")[2] in ("descr", "title", "Target", "author") and value[:1] != "#"
        ]  # fmt: skip
    yield Passage(name, "\n".join(texts))
    for table in root.iter(f"{word}tbl"):
        rows = [["".join(cell.itertext()) for cell in row.iter(f"{word}tc")] for row in table.iter(f"{word}tr")]
        if len(rows) > 1:
            yield Grid(name, rows[0], rows[1:])


def _pdf(name: str, content: bytes) -> Iterator[Seen]:
    yield Passage(name, "\n".join(pdf_texts(content)))


_READERS: dict[str, Callable[[str, bytes], Iterator[Seen]]] = {
    ".csv": _csv, ".svg": _svg, ".html": _html, ".docx": _docx, ".pdf": _pdf, ".png": _png, ".xml": _svg,
    ".tsv": _csv, ".json": _json, ".parquet": _parquet, ".gz": _packed, ".svgz": _packed, ".zip": _archive,
    ".xlsx": _archive, ".md": _text, ".yaml": _text, ".yml": _text, ".txt": _text, "": _text,
}  # fmt: skip
