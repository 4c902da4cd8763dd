"""Assemble the Quarto project of the paper: text, figures, tables, numbers and cover.

``python -m analysis.release.assemble.assemble --help``
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from analysis.plain_text import escaped, escaped_plan
from analysis.plan.release import Release
from analysis.present.provenance.address import Book
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters
from analysis.present.templates.phrases import read_phrases
from analysis.release.assemble.annex import addresses_table, versions_table
from analysis.release.assemble.checklists import checklists
from analysis.release.assemble.cover import Cover
from analysis.release.assemble.literals import check_literals
from analysis.release.publish.sums import sums
from analysis.release.render.docx_reference import write_reference
from analysis.release.render.shortcodes import Values, flatten
from analysis.steps import Paths, command, read_json, write_text

Entries = dict[str, dict[str, str]]


def assemble(
    *, reports: Path, present: Path, version: Path, receipts: Paths, title: str, subtitle: str, release: Release,
    out: Path, manifest: Path,
) -> None:  # fmt: skip
    """Put together everything that a renderer needs, in one folder.

    Parameters
    ----------
    reports : Path
        The paper's sources: documents, sections, styles, bibliography.
    present : Path
        The present stage's results: figures, tables, sections.json, addresses.json.
    version : Path
        What the version step wrote.
    receipts : tuple of Path
        What the pull stage vouched for; it decides whether the cover says "simulated".
    title, subtitle : str
        As on the cover.
    release : Release
        Document, date, status and authors, as JSON.
    out : Path
        The folder of the project, replaced whole.
    manifest : Path
        The sha256 of every file in it: what the renderers depend on, because a folder has no content to compare.

    Raises
    ------
    Problem
        When a section that reports results states a number of its own.
    """
    check_literals(reports)
    words = formats(Book(), reports / "phrases")
    sources = [_printed(read_json(receipt)) for receipt in receipts]
    record, plan = read_json(version), escaped_plan(release)
    cover = Cover(read_phrases(reports / "phrases"), record, escaped(title), escaped(subtitle), plan, sources)
    variables = {"paper": cover.variables()}
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent) as place:
        folder = Path(place).resolve() / "source"
        _copy(reports, present, folder)
        write_text(folder / "_cover.yml", _yaml(cover.metadata()))
        write_text(folder / "_variables.yml", _yaml(variables))
        write_reference(folder, folder / "styles" / "reference.docx")
        _annexes(folder, plan.document, variables, words, record, read_json(present / "addresses.json"))
        shutil.rmtree(out, ignore_errors=True)
        folder.rename(out)
    write_text(manifest, sums(out))


def _copy(reports: Path, present: Path, folder: Path) -> None:
    built = shutil.ignore_patterns("releases", "drafts", ".*", "_site", "*.j2", "phrases")
    shutil.copytree(reports, folder, ignore=built)
    for part in ("figures", "tables"):
        if (present / part).exists():
            shutil.copytree(present / part, folder / part, dirs_exist_ok=True)
    for path, text in read_json(present / "sections.json").items():
        write_text(folder / path, text)


def _annexes(
    folder: Path, document: str, variables: dict[str, Any], words: Filters, record: dict[str, Any], entries: Entries
) -> None:
    """Write the version history, the checklists and, of all addresses, those of the numbers that the text uses."""
    write_text(folder / "tables/versions.md", versions_table(record, words))
    write_text(folder / "tables/addresses.md", "")
    write_text(folder / "tables/checklists.md", "")
    text = flatten(folder, document, Values(variables, {}))
    write_text(folder / "tables/addresses.md", addresses_table(entries, text, words))
    write_text(folder / "tables/checklists.md", checklists(folder / "checklists.yaml", text))


def _printed(receipt: dict[str, Any]) -> dict[str, Any]:
    """What a data set says of itself, as text."""
    return receipt | {key: escaped(str(receipt[key])) for key in ("title", "accessed")}


def _yaml(value: object) -> str:
    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=True, width=10_000))


if __name__ == "__main__":
    command(assemble)
