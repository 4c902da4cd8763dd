"""Where a package's files are: a folder, or a zip archive that is looked at before it is unpacked."""

import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from analysis.steps import Problem

MOST_MEMBERS = 10_000
LARGEST = 50 << 30  # bytes when unpacked
BOMB_SIZE, BOMB_RATIO = 100 << 20, 200


@dataclass(frozen=True)
class Folder:
    """A folder of files."""

    place: Path

    def files(self) -> list[str]:
        """The paths of all files, hidden ones left out, relative to the folder."""
        names = {path: path.relative_to(self.place) for path in self.place.rglob("*") if not path.is_dir()}
        seen = {path: name for path, name in names.items() if not any(part.startswith(".") for part in name.parts)}
        if odd := sorted(path for path in seen if not path.is_file()):
            what = "a pipe or a device, no file" if odd[0].exists() else "a link to a file that is not there"
            raise Problem(f"{odd[0]} is {what}.", "put the file itself in its place, or delete it")
        return sorted(name.as_posix() for name in seen.values())

    def read(self, name: str) -> bytes:
        """A file's content."""
        return (self.place / name).read_bytes()

    def check(self, name: str) -> None:
        """Refuse a file that is not in the folder but only linked from it.

        Raises
        ------
        Problem
            Names the link.
        """
        if not (self.place / name).resolve().is_relative_to(self.place.resolve()):
            raise Problem(
                f"{self.place / name} is a link that leads out of the folder {self.place}.",
                "put the file itself in its place",
            )


@dataclass(frozen=True)
class Archive:
    """A zip archive; its members are checked before anything is unpacked."""

    place: Path

    @cached_property
    def top(self) -> str:
        """The one folder that everything in the archive is in, with a slash; empty where there is none."""
        firsts = {PurePosixPath(name).parts[0] for name in self.members}
        return f"{min(firsts)}/" if len(firsts) == 1 and all("/" in name for name in self.members) else ""

    @cached_property
    def members(self) -> dict[str, zipfile.ZipInfo]:
        """The files in the archive by their full name.

        Raises
        ------
        Problem
            When it is no zip archive, is encrypted, names paths outside, or unpacks to a flood.
        """
        try:
            with zipfile.ZipFile(self.place) as archive:
                members = [each for each in archive.infolist() if not each.is_dir()]
        except zipfile.BadZipFile as error:
            raise self._refused(f"is no whole zip archive ({error})", "copy or download it again") from None
        self._check_flood(members)
        for each in members:
            self._check_member(each)
        names = [each.filename for each in members]
        if twice := {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set():
            raise self._refused(f"holds {min(twice)} twice", "make the archive again")
        return {each.filename: each for each in members if not _hidden(each.filename)}

    def files(self) -> list[str]:
        """The paths of all files, hidden ones left out, relative to the archive's top folder."""
        return sorted(name.removeprefix(self.top) for name in self.members)

    def read(self, name: str) -> bytes:
        """A file's content."""
        with zipfile.ZipFile(self.place) as archive:
            try:
                return archive.read(self.top + name)
            except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, zlib.error, EOFError) as error:
                raise self._refused(f"is damaged at {name} ({error})", "copy or download it again") from None

    def check(self, name: str) -> None:
        """Members were checked when the archive was listed."""

    def _check_flood(self, members: list[zipfile.ZipInfo]) -> None:
        size = sum(each.file_size for each in members)
        packed = max(1, self.place.stat().st_size)
        mend = "give the folder itself in place of an archive, if you trust what is in it"
        if len(members) > MOST_MEMBERS:
            raise self._refused(f"holds {len(members):,} files; at most {MOST_MEMBERS:,} are unpacked", mend)
        if size > LARGEST or (size > BOMB_SIZE and size > BOMB_RATIO * packed):
            raise self._refused(f"would unpack to {size / 2**20:,.0f} MB from {packed / 2**20:.1f} MB", mend)

    def _check_member(self, member: zipfile.ZipInfo) -> None:
        if not is_inside(member.filename):
            raise self._refused(f"holds a path that leaves the folder: {member.filename}", "make the archive again")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise self._refused(f"holds a link, {member.filename}", "put the file itself into the archive")
        if member.flag_bits & 1:
            raise self._refused(f"is encrypted ({member.filename})", "unpack it yourself, and name the folder")

    def _refused(self, what: str, mend: str) -> Problem:
        return Problem(f"The archive {self.place} {what}.", mend)


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def is_inside(name: str) -> bool:
    """Whether a relative path stays in its folder: no root, no drive, no address, no step upwards."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return bool(parts) and not name.startswith(("/", "\\")) and ".." not in parts and ":" not in name


def check_name(path: Path) -> None:
    """Refuse a path in which a program that reads it would take a character for a pattern.

    Raises
    ------
    Problem
        Names the path and the character.
    """
    if odd := re.search(r"[{}\[\]*?\x00-\x1f\x7f]", str(path)):
        mend = "give the folder or file a plain name"
        raise Problem(f"{str(path)!r} holds the character {odd[0]!r} in its name.", mend)


def container(place: Path) -> Folder | Archive:
    """The folder or the archive at a path.

    Raises
    ------
    Problem
        When there is nothing, or something else.
    """
    check_name(place)
    if place.is_dir():
        return Folder(place)
    if not place.exists():
        raise Problem(f"There is no data package at {place}.", "correct `pilots.package` in the study file, or DATA")
    if not place.is_file():
        raise Problem(f"{place} is a pipe or a device, no file.", "name the folder that the tables are in")
    if place.suffix.lower() != ".zip":
        raise Problem(f"{place} is neither a folder nor a zip archive.", "name the folder that the tables are in")
    return Archive(place)
