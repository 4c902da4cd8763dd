"""Write a study file for somebody's own data, and datapackage.json where they have none.

``python -m analysis.prepare.study_file.new_study --help``
"""

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.pull.datasets.register import read_register
from analysis.pull.package.package import DESCRIPTOR, Package, check_tables
from analysis.pull.package.receive import check_descriptor, kind_of
from analysis.pull.package.unpack import open_package
from analysis.steps import Problem, command, file_digest, write_json, write_text
from analysis.study import read_study, study_path

if TYPE_CHECKING:
    from analysis.prepare.study_file.guess import Guess


def new_study(*, name: str, data: str, date: str, register: Path) -> None:
    """Look at the data, write ``studies/<name>.yaml``, and say what to do next.

    Parameters
    ----------
    name : str
        The new study's name: lower-case letters, digits and hyphens.
    data : str
        A folder or a zip archive with the tables, or the address of such an archive.
    date : str
        Date on the cover, YYYY-MM-DD.
    register : Path
        The register, data/raw/datasets.yaml.

    Raises
    ------
    Problem
        When the study exists already, or the data are not there or not readable.
    """
    from analysis.prepare.study_file.guess import guessed
    from analysis.prepare.study_file.study_text import study_text

    target = _target(name, data)
    template = read_study(study_path("default"))
    place = _fetched(name, data, register) if re.match(r"\w[\w+.-]*://", data) else Path(data).expanduser()
    with tempfile.TemporaryDirectory() as folder:
        package = open_package(place, f"{name}-data", Path(folder))
        check_descriptor(package)
        check_tables(package.tables, str(place), survey=False)
        guess = guessed(package)
    if not (guess.measures or guess.items):
        raise Problem(
            f"{place} holds no series that a study could name: {', '.join(guess.odd) or 'no measure, no item'}.",
            "name measures and items in lower-case letters, digits and underscores",
        )
    text = study_text(name, _source(place, register), guess, template, document="own-study.qmd", date=date)
    write_text(target, text)
    if guess.first:  # months that are left open make no study yet
        read_study(target)
    print(f"Wrote {target}.")
    _describe(package, name, guess, date, register)
    _announce(name, guess)


def _target(name: str, data: str) -> Path:
    if not name or not data:
        raise Problem("A new study needs a name and data.", "`make study NAME=my-study DATA=/path/to/folder`")
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name) or name == "default":
        raise Problem(
            f"{name!r} cannot be the name of a study.", "choose another of lower-case letters, digits and hyphens"
        )
    target = study_path(name)
    if target.exists():
        raise Problem(f"{target} exists already, and is not overwritten.", "choose another NAME, or move the file away")
    return target


def _fetched(name: str, url: str, register: Path) -> Path:
    """Fetch an archive to where the study will name it: hidden in data/raw, which git ignores."""
    from analysis.pull.web.fetch import fetch
    from analysis.pull.web.limits import WebLimits

    # No entry of the register, which is public, names somebody's own data; what is hidden needs none.
    place = register.parent / ".packages" / f"{name}.zip"
    place.parent.mkdir(mode=0o700, exist_ok=True)
    fetch(url, place, limits=WebLimits(own_hosts=read_register(register).own_hosts))
    place.chmod(0o600)
    print(f"Fetched {place}.")
    return place


def _source(place: Path, register: Path) -> dict[str, str]:
    """How the study names its data: by id where the register has them, else by path."""
    raw = register.parent.resolve()
    inside = place.resolve().relative_to(raw).as_posix() if place.resolve().is_relative_to(raw) else None
    if inside is None or inside.startswith("."):
        return {"package": str(place)}
    for each in read_register(register).datasets:
        if each.tables() and all(Path(file.path).is_relative_to(inside) for file in each.files):
            return {"dataset": each.id}
    raise Problem(
        f"{place} lies in {register.parent}, where every file belongs to a registered data set, and is not registered.",
        "move the folder elsewhere, and give its new place as DATA",
    )


def _describe(package: Package, name: str, guess: "Guess", date: str, register: Path) -> None:
    """Write datapackage.json into a folder that has none; a registered or read-only folder is left as it is."""
    from analysis.prepare.study_file.describe import package_text

    if package.packed or package.descriptor or "dataset" in _source(package.place, register):
        return
    digests = {file_digest(package.folder / file) for file in package.files()}
    simulated = kind_of(package, digests, register) == "simulated"
    path = package.place / DESCRIPTOR
    try:
        write_json(path, package_text(package, name, guess, date=date, simulated=simulated))
    except OSError as error:
        print(f"note: {path} could not be written ({error.strerror}); the tables are found by their names.")
        return
    print(f"Wrote {path}; say there who made the data, and under which licence.")


def _announce(name: str, guess: "Guess") -> None:
    months = f"Found the months {guess.first} to {guess.last}" if guess.first else "Found no months written as YYYY-MM"
    print(f"{months} and the series {', '.join(guess.measures + guess.items)}.")
    if guess.seen and guess.seen != (guess.first, guess.last):
        print(f"Left out: months that are not complete; the rows run from {guess.seen[0]} to {guess.seen[-1]}.")
    if not guess.first:
        print(f"Missing: write `pilots.months` into {study_path(name)}.")
    if len(guess.starts) > 1:
        print(f"Suggested: the staggered design, since sites start in {len(guess.starts)} different months.")
    for table, columns in guess.columns.items():
        for column, own in columns.items():
            print(f"Suggested: {table}.{column} is the column {own}; please check.")
    for each in guess.missing:
        print(f"Missing: {each}; no column looks like it.")
    for each in guess.odd:
        print(f"Left out: the series {each!r}; its name must be lower-case letters, digits and underscores.")
    print(
        f"\nNow read and correct {study_path(name)}, then:\n  make check-data STUDY={name}\n"
        f"  make paper STUDY={name} DRAFT=1   # for a first look; without DRAFT=1 it is released as a version"
    )


if __name__ == "__main__":
    command(new_study, shared=True)
