"""An evaluation data package that a study names by its path: which of its files hold which table."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.plan.pilots import TABLES
from analysis.pull.datasets.register import table_of
from analysis.pull.package.container import Archive, Folder, check_name, container, is_inside
from analysis.steps import Problem

DESCRIPTOR = "datapackage.json"
SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz", ".parquet")
# Any of these can be counted into activity.
EVENTS = ("spells", "episodes", "outpatients", "emergency_care")


@dataclass(frozen=True)
class Package:
    """A data package.

    Attributes
    ----------
    id : str
        The id of its data in lineage.
    place : Path
        The folder or the zip archive that the study names.
    folder : Path
        The folder with its files: the place itself, or where the archive is unpacked.
    tables : dict
        By table of the contract: its files, relative to the folder.
    others : tuple of str
        Its other files that matter: descriptor and truth.
    descriptor : dict
        What datapackage.json says; empty where there is none.
    """

    id: str
    place: Path
    folder: Path
    tables: dict[str, tuple[str, ...]]
    others: tuple[str, ...]
    descriptor: dict[str, Any]

    # Nothing makes its files on this machine.
    maker = None

    @property
    def packed(self) -> bool:
        """Whether it is an archive."""
        return self.place != self.folder

    def files(self) -> list[str]:
        """All its files that matter, relative to the folder."""
        return sorted({file for files in self.tables.values() for file in files} | set(self.others))

    def paths(self, table: str) -> tuple[Path, ...]:
        """The files of a table; none where it lacks the table."""
        return tuple(self.folder / file for file in self.tables.get(table, ()))

    def find(self, name: str) -> str | None:
        """The path of another file with this name; None where it has none."""
        return str(self.folder / name) if name in self.others else None


def read_package(place: Path, id: str, unpacked: Path) -> Package:
    """Find out which files hold which table, by datapackage.json or, without one, by their names.

    Parameters
    ----------
    place : Path
        The folder or the zip archive.
    id : str
        The id of its data in lineage.
    unpacked : Path
        Where an archive is unpacked.

    Raises
    ------
    Problem
        When it is unreadable, unsafe, ambiguous or names what is not there.
    """
    held = container(place)
    files = held.files()
    descriptor = _descriptor(held) if DESCRIPTOR in files else {}
    named = _resources(descriptor, place) if descriptor else _by_name(files, place)
    tables = {table: _data_files(table, paths, files, place) for table, paths in named.items()}
    others = tuple(name for name in (DESCRIPTOR, "truth.json") if name in files)
    for name in [*others, *(file for paths_of in tables.values() for file in paths_of)]:
        check_name(Path(name))
        held.check(name)
    return Package(id, place, place if isinstance(held, Folder) else unpacked, tables, others, descriptor)


def check_tables(tables: Iterable[str], where: str, *, survey: bool) -> None:
    """Refuse data of pilots that lack a table which the study needs.

    Raises
    ------
    Problem
        Names the table, and those that there are.
    """
    have = set(tables)
    needed = {"sites": {"sites"}, "practices": {"practices"}, "activity": {"activity", *EVENTS}}
    for table, any_of in (needed | ({"survey": {"survey"}} if survey else {})).items():
        if not any_of & have:
            present = ", ".join(sorted(have)) or "none"
            mend = f"add {table}.csv, or name its file in {DESCRIPTOR}; docs/data-contract.md has the tables"
            raise Problem(f"{where} has no table {table}, which the study needs; its tables are: {present}.", mend)


def _descriptor(held: Folder | Archive) -> dict[str, Any]:
    path, mend = f"{held.place}/{DESCRIPTOR}", f"correct {DESCRIPTOR}, or delete it: `make study` writes it anew"
    held.check(DESCRIPTOR)
    try:
        read = json.loads(held.read(DESCRIPTOR))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"{path} is not readable as JSON: {error}.", mend) from None
    except RecursionError:
        raise Problem(f"{path} is not readable as JSON: brackets within brackets without end.", mend) from None
    if not isinstance(read, dict) or not isinstance(read.get("resources"), list) or not read["resources"]:
        raise Problem(f"{path} is no data package: it lists no `resources`.", mend)
    if not isinstance(read.get("simulated", False), bool):
        raise Problem(f"{path} says `simulated: {read['simulated']}`.", "write true or false")
    return read


def _resources(descriptor: dict[str, Any], place: Path) -> dict[str, list[str]]:
    """The paths that the descriptor gives for each table."""
    named: dict[str, list[str]] = {}
    for number, each in enumerate(descriptor["resources"], start=1):
        name = each.get("name") if isinstance(each, dict) else None
        first = each.get("path") if isinstance(each, dict) else None
        paths = [*(first if isinstance(first, list) else [first]), *(each.get("extrapaths") or [] if name else [])]
        if not isinstance(name, str) or not all(isinstance(path, str) for path in paths):
            raise Problem(
                f"{place}/{DESCRIPTOR}: resource number {number} lacks a `name` or a `path`.", f"correct {DESCRIPTOR}"
            )
        if outside := [path for path in paths if not is_inside(path)]:
            raise Problem(
                f"{place}/{DESCRIPTOR}: the path {outside[0]!r} of resource {name} leaves the folder.",
                "put the file into the folder, and give its path from there",
            )
        if name in named:
            raise Problem(f"{place}/{DESCRIPTOR}: the resource {name} stands twice.", "keep one of them")
        named[name] = paths
    return {name: paths for name, paths in named.items() if name in TABLES}


def _by_name(files: list[str], place: Path) -> dict[str, list[str]]:
    """Without a descriptor: files and folders of parts that are called as the tables are."""
    named: dict[str, list[str]] = {}
    for file in files:
        top = PurePosixPath(file).parts[0]
        table = table_of(top)
        if table and top not in named.setdefault(table, []):
            named[table].append(top)
    for table, places in named.items():
        if len(places) > 1:
            raise Problem(
                f"{place} has {' and '.join(places)}: both would be the table {table}.",
                f"keep one of them, or say in {DESCRIPTOR} which one it is",
            )
    return named


def _data_files(table: str, paths: list[str], files: list[str], place: Path) -> tuple[str, ...]:
    """The files at these paths; a folder stands for the data files in it."""
    data = [file for path in paths for file in _at(path.rstrip("/"), table, files, place)]
    if len(kinds := {file.endswith(".parquet") for file in data}) > 1 or not kinds:
        raise Problem(
            f"The table {table} in {place} is a folder without parts of one kind, CSV or Parquet.",
            "write all its parts in one kind",
        )
    return tuple(data)


def _at(path: str, table: str, files: list[str], place: Path) -> list[str]:
    if path in files:
        if path.lower().endswith(SUFFIXES):
            return [path]
        raise Problem(
            f"{place}/{path} is of a kind that is not read; the table {table} may end in {', '.join(SUFFIXES)}.",
            "save it as CSV UTF-8 or Parquet",
        )
    parts = [file for file in files if file.startswith(f"{path}/") and file.lower().endswith(SUFFIXES)]
    if parts or any(file.startswith(f"{path}/") for file in files):
        return parts
    raise Problem(
        f"The table {table} should be in {place}/{path}, and there is no such file.",
        f"bring the file back, or correct its path in {DESCRIPTOR}",
    )
