"""How a text file was saved."""

import codecs
import gzip
from pathlib import Path
from typing import IO, cast

BLOCK = 1 << 20


def opened(path: Path) -> IO[bytes]:
    """A file's bytes, unpacked where its name ends in ``.gz``."""
    return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def encoding_of(path: Path) -> str:
    """The encoding of a text file, read in blocks.

    Returns
    -------
    str
        ``utf-8-sig`` where every byte is UTF-8 (with or without a byte-order mark), else ``cp1252``, which holds all
        letters of Latin-1.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened(path) as stream:
        try:
            while block := stream.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"
