"""Read a source's table: out of a zip archive or not, in whatever encoding, by column names that drift."""

import csv
import difflib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from analysis.pull.text import encoding_in
from analysis.steps import Problem, again

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# Our name of a column, then the names that the source has given it over the years.
Columns = Mapping[str, tuple[str, ...]]
# No file of these sources is near this size; a larger one is not what was asked for, or a bomb.
LARGEST = 2 << 30
BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error)


@contextmanager
def opened(path: Path, member: str) -> Iterator[BinaryIO]:
    """Open a file, or the one member of a zip archive whose name matches, without unpacking it.

    Raises
    ------
    Problem
        When the file is missing, too large or a broken archive, or not exactly one member matches.
    """
    if not path.is_file():
        raise Problem(f"{path} is missing.", f"`{again('pull')}`")
    if not zipfile.is_zipfile(path):
        _check_size(path, path.stat().st_size)
        with path.open("rb") as stream:
            yield stream
        return
    try:
        with zipfile.ZipFile(path) as archive:
            info = _member(archive, member, path)
            _check_size(path, info.file_size)
            with archive.open(info) as stream:
                yield stream  # type: ignore[misc]  # a zip member reads like any binary stream
    except BROKEN as error:
        raise Problem(f"{path} is a zip archive that cannot be read: {error}.", _anew(path)) from None


def _member(archive: zipfile.ZipFile, member: str, path: Path) -> zipfile.ZipInfo:
    names = [info for info in archive.infolist() if not info.is_dir()]
    matching = [info for info in names if re.search(member, info.filename, re.IGNORECASE)]
    if len(matching) != 1:
        inside = ", ".join(info.filename for info in names[:5])
        raise Problem(
            f"{path} holds {len(matching)} files whose name matches `{member}`; one is needed. It holds {inside}.",
            "check that it is the archive of this data set; the files to choose from are those it holds",
        )
    return matching[0]


def _check_size(path: Path, size: int) -> None:
    if size > LARGEST:
        raise Problem(
            f"{path} holds a table of {size / 2**30:.1f} GiB; no file of this source is larger than "
            f"{LARGEST / 2**30:.0f} GiB.",
            f"check that {path} is the file that was meant",
        )


@contextmanager
def text_of(path: Path, member: str) -> Iterator[io.TextIOWrapper]:
    """Open a source's table as text, in the encoding that it has."""
    with opened(path, member) as stream:
        encoding = encoding_in(stream)
    with opened(path, member) as stream, io.TextIOWrapper(stream, encoding, newline="") as text:
        try:
            yield text
        except (UnicodeDecodeError, csv.Error) as error:
            raise Problem(f"{path} cannot be read as text: {error}.", f"check that {path} is a CSV file") from None


def header_of(path: Path, member: str) -> list[str]:
    """The first line of a source's table, cell by cell.

    Raises
    ------
    Problem
        When the file is empty or a web page, which is what a server sends in place of a file that it no longer has.
    """
    with text_of(path, member) as text:
        header = next(csv.reader(text), [])
    check_header(header, path)
    return header


def check_header(header: Sequence[str], path: Path) -> None:
    """Check that a first line may be a table's header.

    Raises
    ------
    Problem
        When it is empty, or begins like a web page.
    """
    if not any(cell.strip() for cell in header):
        raise Problem(f"{path} is empty: it has no header line.", _anew(path))
    if header[0].lstrip().startswith("<"):
        raise Problem(
            f"{path} is a web page, not a table: it begins {header[0].strip()[:40]!r}.",
            _anew(path),
        )


def matched(
    header: list[str], columns: Columns, path: Path, title: str, optional: set[str] | None = None
) -> dict[str, int]:
    """The place of each column in a header, by any of the names that the source has given it.

    Letter case, spaces and underscores do not count; the first of two columns with one name is meant.

    Raises
    ------
    Problem
        Names the first column that is missing and the one most like it.
    """
    places = {_plain(name): place for place, name in reversed(list(enumerate(header)))}
    place_of = {
        ours: next((places[_plain(name)] for name in names if _plain(name) in places), -1)
        for ours, names in columns.items()
    }
    for ours in sorted(set(columns) - (optional or set()), key=list(columns).index):
        if place_of[ours] < 0:
            raise _missing(columns[ours], header, path, title)
    return {ours: place for ours, place in place_of.items() if place >= 0}


def _plain(name: str) -> str:
    return re.sub(r"[\s_]+", " ", name.strip("\ufeff \t").casefold())


def _missing(names: tuple[str, ...], header: list[str], path: Path, title: str) -> Problem:
    like = difflib.get_close_matches(names[0], header, n=1, cutoff=0.6)
    renamed = f"; it may have been renamed to `{like[0].strip()}`" if like else ""
    wanted = " or ".join(f"`{name}`" for name in names)
    return Problem(
        f"{path} has no column {wanted}{renamed}. Its header is not that of {title} as this project knows it.",
        "check that it is the right file; where the source has renamed the column, add its new name to the connector",
    )


def read_columns(path: Path, places: dict[str, int], member: str, *, header: bool = True) -> "pd.DataFrame":
    """Some columns of a source's table as text, under our names.

    Parameters
    ----------
    path : Path
        A CSV file, or a zip archive with one.
    places : dict
        Our names and the columns' places, from 0.
    member : str
        Regular expression of the archive's member.
    header : bool
        Whether the first line is a header.

    Raises
    ------
    Problem
        When a row has more or fewer cells than the first line, as in a file that was cut or that has a comma in a name.
    """
    import pandas as pd
    import pyarrow as pa

    columns = {ours: f"f{place}" for ours, place in places.items()}
    with opened(path, member) as stream:
        encoding = encoding_in(stream)
    try:
        with opened(path, member) as stream:
            table = _strings(stream, sorted(set(columns.values())), encoding, header)
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError) as error:
        raise Problem(f"{path} cannot be read as a table: {error}.", _anew(path)) from None
    return pd.DataFrame({ours: table.column(name).to_pandas() for ours, name in columns.items()})


def _strings(stream: BinaryIO, columns: list[str], encoding: str, header: bool) -> "pa.Table":
    """Columns by their place, f0, f1 and so on: names in a header may stand twice."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    return arrow.read_csv(
        stream,
        arrow.ReadOptions(autogenerate_column_names=True, skip_rows_after_names=int(header), encoding=encoding),
        arrow.ParseOptions(newlines_in_values=True),
        arrow.ConvertOptions(include_columns=columns, column_types=dict.fromkeys(columns, pa.string())),
    )


def _anew(path: Path) -> str:
    """The command that downloads a file once more."""
    return f"`rm {path} && {again('pull')}`"
