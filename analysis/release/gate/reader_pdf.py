"""The text of a PDF: what its pages show, through each font's own map from glyphs to characters."""

import io
import re
from collections.abc import Iterator
from typing import Any

Glyphs = dict[int, str]


def pdf_texts(content: bytes) -> Iterator[str]:
    """The text of each page, descriptions of pictures, outline and metadata."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as document:
        for page in document.pages:
            yield _page(page)
        yield from (str(value) for value in (document.docinfo or {}).values())
        if metadata := document.Root.get("/Metadata"):
            yield metadata.read_bytes().decode("utf-8", "replace")
        for entry in document.objects:
            yield from _said(entry)


# What is read aloud in place of a picture, titles of the outline, addresses of links, notes, names of files.
_SAID = ("/Alt", "/ActualText", "/Title", "/URI", "/T", "/Contents", "/F", "/UF", "/Desc")


def _said(entry: Any) -> Iterator[str]:
    """What an object says outside the pages, and the objects written within it; a file that is attached, whole."""
    import pikepdf

    if isinstance(entry, pikepdf.Array):
        within = list(entry)
    elif isinstance(entry, pikepdf.Dictionary | pikepdf.Stream):
        yield from (str(entry[key]) for key in _SAID if isinstance(entry.get(key), pikepdf.String))
        if isinstance(entry, pikepdf.Stream) and entry.get("/Type") == "/EmbeddedFile":
            yield entry.read_bytes().decode("utf-8", "replace")
        within = [value for _, value in entry.items()]
    else:
        return
    for value in within:
        # What has a number of its own is met among the objects of the document.
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _said(value)


def _page(page: Any) -> str:
    import pikepdf

    resources = page.resources
    fonts = {name: _glyphs(font) for name, font in dict(resources.get("/Font", {})).items()}
    return _stream(pikepdf.parse_content_stream(page), fonts, resources)


def _stream(instructions: Any, fonts: dict[str, Glyphs], resources: Any) -> str:
    import pikepdf

    texts, current = [], Glyphs()
    for operands, operator in instructions:
        kind = str(operator)
        if kind == "Tf":
            current = fonts.get(str(operands[0]), {})
        elif kind in ("Tj", "'", '"'):
            texts.append(_shown(operands[-1], current))
        elif kind == "TJ":
            # A wide move between two pieces is a blank; narrow ones only set letters closer.
            texts += [_shown(each, current) if isinstance(each, pikepdf.String) else " " * (float(each) < -180)
                     for each in operands[0]]  # fmt: skip
        elif kind in ("Td", "TD", "T*", "Tm", "ET"):
            texts.append("\n")
        elif kind == "Do":
            texts.append(_form(resources.get("/XObject", {}).get(str(operands[0]))))
    return re.sub(r"\n+", "\n", "".join(texts))


def _form(drawn: Any) -> str:
    """The text of a drawing within a page, as a figure is."""
    import pikepdf

    if drawn is None or drawn.get("/Subtype") != "/Form":
        return ""
    resources = drawn.get("/Resources", pikepdf.Dictionary())
    fonts = {name: _glyphs(font) for name, font in dict(resources.get("/Font", {})).items()}
    return _stream(pikepdf.parse_content_stream(drawn), fonts, resources)


def _shown(text: Any, glyphs: Glyphs) -> str:
    raw = bytes(text)
    codes = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
    return "".join(glyphs.get(code, "") for code in codes) if glyphs else raw.decode("latin-1")


def _glyphs(font: Any) -> Glyphs:
    """A font's map from codes of two bytes to characters (ToUnicode)."""
    if "/ToUnicode" not in font:
        return {}
    text = font["/ToUnicode"].read_bytes().decode("latin-1")
    glyphs: Glyphs = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        glyphs |= {int(code, 16): _characters(to) for code, to in re.findall(r"<(\w+)>\s*<(\w*)>", block)}
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        for first, last, to in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int(to, 16)
            glyphs |= {code: chr(start + code - int(first, 16)) for code in range(int(first, 16), int(last, 16) + 1)}
    return glyphs


def _characters(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be", "replace")
