"""What is packed in a file: decoded, inflated, taken out of an archive."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 where it says so."""
    utf_16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    return content.decode("utf-16" if utf_16 else "utf-8-sig", "replace")


def inflated(chunk: bytes) -> bytes:
    """A chunk of a picture, what is compressed in it unpacked."""
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", chunk):
        try:
            return chunk[: start.start()] + b"\n" + zlib.decompress(chunk[start.start() :])
        except zlib.error:
            continue
    return chunk


def unpacked(name: str, content: bytes) -> tuple[str, bytes]:
    """The suffix and the content of what is in ``x.csv.gz`` or ``x.svgz``."""
    suffix = ".svg" if name.lower().endswith(".svgz") else Path(name.lower().removesuffix(".gz")).suffix
    return suffix, gzip.decompress(content)


def members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Each file of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield from ((member, archive.read(member)) for member in archive.namelist())


def as_csv(content: bytes) -> bytes:
    """A Parquet file as CSV."""
    import pandas as pd

    return pd.read_parquet(io.BytesIO(content)).to_csv(index=False).encode()
