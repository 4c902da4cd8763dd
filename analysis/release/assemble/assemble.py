"""Assemble the Quarto project of the paper: text, figures, tables, numbers and cover.

``python -m analysis.release.assemble.assemble --help``
"""

import datetime
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from analysis.months import MONTHS
from analysis.plain_text import escaped, escaped_plan
from analysis.release.assemble.annex import addresses_table, versions_table
from analysis.release.assemble.checklists import checklists
from analysis.release.assemble.literals import check_literals
from analysis.release.publish.sums import sums
from analysis.release.publish.version import DRAFT
from analysis.release.render.docx_reference import write_reference
from analysis.release.render.shortcodes import Values, flatten
from analysis.steps import Paths, command, read_json, write_text
from analysis.study import Release
from analysis.wording import listed

NOTICE = (
    "The pilots analysed here are simulated. Their numbers show what the method finds; they say nothing of any real "
    "pilot."
)
SHORT_NOTICE = "Simulated data"
# What the subtitle says too, so that nobody who cites the paper as printed takes it for an evaluation.
WORKED_EXAMPLE = " (a worked example on simulated pilots)"
# What the cover of a release says of its text.
STATUS = {"draft": "Released, text not final", "final": "Final"}


def assemble(
    *,
    reports: Path,
    present: Path,
    version: Path,
    receipts: Paths,
    title: str,
    subtitle: str,
    release: Release,
    out: Path,
    manifest: Path,
) -> None:
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
    check_literals(reports / "sections")
    title, subtitle, release = escaped(title), escaped(subtitle), escaped_plan(release)
    sources = [_printed(read_json(receipt)) for receipt in receipts]
    subtitle += WORKED_EXAMPLE * _simulated(sources)
    record = read_json(version)
    words = {"paper": _paper(record, title, subtitle, release, sources)}
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent) as place:
        folder = Path(place).resolve() / "source"
        _copy(reports, present, folder)
        write_text(folder / "_cover.yml", _yaml(_cover(record, title, subtitle, release, sources)))
        write_text(folder / "_variables.yml", _yaml(words))
        write_reference(folder, folder / "styles" / "reference.docx")
        _annexes(folder, release.document, words, record, read_json(present / "addresses.json"))
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
    folder: Path, document: str, words: dict[str, Any], record: dict[str, Any], entries: dict[str, Any]
) -> None:
    """Write the version history, the checklists and, of all addresses, those of the numbers that the text uses."""
    write_text(folder / "tables/versions.md", versions_table(record))
    write_text(folder / "tables/addresses.md", "")
    write_text(folder / "tables/checklists.md", "")
    text = flatten(folder, document, Values(words, {}))
    write_text(folder / "tables/addresses.md", addresses_table(entries, text))
    write_text(folder / "tables/checklists.md", checklists(folder / "checklists.yaml", text))


def _printed(receipt: dict[str, Any]) -> dict[str, Any]:
    """What a data set says of itself, as text."""
    return receipt | {key: escaped(str(receipt[key])) for key in ("title", "accessed")}


def _paper(
    record: dict[str, Any], title: str, subtitle: str, release: Release, sources: list[dict[str, Any]]
) -> dict[str, str]:
    authors = ", ".join(author.name for author in release.named)
    day = datetime.date.fromisoformat(release.date)
    written = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    work = f"*{title}: {subtitle[:1].lower()}{subtitle[1:]}.* {_edition(record).capitalize()}, {written}."
    data = listed([f"*{each['title']}* ({each['kind']})" for each in sources])
    return {
        "version": _edition(record),
        "date": written,
        "plan": record["digests"]["plan"][:12],
        "data": data,
        "authors": f"{authors}." if authors else "None is named.",
        "cite": f"{authors}. {work}" if authors else work,
        "code": record["digests"]["code"][:12],
    }


def _simulated(sources: list[dict[str, Any]]) -> bool:
    return any(each["kind"] == "simulated" for each in sources)


def _edition(record: dict[str, Any]) -> str:
    """What the paper is called where it is cited."""
    return "draft without a version" if record["version"] == DRAFT else f"version {record['version']}"


def _cover(
    record: dict[str, Any], title: str, subtitle: str, release: Release, sources: list[dict[str, Any]]
) -> dict[str, Any]:
    draft = record["version"] == DRAFT
    cover: dict[str, Any] = {
        "title": title,
        "subtitle": subtitle,
        "author": [author.model_dump(exclude_none=True) for author in release.named],
        "date": release.date,
        "version": record["version"],
        "status": "Draft, not released" if draft else STATUS[release.status],
        "data-vintage": "; ".join(f"{each['title']} ({each['accessed']})" for each in sources),
        "licence": "Text CC BY 4.0; code MIT",
        "description": f"{title}. {subtitle}.",
    }
    return cover | ({"notice": NOTICE, "notice-short": SHORT_NOTICE} if _simulated(sources) else {})


def _yaml(value: object) -> str:
    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=True, width=10_000))


if __name__ == "__main__":
    command(assemble)
