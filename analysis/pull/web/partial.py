"""A download that is not finished: what has come so far, in a hidden file beside the target, and how to go on."""

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.pull.web.addresses import Refused
from analysis.steps import read_json, whole, write_json

if TYPE_CHECKING:
    from httpx import Headers

# Looks at a file that is whole but does not stand in its place yet, and at its sha256; a Problem refuses it.
Check = Callable[[Path, str], None]
_BLOCK = 1 << 18
_PAGE = (b"<!doctype html", b"<html")


@dataclass(frozen=True)
class Partial:
    """The bytes of one address as they came over the wire, for a file that is to stand at `to`."""

    url: str
    to: Path

    @property
    def path(self) -> Path:
        """The bytes so far."""
        return self.to.with_name(f".{self.to.name}.part")

    @property
    def note(self) -> Path:
        """From which address they came and which version of it they are."""
        return self.to.with_name(f".{self.to.name}.part.json")

    @property
    def size(self) -> int:
        """How many bytes have come."""
        return self.path.stat().st_size if self.path.exists() else 0

    def resume(self) -> dict[str, str]:
        """The request headers that ask for the rest, if it is still the rest of the same version; else none."""
        if not self.size or not self.note.exists():
            return {}
        noted = read_json(self.note)
        if noted["url"] != self.url:
            return {}
        return {"Range": f"bytes={self.size}-", "If-Range": noted["version"]}

    def begin(self, headers: "Headers") -> None:
        """Start anew, and note which version this is; a version without a name cannot be resumed."""
        self.to.parent.mkdir(parents=True, exist_ok=True)
        self.clear()
        etag, modified = headers.get("etag", "W/"), headers.get("last-modified")
        if version := modified if etag.startswith("W/") else etag:
            write_json(self.note, {"url": self.url, "version": version})

    def clear(self) -> None:
        """Forget what has come."""
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def finish(self, *, zipped: bool, most: int, page: bool, check: Check) -> tuple[str, int]:
        """Turn what has come into the target, whole or not at all.

        Parameters
        ----------
        zipped : bool
            Whether the bytes were compressed for the way (gzip).
        most : int
            Most bytes that the file may have when it is unpacked.
        page : bool
            Whether a web page is what was asked for.
        check : callable
            Has the last word before the file takes its place.

        Returns
        -------
        tuple of str and int
            sha256 and size of the target.

        Raises
        ------
        Refused
            The file is empty, larger than `most`, or a web page where data were expected.
        EOFError, gzip.BadGzipFile, zlib.error
            What came is no whole gzip stream.
        """
        sha256, size = hashlib.sha256(), 0
        with whole(self.to) as draft, draft.open("wb") as out:
            for block in self._blocks(zipped):
                if not size and not page and is_page(block):
                    raise Refused("it answers with a web page where data were expected")
                size += len(block)
                if size > most:
                    raise Refused(f"the file unpacks to more than {most:,} bytes")
                sha256.update(block)
                out.write(block)
            if not size:
                raise Refused("the file is empty")
            out.flush()
            check(draft, sha256.hexdigest())
        return sha256.hexdigest(), size

    def _blocks(self, zipped: bool) -> Iterator[bytes]:
        with gzip.open(self.path, "rb") if zipped else self.path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                yield block


def is_page(start: bytes) -> bool:
    """Whether a file that begins so is a web page."""
    return start[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGE)


# What gzip raises when a stream is cut short or is none at all.
BROKEN = (EOFError, gzip.BadGzipFile, zlib.error)
