"""Release the paper: a folder that stands on its own, never overwritten.

``python -m analysis.release.publish.publish --help``
"""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analysis.estimates import read_unmade
from analysis.plain_text import unescaped
from analysis.present.summary.page import HEADLINES
from analysis.pull.package.receive import BROUGHT
from analysis.release.gate.gate import check_release
from analysis.release.publish.changes import changes_text
from analysis.release.publish.section_tables import section_tables
from analysis.release.publish.sums import NAME, damaged, sums
from analysis.release.publish.version import DRAFT, read_releases
from analysis.steps import Paths, Problem, again, command, read_json, write_json, write_text
from analysis.wording import number_of
from analysis.yaml_files import read_yaml


@dataclass(frozen=True, kw_only=True)
class ReleaseFiles:
    """What a release is made from.

    Attributes
    ----------
    version : Path
        What the version step wrote.
    papers : list of Path
        paper.html, paper.pdf, paper.docx.
    present : Path
        The present stage's results: figures with the data behind each, tables, addresses.
    estimates : Path
        The table of estimates.
    unmade : Path
        What of the plan could not be estimated, and why.
    verdicts : Path
        How the results were judged.
    plan : Path
        The study file.
    receipts : list of Path
        What the pull stage vouched for.
    """

    version: Path
    papers: Paths
    present: Path
    estimates: Path
    unmade: Path
    verdicts: Path
    plan: Path
    receipts: Paths


@dataclass(frozen=True, kw_only=True)
class GateFiles:
    """What the gate reads.

    Attributes
    ----------
    private, ids : Path
        What must not appear in a release; read by the gate alone.
    public : list of Path
        What anybody may know: the plan, the paper's sources, published tables.
    """

    private: Path
    ids: Path
    public: Paths


def publish(*, files: ReleaseFiles, gate: GateFiles, releases: Path, drafts: Path, out: Path) -> None:
    """Copy what a reader and a reviewer need into the release's folder.

    Parameters
    ----------
    files : ReleaseFiles
        What the release is made from.
    gate : GateFiles
        What the gate reads.
    releases : Path
        The folder of releases.
    drafts : Path
        The folder of drafts, each of which takes the place of the one before.
    out : Path
        Where the release stands, its headline findings, and how much of the plan could not be estimated (JSON).

    Raises
    ------
    Problem
        When the gate finds what must not get out, or this version exists already and differs: a release is never
        overwritten.
    """
    record, missing = read_json(files.version), len(read_unmade(files.unmade))
    draft = record["version"] == DRAFT
    target = (drafts if draft else releases) / record["name"]
    _shelf(target.parent)
    with TemporaryDirectory(dir=target.parent, prefix=f".{os.getpid()}-") as place:
        folder = Path(place) / record["name"]
        _fill(folder, files)
        write_json(folder / "release.json", record)
        write_text(folder / "CHANGES.md", changes_text(record, folder, _previous(releases, record)))
        write_text(folder / NAME, sums(folder))
        check_release(folder, gate.private, gate.ids, gate.public)
        if draft and target.exists():
            target.rename(Path(place) / "before")
        _settle(folder, target, files.estimates.parents[2])
    lines = headlines(files.present / "sections.json")
    published = {"folder": str(target), "version": record["version"], "headlines": lines}
    write_json(out, published | {"partial": bool(missing), "not_estimated": missing})


def headlines(sections: Path) -> list[str]:
    """The headline findings as plain text: the lines of the section that lists them, which the key points include."""
    lines = [line[2:] for line in read_json(sections)[HEADLINES].splitlines() if line.startswith("- ")]
    return [unescaped(re.sub(r"\[([^\]]*)\]\{[^}]*\}", r"\1", each)) for each in lines]


def _fill(folder: Path, files: ReleaseFiles) -> None:
    folder.mkdir()
    for each in (*files.papers, files.estimates, files.verdicts):
        shutil.copyfile(each, folder / each.name)
    if read_unmade(files.unmade):
        shutil.copyfile(files.unmade, folder / "not_estimated.csv")
    for part in ("figures", "tables"):
        shutil.copytree(files.present / part, folder / part, copy_function=shutil.copyfile)
    for name, text in section_tables(files.present / "sections.json"):
        write_text(folder / f"tables/{name}.md", text)
    shutil.copyfile(files.present / "addresses.json", folder / "addresses.json")
    receipts = [read_json(receipt) for receipt in files.receipts]
    write_text(folder / "plan.yaml", released_plan(files.plan, receipts))
    write_json(folder / "data.json", receipts)


def released_plan(plan: Path, receipts: list[dict[str, Any]]) -> str:
    """The study file as it is released: data of one's own by name and contents, not by where they lie on a machine."""
    text = plan.read_text(encoding="utf-8")
    place = (read_yaml(plan).get("pilots") or {}).get("package")
    if not place:
        return text
    name = Path(place).name or "data"
    own = next((each["lineage"][0]["sha256"] for each in receipts if each.get("extract") == BROUGHT), "not known")
    note = f"# `pilots.package` stands here without its folder. The sha256 over its files is {own}.\n"
    return text.replace(str(place), name).rstrip("\n") + f"\n\n{note}"


def _previous(releases: Path, record: dict[str, Any]) -> Path | None:
    earlier = [each for each in read_releases(releases, record["study"]) if each.record["version"] != record["version"]]
    return releases / earlier[-1].record["name"] if earlier else None


def _settle(folder: Path, target: Path, computed: Path) -> None:
    """Move the release into place, or find that it stands there already."""
    if not target.exists():
        _open(folder)
        folder.rename(target)
        return
    before, now = (set(sums(each).splitlines()) for each in (target, folder))
    differing = sorted({line.split("  ")[1] for line in before ^ now})
    if not differing:
        return
    what = f"{target} exists already, and its {differing[0]} differs ({number_of(len(differing), 'file')} in all)"
    if wrong := damaged(target):
        mend = f"move {target} away, then run `{again()}`"
        raise Problem(f"{what}; {wrong[0]} in it is missing or was changed since its release.", mend)
    raise Problem(
        f"{what}, although plan, data, code and text are the same. The release is whole, so it is what was computed "
        "since that changed. A release is never overwritten.",
        f"compute it anew, `rm -r {computed} && {again()}`; if it differs still, it was made with other libraries: "
        f"move {target} away",
    )


def _shelf(folder: Path) -> None:
    """Make the folder that releases stand in, open to everybody whom the folders above it let in."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)


def _open(folder: Path) -> None:
    """Let everybody read a release: it is written under the mask that keeps rows of persons private."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


if __name__ == "__main__":
    command(publish, shared=True)
