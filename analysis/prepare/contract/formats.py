"""Read one file of a table as it was saved: CSV in several encodings and separators, gzip, Parquet."""

import csv
import gzip
import io
import re
import warnings
import zlib
from collections import Counter
from pathlib import Path

from analysis.prepare.contract.faults import Fault, Faulty
from analysis.prepare.contract.raw_files import MOST_ROWS, Raw, RawPart
from analysis.pull.text import SEPARATORS, encoding_of, open_bytes, separator_in
from analysis.steps import Paths

LARGEST = 2 << 30  # bytes of one unpacked CSV file; more than that belongs in Parquet
LONGEST = 100_000  # characters of one line; more than that is a cell that was never closed, or no table
BOMB_SIZE, BOMB_RATIO = 100 << 20, 200


def read_files(files: Paths, table: str) -> Raw:
    """Read all files of a table.

    Raises
    ------
    Faulty
        When one is not readable, they have different columns, or there are no rows.
    """
    import pandas as pd

    parts = [read_part(path, table) for path in files]
    first = parts[0]
    raw = Raw(table, pd.concat([part.frame for part in parts], ignore_index=True), tuple(parts))
    for part in parts[1:]:
        if set(part.frame.columns) != set(first.frame.columns):
            odd = min(set(part.frame.columns) ^ set(first.frame.columns))
            found = f"this column is not in both {part.path.name} and {first.path.name}"
            mend = "write all parts of the table with the same columns"
            raise Faulty([Fault(table, "columns", str(part.path), odd, (), 0, found, "the same columns", mend)])
    if raw.frame.empty:
        mend = "export the table again, or leave the file out"
        raise Faulty([raw.fault("readable", "", (), "it has a header and no rows", "at least one row", mend)])
    return raw


def read_part(path: Path, table: str) -> RawPart:
    """Read one file of a table.

    Raises
    ------
    Faulty
        When it is not readable as what its name says, or its header is no header.
    """
    if not path.is_file():
        found = "it is no ordinary file" if path.exists() else "there is no such file"
        raise _unreadable(path, table, found, "bring the file back, or correct the path")
    return _parquet(path, table) if path.suffix == ".parquet" else _csv(path, table)


def _unreadable(
    path: Path, table: str, found: str, mend: str, expected: str = "", rows: tuple[int, ...] = ()
) -> Faulty:
    return Faulty([Fault(table, "readable", str(path), "", rows, len(rows), found, expected, mend)])


def _parquet(path: Path, table: str) -> RawPart:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        frame = pq.ParquetFile(path).read().to_pandas()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        found = f"it is no whole Parquet file ({str(error).splitlines()[0][:80]})"
        raise _unreadable(path, table, found, "write the file again, or give the table as CSV") from None
    _check_header(path, table, [str(name) for name in frame.columns])
    return RawPart(path, frame)


def _csv(path: Path, table: str) -> RawPart:
    import pandas as pd

    text, encoding = _text(path, table)
    separator, header = _header(text)
    _check_header(path, table, header)
    _check_lines(path, table, text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # a row with more cells than there are headings
            frame = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, index_col=False)
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        _check_widths(path, table, text, separator, len(header))
        mend = "close every quotation mark, and save the file again as CSV UTF-8"
        raise _unreadable(path, table, f"it is no CSV table ({str(error).strip()})", mend) from None
    if text.count(separator) != (len(frame) + 1) * (len(header) - 1):  # a row is short, or a cell holds a separator
        _check_widths(path, table, text, separator, len(header))
    notes = [f"{path}: its text is not UTF-8; it was read as Latin-1 (Windows-1252)"] * (encoding == "cp1252")
    notes += [f"{path}: its cells are separated by {SEPARATORS[separator]}"] * (separator != ",")
    return RawPart(path, frame, tuple(notes), text, separator)


