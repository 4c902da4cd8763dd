"""Unpack the tables of a zipped data package.

``python -m analysis.pull.package.unpack --help``
"""

import shutil
import zipfile
import zlib
from pathlib import Path

from analysis.pull.package.container import Archive
from analysis.pull.package.package import Package, read_package
from analysis.steps import Problem, command, whole


def unpack(*, place: Path, out: Path) -> None:
    """Unpack what a study reads, and nothing else.

    Parameters
    ----------
    place : Path
        The zip archive.
    out : Path
        The folder for its files.

    Raises
    ------
    Problem
        When the archive is unsafe or damaged.
    """
    held = Archive(place)
    with zipfile.ZipFile(place) as archive:
        for name in read_package(place, "package", out).files():
            try:
                with archive.open(held.top + name) as member, whole(out / name) as draft, draft.open("wb") as target:
                    shutil.copyfileobj(member, target, 1 << 20)
            except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
                mend = "copy or download the archive again, or give the folder itself"
                raise Problem(f"The archive {place} is damaged at {name}: {error}.", mend) from None


def open_package(place: Path, id: str, folder: Path) -> Package:
    """A data package whose files can be read: an archive is unpacked into the folder."""
    package = read_package(place, id, folder)
    if package.packed:
        unpack(place=place, out=folder)
    return package


if __name__ == "__main__":
    command(unpack)
