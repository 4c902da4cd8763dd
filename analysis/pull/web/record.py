"""What is known of downloaded files: from where, when and what they were, in a hidden file beside them.

The sha256 is recorded at the first download and enforced from then on. What the register says of a file wins.
"""

from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from analysis.plan.terms import Frozen
from analysis.pull.datasets.register import Dataset, RelativePath, Sha256
from analysis.pull.web.transfer import Fetched
from analysis.steps import Problem, file_digest, read_json, write_json


class Record(Frozen):
    """One file as it was downloaded; without an address it was put there by hand."""

    path: RelativePath
    url: str = ""
    final_url: str = ""
    sha256: Sha256
    bytes: int
    etag: str | None = None
    last_modified: str | None = None
    downloaded: datetime

    @property
    def fetched(self) -> Fetched:
        """The download that it records."""
        return Fetched(self.url, self.final_url, self.sha256, self.bytes, self.etag, self.last_modified)


_RECORDS = TypeAdapter(tuple[Record, ...])


def record_of(path: str, fetched: Fetched) -> Record:
    """The record of a file that has just been downloaded."""
    return Record(path=path, downloaded=_now(), **vars(fetched))


def by_hand(path: str, raw: Path) -> Record:
    """The record of a file that somebody put there."""
    file = raw / path
    return Record(path=path, sha256=file_digest(file), bytes=file.stat().st_size, downloaded=_now())


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def record_path(entry: Dataset, raw: Path) -> Path:
    """Where a data set's record stands; hidden, so that it is no stranger."""
    return raw / entry.id / ".download.json"


def read_records(entry: Dataset, raw: Path) -> dict[str, Record]:
    """The records of a data set's files, by path; none before the first download.

    Raises
    ------
    Problem
        When the record is not as this module writes it.
    """
    path = record_path(entry, raw)
    if not path.exists():
        return {}
    try:
        return {each.path: each for each in _RECORDS.validate_json(path.read_bytes())}
    except ValidationError as error:
        raise Problem(
            f"{path}, the record of what was downloaded, is wrong: {error.errors()[0]['msg']}.",
            f"`rm {path}` and `make pull ACCEPT={entry.id}` records the files as they are now",
        ) from None


def write_records(entry: Dataset, raw: Path, records: dict[str, Record]) -> None:
    """Keep the records of the files that the data set still has."""
    kept = [records[file.path] for file in entry.files if file.path in records]
    write_json(record_path(entry, raw), _RECORDS.dump_python(tuple(kept), mode="json"))


def recorded(entry: Dataset, raw: Path) -> Dataset:
    """A data set with what the record knows of its files and the register leaves open."""
    records = read_records(entry, raw) if entry.download else {}
    files = [
        file.model_copy(update={"sha256": file.sha256 or kept.sha256, "bytes": kept.bytes})
        if (kept := records.get(file.path)) and file.sha256 in {None, kept.sha256}
        else file
        for file in entry.files
    ]
    return entry.model_copy(update={"files": tuple(files), "accessed": _latest(records) or entry.accessed})


def _latest(records: dict[str, Record]) -> date | None:
    return max((each.downloaded.date() for each in records.values()), default=None)


def absent(entry: Dataset, raw: Path) -> list[str]:
    """The paths, below data/raw, of a data set's files that are not on disk."""
    return [file.path for file in entry.files if not (raw / file.path).is_file()]


def outdated(entry: Dataset, raw: Path, out: Path) -> bool:
    """Whether what the download step wrote of a data set is no longer what is recorded of its files."""
    if not entry.download or not out.is_file():
        return False
    try:
        vouched = {each["path"]: each["sha256"] for each in read_json(out)}
    except (ValueError, KeyError, TypeError):
        return True
    return vouched != {path: each.sha256 for path, each in read_records(entry, raw).items()}