def _text(path: Path, table: str) -> tuple[str, str]:
    """The file's text and encoding."""
    content = _bytes(path, table)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable(path, table, "its text is UTF-16", "save it again as CSV UTF-8", "UTF-8")
    if (nul := content.find(b"\0")) >= 0:
        line = content.count(b"\n", 0, nul) + 1
        mend = "export the table again: the file was damaged, or is no text file"
        raise _unreadable(path, table, "it holds a NUL byte", mend, "text", (line,))
    if not content.strip(b"\xef\xbb\xbf\r\n\t ,;"):
        raise _unreadable(path, table, "the file is empty", "export the table again, or leave the file out", "a header")
    encoding = encoding_of(path)
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError as error:
        found = f"its text is neither UTF-8 nor Latin-1 (byte {error.start + 1})"
        raise _unreadable(path, table, found, "save it again as CSV UTF-8", "UTF-8") from None


def _bytes(path: Path, table: str) -> bytes:
    packed, blocks, size = path.stat().st_size, [], 0
    try:
        with open_bytes(path) as stream:
            while block := stream.read(1 << 20):
                blocks.append(block)
                size += len(block)
                if size > LARGEST or (path.suffix == ".gz" and size > BOMB_SIZE and size > BOMB_RATIO * packed):
                    found = f"it unpacks to more than {size >> 20} MB from {packed / 2**20:.1f} MB"
                    raise _unreadable(path, table, found, "give the table as Parquet", "a table of sensible size")
    except (EOFError, gzip.BadGzipFile, zlib.error):
        mend = "copy or download the file again; it is cut off or damaged"
        raise _unreadable(path, table, "it is no whole gzip file", mend) from None
    return b"".join(blocks)


def _header(text: str) -> tuple[str, list[str]]:
    first = next(line for line in re.split(r"[\r\n]+", text) if line.strip())
    separator = separator_in(first)
    return separator, next(csv.reader([first], delimiter=separator))


def _check_header(path: Path, table: str, header: list[str]) -> None:
    def refused(column: str, found: str, expected: str, mend: str) -> Faulty:
        return Faulty([Fault(table, "columns", str(path), column, (1,), 1, found, expected, mend)])

    if unnamed := [number for number, name in enumerate(header, start=1) if not name.strip()]:
        found = f"column number {unnamed[0]} has no name"
        raise refused("", found, "a name for every column", "give the column a name, or delete it")
    if twice := [name for name, times in Counter(header).items() if times > 1]:
        raise refused(
            twice[0], "its name stands twice in the header", "each column once", "rename or delete one of them"
        )


def _check_lines(path: Path, table: str, text: str) -> None:
    ends = re.findall(r"\r\n|\n|\r", text)
    if odd := next((number for number, end in enumerate(ends, start=1) if end != ends[0]), None):
        found = "its lines end in different ways, as when two files were joined, or a cell holds a line break"
        mend = "look at that line, then save the file again with one kind of line end"
        raise _unreadable(path, table, found, mend, "one kind of line end", (odd,))
    lengths = [len(line) for line in text.split(ends[0] if ends else "\n")]
    if (longest := max(lengths)) > LONGEST:
        line, mend = lengths.index(longest) + 1, "look for a cell that holds a whole document, or is never closed"
        found, expected = f"a line of {longest:,} characters", f"no line longer than {LONGEST:,}"
        raise _unreadable(path, table, found, mend, expected, (line,))


def _check_widths(path: Path, table: str, text: str, separator: str, width: int) -> None:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    wrong = [(reader.line_num, len(cells)) for cells in reader if cells and len(cells) != width]
    if wrong:
        lines, cells = tuple(line for line, _ in wrong[:MOST_ROWS]), wrong[0][1]
        found = f"a row has {cells} cell{'s' * (cells != 1)} where the header has {width}"
        mend = "put cells that hold a separator in quotation marks, and close every quotation mark"
        raise Faulty([Fault(table, "readable", str(path), "", lines, len(wrong), found, f"{width} cells", mend)])
