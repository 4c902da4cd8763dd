"""Download a data set's files that are not here yet; with ``--ask``, ask whether the others changed.

``python -m analysis.pull.web.download --help``
"""

from dataclasses import replace
from pathlib import Path

from analysis.pull.datasets.difference import difference
from analysis.pull.datasets.register import Dataset, RawFile, read_register
from analysis.pull.datasets.verify import check_file
from analysis.pull.web.fetch import POLITE, fetch
from analysis.pull.web.limits import WebLimits
from analysis.pull.web.partial import Check
from analysis.pull.web.record import Record, absent, by_hand, read_records, record_of, recorded, write_records
from analysis.pull.web.source import address_of, check_shape, mends
from analysis.pull.web.transfer import Fetched
from analysis.steps import Problem, command, write_json
from analysis.wording import number_of


def download(
    *,
    dataset: str,
    register: Path,
    raw: Path,
    out: Path,
    ask: bool = False,
    offline: bool = False,
    own_hosts: tuple[str, ...] = (),
    limits: WebLimits = POLITE,
) -> None:
    """Bring a data set's files to disk, and note what they are.

    A file that is here, and is what was recorded of it, is not asked for again unless `ask` says so.

    Parameters
    ----------
    dataset : str
        Id in the register, of a data set with `download`.
    register : Path
        The register, data/raw/datasets.yaml.
    raw : Path
        The folder of raw data, data/raw. The files are written here.
    out : Path
        What the files are and where they came from (JSON).
    ask : bool
        Ask the sources whether files that are here have changed.
    offline : bool
        Use what is on disk and touch no network.
    own_hosts : tuple of str
        Hosts of one's own network that the study names, beside those of the register; as JSON.
    limits : Limits
        Times, sizes and tries of a download.
    """
    known_sets = read_register(register)
    entry, limits = known_sets.dataset(dataset), replace(limits, own_hosts=(*known_sets.own_hosts, *own_hosts))
    if not entry.download:
        raise Problem(f"Data set {entry.id} is not downloaded.", "give `download` in data/raw/datasets.yaml")
    if offline:
        check_present(entry, raw)
    records = read_records(entry, raw)
    described = recorded(entry, raw)
    for file in described.files:
        records[file.path] = bring(described, file, raw, records.get(file.path), ask=ask and not offline, limits=limits)
        # File by file, so that what has come is known even if the next one does not come.
        write_records(entry, raw, records)
    write_json(out, [records[file.path].model_dump(mode="json") for file in entry.files])


def check_present(entry: Dataset, raw: Path) -> None:
    """Refuse to go on without network where files are missing.

    Raises
    ------
    Problem
        Names all of them, and where to put them.
    """
    if missing := [str(raw / path) for path in absent(entry, raw)]:
        raise Problem(
            f"Data set {entry.id} is not on disk, and OFFLINE=1 forbids to download it: {', '.join(missing)}.",
            f"run without OFFLINE=1, or put the files there and run `make pull ACCEPT={entry.id}`",
        )


def bring(entry: Dataset, file: RawFile, raw: Path, record: Record | None, *, ask: bool, limits: WebLimits) -> Record:
    """The record of one file, which is on disk afterwards.

    Parameters
    ----------
    entry : Dataset
        The data set, with what is recorded of it.
    file : RawFile
        The file.
    raw : Path
        The folder of raw data.
    record : Record or None
        What was recorded when it came.
    ask : bool
        Whether the source is asked for a change of a file that is here.
    limits : Limits
        Times, sizes and tries of a download.

    Raises
    ------
    Problem
        When the file cannot be had, or is not what was recorded.
    """
    path = raw / file.path
    if not path.is_file():
        return record_of(file.path, fetched(entry, file, path, None, limits, _registered(entry, file, path)))
    check_file(entry, file, raw)
    record = record or by_hand(file.path, raw)
    # Nobody can tell whether a file that came by hand is the one at the address.
    if not (ask and record.url):
        return record
    again = fetched(entry, file, path, record, limits, _unchanged(entry, file, path))
    return record.model_copy(update=vars(again))


def fetched(
    entry: Dataset, file: RawFile, path: Path, record: Record | None, limits: WebLimits, check: Check
) -> Fetched:
    """Fetch one file, if it is new or its source says that it changed.

    Raises
    ------
    Problem
        When it cannot be had, or the check refuses it.
    """
    url = address_of(entry, file, path, limits)
    earlier = record.fetched if record and record.url == url else None
    name, mend = f"{path} of data set {entry.id}", mends(entry, path)
    return fetch(url, path, limits=limits, earlier=earlier, check=check, name=name, mend=mend)


def _registered(entry: Dataset, file: RawFile, path: Path) -> Check:
    """A check that a file which was not here is the registered one, or looks as it should where it is new."""

    def check(draft: Path, sha256: str) -> None:
        if file.sha256 is None:
            check_shape(entry, file, path, draft)
        elif sha256 != file.sha256:
            raise Problem(
                f"What was downloaded is not the {path} that the register knows: its sha256 begins {sha256[:12]} "
                f"({number_of(draft.stat().st_size, 'byte')}), registered is {file.sha256[:12]}. It was not kept.",
                f"`make pull ACCEPT={entry.id}` takes the file that the source now has; or put the registered one at "
                f"{path} yourself",
            )

    return check


def _unchanged(entry: Dataset, file: RawFile, path: Path) -> Check:
    """A check that a file which is sent once more is the one that is here."""

    def check(draft: Path, sha256: str) -> None:
        if sha256 != file.sha256:
            raise Problem(
                f"The source of {path} has changed ({'; '.join(difference(path, draft)[:5])}). The earlier file stays.",
                f"`make pull ACCEPT={entry.id}` tells what changed and takes the new file",
            )

    return check


if __name__ == "__main__":
    command(download)
