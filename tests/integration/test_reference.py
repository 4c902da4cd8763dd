"""The documentation builds from a copy of the repository, and its links lead somewhere."""

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MADE = shutil.ignore_patterns("site", "reference", "objects.json", "__pycache__", "releases")


class Page(HTMLParser):
    """The ids and the links of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self.ids |= {given["id"]} if "id" in given else set()
        self.links += [given[key] for key in ("href", "src") if key in given]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    for part in ("docs", "analysis", "reports"):
        shutil.copytree(ROOT / part, folder / part, ignore=MADE)
    return folder


def build(copy: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "docs/build.py"], cwd=copy, capture_output=True, text=True, env=dict(os.environ), check=False
    )


@pytest.fixture(scope="module")
def site(copy: Path) -> dict[Path, Page]:
    done = build(copy)
    assert done.returncode == 0, done.stderr
    return {path: Page(path) for path in sorted((copy / "docs" / "site").rglob("*.html"))}


def test_every_listed_module_has_a_page(site: dict[Path, Page]) -> None:
    sections = yaml.safe_load((ROOT / "docs" / "_quarto.yml").read_text(encoding="utf-8"))["quartodoc"]["sections"]
    listed = {module for each in sections for module in each["contents"]}
    assert listed == {path.stem for path in site if path.parent.name == "reference"} - {"index"}


def test_text_is_rendered_without_leftovers(site: dict[Path, Page]) -> None:
    leftovers = re.compile(r"%60|\]\(|:(?:meth|func|class|mod):|\.qmd#")
    assert [(path.name, found.group()) for path in site if (found := leftovers.search(path.read_text("utf-8")))] == []


def test_links_lead_to_pages_and_anchors(site: dict[Path, Page], copy: Path) -> None:
    broken = []
    for path, page in site.items():
        for link in page.links:
            target, _, anchor = link.partition("#")
            there = (path.parent / unquote(target)).resolve() if target else path
            if there in site and anchor and unquote(anchor) not in site[there].ids:
                broken.append((path.name, link))
            if not link.startswith("http") and there.is_relative_to(copy / "docs" / "site") and not there.exists():
                broken.append((path.name, link))
    assert broken == []
    assert sum(link.startswith("steps.html#") or "/steps.html#" in link for p in site.values() for link in p.links) > 20


def test_fields_and_yields_are_told(site: dict[Path, Page]) -> None:
    pages = {path.stem: path.read_text(encoding="utf-8") for path in site}
    assert "The smallest change that matters" in pages["study"]
    assert "Yields" in pages["steps"]


def test_name_that_does_not_exist_stops_the_build(copy: Path, site: dict[Path, Page]) -> None:
    steps = copy / "analysis" / "steps.py"
    text = steps.read_text(encoding="utf-8")
    steps.write_text(text.replace('"""Write a value as', '"""[](`analysis.steps.nowhere`) Write a value as'), "utf-8")
    done = build(copy)
    steps.write_text(text, encoding="utf-8")
    assert done.returncode != 0
    assert "The reference has no page for analysis.steps.nowhere" in done.stderr
