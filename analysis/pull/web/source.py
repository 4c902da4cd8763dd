"""Where a file of open data is, and what its source says that it must look like."""

from pathlib import Path

from analysis.pull.connectors.base import Connector
from analysis.pull.connectors.registry import connector
from analysis.pull.datasets.register import Dataset, RawFile
from analysis.pull.datasets.verify import check_columns
from analysis.pull.web.limits import WebLimits
from analysis.pull.web.page import link_on
from analysis.pull.web.partial import is_page
from analysis.steps import Problem


def address_of(entry: Dataset, file: RawFile, path: Path, limits: WebLimits) -> str:
    """The address of a file: as registered, or found on a page, or known to the connector.

    Raises
    ------
    Problem
        When nobody knows it, or the page does not give it.
    """
    if file.url:
        return file.url
    if file.page and file.link:
        name = f"The page that links to {path}"
        return link_on(file.page, file.link, limits=limits, name=name, mend=mends(entry, path))
    connector = _connector(entry)
    address = connector.address(file, entry.parameters) if connector else None
    if address is None:
        raise Problem(
            f"Nobody knows from where {path} of data set {entry.id} is to be downloaded.",
            "give its `url`, or `page` and `link`, in data/raw/datasets.yaml",
        )
    return address


def mends(entry: Dataset, path: Path) -> str:
    """What somebody can do when a file cannot be had."""
    return (
        f"run `{entry.bring}` again later; or put the file at {path} yourself and run "
        f"`make pull ACCEPT={entry.id}`; or go on without it, `make paper STUDY=<study> OFFLINE=1`"
    )


def check_shape(entry: Dataset, file: RawFile, path: Path, draft: Path) -> None:
    """Check a new file, its columns as registered and the whole of it by its connector, before it is taken.

    Raises
    ------
    Problem
        Says which column is missing, or what its connector cannot read.
    """
    try:
        check_columns(file, draft)
        if connector := _connector(entry):
            connector.check_whole(draft, entry.parameters)
        else:
            _check_no_page(draft)
    except Problem as problem:
        # The draft has a passing name, which means nothing to a reader.
        sentence = problem.sentence.replace(str(draft), f"The new {path}")
        raise Problem(sentence, problem.mend.replace(str(draft), str(path))) from None


def _check_no_page(path: Path) -> None:
    with path.open("rb") as stream:
        start = stream.read(1000)
    if not start.strip() or is_page(start):
        raise Problem(f"{path} is {'a web page' if start.strip() else 'empty'}, and no data.", f"look into {path}")


def _connector(entry: Dataset) -> Connector | None:
    return connector(entry.connector) if entry.connector else None
