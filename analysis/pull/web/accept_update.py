"""Take the files of a download as their source has them now, or as somebody put them there; tell first what changed."""

from pathlib import Path

from analysis.pull.datasets.difference import difference
from analysis.pull.datasets.register import Dataset, RawFile
from analysis.pull.web.download import check_present, fetched
from analysis.pull.web.limits import WebLimits
from analysis.pull.web.partial import Check
from analysis.pull.web.record import Record, by_hand, read_records, record_of, recorded, write_records
from analysis.pull.web.source import check_shape
from analysis.steps import file_digest
from analysis.wording import number_of


def take(entry: Dataset, raw: Path, *, offline: bool, limits: WebLimits) -> None:
    """Bring a data set's files and their records up to date, and print what changed.

    A file that somebody put there is recorded as it is; for any other, its source is asked for a new version.

    Parameters
    ----------
    entry : Dataset
        A data set with `download`.
    raw : Path
        The folder of raw data.
    offline : bool
        Whether to take what is on disk and touch no network.
    limits : Limits
        Times, sizes and tries of a download.

    Raises
    ------
    Problem
        When a file cannot be had, or cannot be read as this source's; it and the files after it stay as they are.
    """
    if offline:
        check_present(entry, raw)
    records = read_records(entry, raw)
    for file in recorded(entry, raw).files:
        record, path = records.get(file.path), raw / file.path
        if path.is_file() and (record is None or file_digest(path) != record.sha256):
            check_shape(entry, file.model_copy(update={"columns": ()}), path, path)
            records[file.path] = _put_there(file, raw, record)
        elif not path.is_file() or (not offline and record and record.url):
            records[file.path] = _from_source(entry, file, raw, record, limits)
        write_records(entry, raw, records)


def _put_there(file: RawFile, raw: Path, record: Record | None) -> Record:
    now = by_hand(file.path, raw)
    before = f"{number_of(record.bytes, 'byte')} before, " if record else ""
    print(
        f"{raw / file.path} was put there by hand: {before}{number_of(now.bytes, 'byte')} now, sha256 {now.sha256[:12]}"
    )
    return now


def _from_source(entry: Dataset, file: RawFile, raw: Path, record: Record | None, limits: WebLimits) -> Record:
    path = raw / file.path
    there = record if path.is_file() else None
    came = fetched(entry, file, path, there, limits, _printed_changes(entry, file, path))
    if there is None or there.sha256 != came.sha256:
        return record_of(file.path, came)
    print(f"{path}: unchanged at its source")
    return there.model_copy(update=vars(came))


def _printed_changes(entry: Dataset, file: RawFile, path: Path) -> Check:
    """Print what changed before the new file takes its place; the register's columns may be among it."""

    def check(draft: Path, sha256: str) -> None:
        check_shape(entry, file.model_copy(update={"columns": ()}), path, draft)
        if not path.is_file():
            print(f"{path} is new: {number_of(draft.stat().st_size, 'byte')}, sha256 {sha256[:12]}")
        elif sha256 != file_digest(path):
            print(f"{path} changed at its source:", *difference(path, draft), sep="\n  ", flush=True)

    return check
