"""What an assembled project says about itself: ``_quarto.yml``, ``_cover.yml``, ``_variables.yml``."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from analysis.release.render.shortcodes import Values
from analysis.steps import Problem

Format = Literal["html", "pdf", "docx"]
_QUARTO_NAMES = {"html": "html", "pdf": "typst", "docx": "docx"}
_COVER_NEEDS = ("title", "date", "version", "status")
# Keys that steer a renderer; everything else is metadata of the paper.
_NOT_METADATA = {"project", "execute", "metadata-files", "filters", "format", "template", "template-partials"}


@dataclass(frozen=True)
class Project:
    """An assembled project: where it lies, its metadata for one format, and what shortcodes can name."""

    folder: Path
    metadata: dict[str, Any]
    options: dict[str, Any]
    values: Values

    @property
    def epoch(self) -> int:
        """Midnight (UTC) of the paper's date, in seconds: the only clock a renderer may look at."""
        return int(datetime.fromisoformat(self.metadata["date"]).replace(tzinfo=UTC).timestamp())


def read_project(folder: Path, to: Format) -> Project:
    """Read a project's settings, its cover and its variables.

    Parameters
    ----------
    folder : Path
        The assembled project.
    to : {"html", "pdf", "docx"}
        Whose ``format`` options count.

    Raises
    ------
    Problem
        When a file is missing or is no YAML, or when the cover lacks a title, a version, a status or an ISO date.
    """
    settings = read_yaml_text(folder / "_quarto.yml")
    cover = read_cover(folder)
    options = {**settings, **settings.get("format", {}).get(_QUARTO_NAMES[to], {})}
    metadata = {key: value for key, value in {**options, **cover}.items() if key not in _NOT_METADATA}
    variables = read_yaml_text(folder / "_variables.yml") if (folder / "_variables.yml").exists() else {}
    return Project(folder, metadata, options, Values(variables, metadata))


def read_cover(folder: Path) -> dict[str, Any]:
    """Read ``_cover.yml`` and check what every paper must have.

    Raises
    ------
    Problem
        Names the key that is missing, or the date that is no ISO date.
    """
    cover = read_yaml_text(folder / "_cover.yml")
    missing = [key for key in _COVER_NEEDS if not cover.get(key)]
    if missing:
        raise Problem(f"_cover.yml has no {', '.join(missing)}.", "write the missing lines in _cover.yml")
    try:
        datetime.fromisoformat(cover["date"])
    except ValueError:
        raise Problem(f"_cover.yml: {cover['date']} is no date.", "write it as year-month-day: 2026-11-21") from None
    return cover


def read_yaml_text(file: Path) -> dict[str, Any]:
    """Read a YAML mapping whose values all stay text, so that version 1.10 does not become 1.1.

    Raises
    ------
    Problem
        When the file is missing or is no mapping.
    """
    import yaml

    try:
        value = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except FileNotFoundError:
        raise Problem(f"The project has no {file.name}.", f"write {file.name} into {file.parent}") from None
    except yaml.YAMLError as error:
        raise Problem(f"{file.name} is no YAML: {' '.join(str(error).split())}.", f"correct {file.name}") from None
    if not isinstance(value, dict):
        raise Problem(f"{file.name} is no list of keys and values.", f"write {file.name} as `key: value` lines")
    return value
