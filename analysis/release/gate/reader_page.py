"""A web page: its texts, its tables, and what is embedded in it."""

import re
from html.parser import HTMLParser

_DATA = re.compile(r"data:([\w/+.-]*)(?:;[\w=-]+)*?(;base64)?,([^\"')\s]*)")


class Page(HTMLParser):
    """Texts with their paragraphs kept together, attributes that say something, tables, what is embedded."""

    blocks = frozenset(
        {
            *("p", "div", "section", "article", "li", "td", "th", "tr", "caption", "figcaption"),
            *("h1", "h2", "h3", "h4", "h5", "h6", "title", "pre", "blockquote", "table", "svg"),
        }
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = [""]
        self.tables: list[list[list[str]]] = []
        self.embedded: list[tuple[str, str, str]] = []
        self._skip = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a paragraph or a cell, and keep what attributes say."""
        self._skip = tag in ("style", "script")
        if tag in self.blocks:
            self.texts.append("")
        if tag == "table":
            self.tables.append([])
        if tag == "tr" and self.tables:
            self.tables[-1].append([])
        if tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
        for _, value in attrs:
            self.embedded += _DATA.findall(value or "")
            if value and not value.startswith(("#", "data:")):
                self.texts += [value, ""]

    def handle_endtag(self, tag: str) -> None:
        """End a paragraph."""
        self._skip = False
        if tag in self.blocks:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        """Text, also of a script: a script may hold data."""
        if self._skip:
            self.embedded += _DATA.findall(data)
            self.texts += [_DATA.sub("", data), ""]
            return
        self.texts[-1] += data
        if self.tables and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += data.strip()

    def handle_comment(self, data: str) -> None:
        """A comment is text, too."""
        self.texts += [data, ""]
