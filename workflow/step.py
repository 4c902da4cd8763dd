"""What a step is: one command, and all that it reads, is told of the plan, and writes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.steps import canonical_json, digest, write_text


@dataclass(frozen=True)
class Below:
    """Files in one folder, of which the step is told the folder.

    Attributes
    ----------
    folder : str
        The folder.
    names : sequence of str
        The files, by their path below it.
    """

    folder: str
    names: Sequence[str]

    def files(self) -> list[str]:
        """The paths of the files."""
        return [f"{self.folder}/{name}" for name in self.names]


# The value of an argument that is a path: one, several, or a folder; an empty one is not given.
Files = str | Sequence[str] | Below


@dataclass(frozen=True)
class Step:
    """One command.

    Attributes
    ----------
    name : str
        The stage, the step and, after a point, what it is about where there are several, such as
        ``estimate_admissions.bed_days``.
    module : str
        The module that runs, such as ``analysis.estimate.outcomes.admissions``.
    message : str
        What a person reads on the screen.
    reads, writes : dict
        By argument: what the step reads and what it writes.
    plan : dict
        By argument: the parts of the plan that it is told. What it is not told makes it run anew never.
    beside : sequence of str
        What else it reads, or must be there before it, and no argument names.
    ancient : sequence of str
        What must be there before it, and never makes it run anew.
    folders : sequence of str
        Of what it writes, the whole folders.
    also : object
        What else makes it run anew.
    """

    name: str
    module: str
    message: str
    reads: Mapping[str, Files] = field(default_factory=dict)
    writes: Mapping[str, Files] = field(default_factory=dict)
    plan: Mapping[str, object] = field(default_factory=dict)
    beside: Sequence[str] = ()
    ancient: Sequence[str] = ()
    folders: Sequence[str] = ()
    also: object = None

    @property
    def stage(self) -> str:
        """The stage that it belongs to."""
        return self.name.partition("_")[0]

    def inputs(self) -> list[str]:
        """The paths of all that it reads."""
        return [*(path for value in self.reads.values() for path in paths(value)), *self.beside]

    def outputs(self) -> list[str]:
        """The paths of all that it writes."""
        return [path for value in self.writes.values() for path in paths(value)]

    def arguments(self) -> dict[str, Any]:
        """Its arguments by name, as plain values; what is empty of paths is left out."""
        files = [*self.reads.items(), *self.writes.items()]
        given = {name: _given(value) for name, value in files if isinstance(value, Below) or paths(value)}
        return {name: plain(part) for name, part in self.plan.items()} | given

    def text(self) -> str:
        """The file of its arguments. Keys of the plan keep their order, for the order of outcomes is part of it."""
        arguments = self.arguments()
        return json.dumps({name: arguments[name] for name in sorted(arguments)}, indent=1, ensure_ascii=False) + "\n"

    def digest(self) -> str:
        """The sha256 of that file, and of what else decides: where it differs, the step runs anew."""
        return digest(self.text() + ("" if self.also is None else canonical_json(self.also)))


def paths(value: Files) -> list[str]:
    """The paths of an argument."""
    if isinstance(value, Below):
        return value.files()
    return ([value] if value else []) if isinstance(value, str) else list(value)


def _given(value: Files) -> str | list[str]:
    if isinstance(value, Below):
        return value.folder
    return value if isinstance(value, str) else list(value)


def plain(part: object) -> Any:
    """A part of the plan as plain values."""
    if isinstance(part, Mapping):
        return {name: plain(each) for name, each in part.items()}
    if isinstance(part, tuple | list):
        return [plain(each) for each in part]
    if isinstance(part, Path):
        return str(part)
    return part.model_dump(mode="json") if hasattr(part, "model_dump") else part


def keep(text: str, path: Path) -> None:
    """Write a file where it is not what it should be, whole or not at all."""
    try:
        same = path.read_text(encoding="utf-8") == text
    except (OSError, ValueError):
        same = False
    if not same:
        write_text(path, text)
