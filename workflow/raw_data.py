"""Whether the raw data of a study are what is registered, which is looked at before a run begins."""

from collections.abc import Iterator
from pathlib import Path

from analysis.pull.datasets.contents import Contents, Written
from analysis.pull.datasets.register import Dataset
from analysis.pull.datasets.verify import check_unaltered
from analysis.pull.web.record import absent, outdated
from workflow.study_data import RAW, StudyData


def check_raw_data(data: StudyData, contents: Contents, written: Written) -> None:
    """Refuse registered files that somebody changed, so that restoring them reruns nothing; have made what is gone.

    Raises
    ------
    Problem
        Names the file that is not as registered.
    """
    for dataset in data.registered:
        check_unaltered(dataset, RAW, contents.digest, written.known)
        for path in to_be_made(data, dataset):
            written.spoil(path)


def to_be_made(data: StudyData, dataset: Dataset) -> Iterator[str]:
    """What of a data set is made, or downloaded, anew."""
    record = f"{data.results}/pull/{dataset.id}.download.json"
    # What was accepted since, or pulled for another study, is read anew.
    if outdated(dataset, RAW, Path(record)):
        yield record
    for gone in absent(dataset, RAW):
        if dataset.maker:
            yield f"{RAW}/{gone}"
        elif not data.offline:
            yield record
