"""Which version the paper has: it follows from what changed since the last release.

``python -m analysis.release.publish.version --help``
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.steps import Paths, canonical_json, command, digest, file_digest, read_json, write_json

# Plan changes are major, data changes minor, changes of code or text patches.
CAUSES = (("plan", 0), ("data", 1), ("code", 2), ("text", 2))
Number = tuple[int, int, int]


@dataclass(frozen=True)
class Release:
    """A release on disk: its number and what it recorded of itself."""

    number: Number
    record: dict[str, Any]


DRAFT = "draft"


def version(
    *,
    study: str,
    date: str,
    plan_digest: str,
    cover_digest: str,
    lineage: Path,
    code: Paths,
    text: Paths,
    releases: Path,
    out: Path,
    draft: bool = False,
) -> None:
    """Work out the version from the plan, the data, the code and the text; a draft has none.

    Parameters
    ----------
    study : str
        The study's name.
    date : str
        The date on the cover, ISO.
    plan_digest : str
        The sha256 of the plan.
    cover_digest : str
        The sha256 of what the study file says of the cover, which is text.
    lineage : Path
        The data sets behind the estimates.
    code, text : list of Path
        Files and folders whose content is the pipeline's code and the paper's text.
    releases : Path
        The folder of earlier releases.
    out : Path
        Version, cause, digests and history (JSON).
    draft : bool
        Whether this is no release yet.
    """
    digests = {
        "plan": plan_digest,
        "data": digest(canonical_json(read_json(lineage))),
        "code": tree_digest(code),
        "text": digest(canonical_json([tree_digest(text), cover_digest])),
    }
    earlier = read_releases(releases, study)
    number, causes = following(earlier, digests)
    history = [_line(each.record) for each in earlier if draft or each.number < number]
    about = {"version": _text(number), "name": release_name(study, number), "date": date, "study": study}
    if draft:
        about, causes = about | {"version": DRAFT, "name": study}, ["not released"]
    write_json(out, {**about, "causes": causes, "digests": digests, "history": history})


def release_name(study: str, number: Number) -> str:
    """The release's folder: the bare version for the default study, else with the study's name before it."""
    return _text(number) if study == "default" else f"{study}-{_text(number)}"


def tree_digest(paths: Paths) -> str:
    """One sha256 over the names and contents of files and folders."""
    return digest(canonical_json([[file.as_posix(), file_digest(file)] for file in versioned_files(paths)]))


def versioned_files(paths: Iterable[Path]) -> list[Path]:
    """The files, and those below the folders, that tell a version: caches and hidden files do not count."""
    files = {file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))}
    return sorted(file for file in files if file.is_file() and _counts(file))


def _counts(file: Path) -> bool:
    return not any(part.startswith((".", "__pycache__")) for part in file.parts)


def read_releases(folder: Path, study: str) -> list[Release]:
    """A study's earlier releases, oldest first."""
    pattern = re.compile(r"(\d+)\.(\d+)\.(\d+)" if study == "default" else rf"{re.escape(study)}-(\d+)\.(\d+)\.(\d+)")
    candidates = [(pattern.fullmatch(path.parent.name), path) for path in folder.glob("*/release.json")]
    releases = [Release(_number(match), read_json(path)) for match, path in candidates if match]
    return sorted(releases, key=lambda release: release.number)


def _number(match: re.Match[str]) -> Number:
    major, minor, patch = (int(part) for part in match.groups())
    return major, minor, patch


def following(earlier: list[Release], digests: dict[str, str]) -> tuple[Number, list[str]]:
    """The version that follows, and what changed since the last one.

    Parameters
    ----------
    earlier : list of Release
        Oldest first.
    digests : dict
        Of plan, data, code and text as they are now.

    Returns
    -------
    tuple of int
        Major, minor, patch; the last release's own where nothing changed.
    list of str
        The causes, from plan, data, code, text.
    """
    if not earlier:
        return (1, 0, 0), ["first release"]
    last = earlier[-1]
    changed = [cause for cause, _ in CAUSES if last.record["digests"][cause] != digests[cause]]
    if not changed:
        return last.number, list(last.record["causes"])
    place = min(place for cause, place in CAUSES if cause in changed)
    major, minor, patch = (n + 1 if i == place else 0 if i > place else n for i, n in enumerate(last.number))
    return (major, minor, patch), changed


def _text(number: Number) -> str:
    return ".".join(map(str, number))


def _line(record: dict[str, Any]) -> dict[str, Any]:
    return {key: record[key] for key in ("version", "date", "causes")}


if __name__ == "__main__":
    command(version)
