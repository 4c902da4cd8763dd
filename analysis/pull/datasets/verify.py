"""Verify a data set on disk against the register, and vouch for it.

``python -m analysis.pull.datasets.verify --help``
"""

import csv
from collections.abc import Callable
from pathlib import Path

from analysis.pull.connectors.source import check_header
from analysis.pull.datasets.register import Dataset, RawFile, read_register
from analysis.pull.web.record import recorded
from analysis.steps import Problem, command, file_digest, write_json
from analysis.wording import number_of


def verify(*, dataset: str, register: Path, raw: Path, out: Path) -> None:
    """Check that a data set's files are what the register says, and write its receipt.

    Parameters
    ----------
    dataset : str
        Id in the register.
    register : Path
        The register, data/raw/datasets.yaml.
    raw : Path
        The folder of raw data, data/raw.
    out : Path
        The receipt (JSON): the data set, its files and its lineage.
    """
    entry = recorded(read_register(register).dataset(dataset), raw)
    for file in entry.files:
        check_file(entry, file, raw)
    write_json(out, entry.receipt())


def check_file(entry: Dataset, file: RawFile, raw: Path) -> None:
    """Check one file: that it is there, its sha256, its header.

    Raises
    ------
    Problem
        Says what differs and how to restore or accept the file.
    """
    path = raw / file.path
    if not path.is_file():
        what, mend = ("no ordinary file", entry.restore) if path.exists() else ("missing", entry.bring)
        raise Problem(f"{path} of data set {entry.id} is {what}.", f"`{mend}`")
    if file.sha256 is None:
        raise Problem(
            f"{path} of data set {entry.id} was put there by hand, and nobody said that it is the right file.",
            f"`make pull ACCEPT={entry.id}` records it as it is now",
        )
    if file_digest(path) != file.sha256:
        restore = f"rm {path} && {entry.restore}" if entry.download else entry.restore
        raise Problem(
            f"{path} is not the file that the register knows: its sha256 begins {file_digest(path)[:12]} "
            f"({number_of(path.stat().st_size, 'byte')}), registered is {file.sha256[:12]} ({_size(file)}).",
            f"`{restore}` restores it; `make pull ACCEPT={entry.id}` accepts it as it is now",
        )
    check_columns(file, path)


def check_there(entry: Dataset, raw: Path) -> None:
    """Check that every file of a data set is on disk; a :class:`Problem` says which is not."""
    for file in entry.files:
        if not (raw / file.path).is_file():
            check_file(entry, file, raw)


def check_unaltered(
    entry: Dataset,
    raw: Path,
    digest: Callable[[Path], str | None] = file_digest,
    digest_of_output: Callable[[str], str | None] = lambda path: None,
) -> None:
    """Check that a data set's files are what is known of them; quick enough to begin every run where digests are.

    Parameters
    ----------
    entry : Dataset
        The data set.
    raw : Path
        The folder of raw data.
    digest : callable
        The sha256 of a file by its path.
    digest_of_output : callable
        The sha256 of a file, by its path, as its maker wrote it; empty while that has not ended, None where nothing is
        known.

    Raises
    ------
    Problem
        Names the first that is missing or another, and says how to restore or accept it.
    """
    described = recorded(entry, raw)
    for file in described.files:
        path = raw / file.path
        if not path.is_file():
            wrong = not (entry.maker or entry.download)
        else:
            # What its maker wrote just so, or did not end, is left to the maker, who may have to make it anew by now.
            left = digest_of_output(str(path)) if entry.maker else None
            wrong = left != "" and file.sha256 is not None and digest(path) not in {left, file.sha256}
        if wrong:
            check_file(described, file, raw)


def _size(file: RawFile) -> str:
    return number_of(file.bytes, "byte") if file.bytes is not None else "size not registered"


def check_columns(file: RawFile, path: Path) -> None:
    """Check the header of a CSV file, where the register says what it is.

    Raises
    ------
    Problem
        Says which columns it has and which it should have.
    """
    if file.columns and (header := csv_header(path)) != file.columns:
        raise Problem(
            f"{path} has the columns {', '.join(header)}; registered are {', '.join(file.columns)}.",
            "correct `columns` of this file in data/raw/datasets.yaml",
        )


def csv_header(path: Path) -> tuple[str, ...]:
    """The column names of a CSV file.

    Raises
    ------
    Problem
        When it is no text, empty, or a web page.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = tuple(next(csv.reader(stream), ()))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Problem(f"{path} is not UTF-8 text: {error}.", "save it again as CSV UTF-8") from None
    check_header(header, path)
    return header


if __name__ == "__main__":
    command(verify)
