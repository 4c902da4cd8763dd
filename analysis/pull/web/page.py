"""Find a file's address on the web page that links to it."""

import re
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.pull.web.addresses import Refused, onward, resolve
from analysis.pull.web.fetch import fetch
from analysis.pull.web.limits import WebLimits
from analysis.steps import Problem


def link_on(page: str, link: str, *, limits: WebLimits, name: str, mend: str) -> str:
    """The address of the one link on a page that matches.

    Parameters
    ----------
    page : str
        The page's address.
    link : str
        Regular expression that the link's address matches.
    limits : Limits
        Times, sizes and tries.
    name, mend : str
        What a Problem calls the page, and what it advises where the page cannot be had.

    Raises
    ------
    Problem
        When the page cannot be had, or not exactly one address on it matches.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        final = fetch(page, path, limits=limits, page=True, name=name, mend=mend).final_url
        every = links(path.read_text(encoding="utf-8", errors="replace"))
    matching = list(dict.fromkeys(each for each in every if re.search(link, each)))
    if len(matching) != 1:
        raise Problem(
            f"{page} has {len(matching)} links that match `{link}`; one is needed{_named(matching)}.",
            "correct `page` or `link` of this file in data/raw/datasets.yaml, or give its `url` there",
        )
    try:
        return onward(final, matching[0], resolve, limits.own_hosts)
    except Refused as refused:
        raise Problem(f"{page} cannot be followed: {refused}.", "give the file's `url` in the register") from None


def _named(links: list[str]) -> str:
    return f": {', '.join(links[:3])}" if links else ""


def links(html: str) -> list[str]:
    """The addresses of a page's links, in order, as they are written."""
    reader = _Links()
    reader.feed(html)
    reader.close()
    return reader.links


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what a link leads to."""
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]
