"""How a text file is written: UTF-8 or the Windows code page that spreadsheets write, and what separates its cells."""

import codecs
import gzip
from pathlib import Path
from typing import IO, cast

BLOCK = 1 << 20
# What separates the cells of a table, and what it is called.
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}


def open_bytes(path: Path) -> IO[bytes]:
    """A file's bytes, unpacked where its name ends in ``.gz``."""
    return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def encoding_of(path: Path) -> str:
    """The encoding of a text file, found by reading all of it in blocks.

    Returns
    -------
    str
        ``utf-8-sig``, which reads UTF-8 with and without a byte order mark, or ``cp1252`` where the bytes are no UTF-8;
        it holds all letters of Latin-1.
    """
    with open_bytes(path) as stream:
        return encoding_in(stream)


def encoding_in(stream: IO[bytes]) -> str:
    """The encoding of a stream of text, as :func:`encoding_of` tells it; the stream is read to its end."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := stream.read(BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def separator_in(header: str) -> str:
    """What separates the cells of a table, by its header: the sign that is there most often, a comma in doubt."""
    return max(SEPARATORS, key=header.count)


def separator_of(path: Path) -> str:
    """What separates the cells of a text file, by the first line that is not empty."""
    with open_bytes(path) as stream:
        for line in stream:
            if line.strip():
                return separator_in(line[:BLOCK].decode("latin-1"))
    return ","
