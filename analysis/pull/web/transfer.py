"""One request for one file: redirects by hand, the body into a partial file, every answer judged."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from analysis.pull.web.addresses import Refused, Resolve, onward
from analysis.pull.web.limits import WebLimits
from analysis.pull.web.partial import BROKEN, Check, Partial
from analysis.pull.web.progress import progress

if TYPE_CHECKING:
    from httpx import Client, Response

_GZIP = {"gzip", "x-gzip"}
_REDIRECTS = 10


class Again(Refused):
    """Why a file is not taken for now; `after` is how many seconds the server asks us to wait."""

    def __init__(self, reason: str, after: float = 0) -> None:
        super().__init__(reason)
        self.after = after


@dataclass(frozen=True)
class Fetched:
    """A file as it came: the address asked and the final one, sha256 and size, and by what its version is known."""

    url: str
    final_url: str
    sha256: str
    bytes: int
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True)
class Request:
    """What is asked for, and how."""

    part: Partial
    limits: WebLimits
    earlier: Fetched | None
    page: bool
    check: Check
    resolve: Resolve
    deadline: float

    def headers(self) -> dict[str, str]:
        """Ask for the rest of what has come, and only if the file changed since it came earlier."""
        validators = (self.earlier.etag, self.earlier.last_modified) if self.earlier else ()
        conditions = zip(("If-None-Match", "If-Modified-Since"), validators, strict=False)
        return {name: value for name, value in conditions if value} | self.part.resume()


def transfer(client: "Client", request: Request) -> Fetched:
    """Ask once for a file.

    Returns
    -------
    Fetched
        `request.earlier` where the server says that the file is as it was.

    Raises
    ------
    Again
        For now: 429, 5xx, no connection, no answer in time, a body that broke off.
    Refused
        For good.
    """
    import httpx

    try:
        with _opened(client, request) as response:
            return _received(request, response)
    except httpx.TimeoutException:
        raise Again("the server does not answer in time") from None
    except httpx.TransportError as error:
        raise Again(f"the connection fails ({error or type(error).__name__})") from None
    except httpx.InvalidURL as error:
        raise Refused(f"an address is not well formed ({error})") from None


@contextmanager
def _opened(client: "Client", request: Request) -> Iterator["Response"]:
    """The answer at the end of the redirects, its body not yet read."""
    here, seen = request.part.url, {request.part.url}
    for _ in range(_REDIRECTS + 1):
        # Each request waits, so that no host is ever asked more often than this.
        time.sleep(request.limits.pause)
        with client.stream("GET", here, headers=request.headers()) as response:
            if not response.has_redirect_location:
                yield response
                return
            location = response.headers["location"]
        there = onward(here, location, request.resolve, request.limits.own_hosts)
        if there in seen:
            raise Refused(f"its redirects go in a circle, by {there}")
        seen.add(there)
        here = there
    raise Refused(f"it redirects more than {_REDIRECTS} times")


def _received(request: Request, response: "Response") -> Fetched:
    if response.status_code == 304 and request.earlier:
        request.part.clear()
        return request.earlier
    _check_status(request.part, response)
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding not in _GZIP | {"identity"}:
        raise Refused(f"the server packs the file as {encoding}, which nobody asked for")
    if not request.page and response.headers.get("content-type", "").startswith("text/html"):
        raise Refused("it answers with a web page where data were expected")
    if response.status_code == 200:
        request.part.begin(response.headers)
    _receive(request, response)
    return _finished(request, response, zipped=encoding in _GZIP)


def _check_status(part: Partial, response: "Response") -> None:
    code, words = response.status_code, f"the server answers {response.status_code} {response.reason_phrase}".rstrip()
    if code == 429 or code >= 500:
        raise Again(words, _retry_after(response.headers.get("retry-after", "")))
    rest = code == 206 and part.size and response.headers.get("content-range", "").startswith(f"bytes {part.size}-")
    if code in {206, 416} and part.size and not rest:
        # The server cannot go on from what we have, so the next try starts anew.
        part.clear()
        raise Again(words)
    if code != 200 and not rest:
        raise Refused(words)


def _retry_after(text: str) -> float:
    """Seconds that a Retry-After header asks for: it gives them, or a date."""
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _receive(request: Request, response: "Response") -> None:
    part, limits = request.part, request.limits
    size = part.size
    total = size + int(response.headers.get("content-length", 0))
    _check_size(part, total, limits)
    with progress(part.to.name, size, total) as report, part.path.open("ab") as out:
        for block in response.iter_raw():
            size += len(block)
            _check_size(part, size, limits)
            out.write(block)
            out.flush()  # so that what has come outlives a kill
            report(size)
            if time.monotonic() > request.deadline:
                raise Refused(f"the download takes longer than {limits.total:g} seconds; what has come is kept")


def _check_size(part: Partial, size: int, limits: WebLimits) -> None:
    if size > limits.wire:
        part.clear()
        raise Refused(f"the file is larger than {limits.wire:,} bytes")


def _finished(request: Request, response: "Response", *, zipped: bool) -> Fetched:
    try:
        sha256, size = request.part.finish(
            zipped=zipped, most=request.limits.unpacked, page=request.page, check=request.check
        )
    except BROKEN:
        raise Again("the packed body is broken") from None
    finally:
        request.part.clear()
    validators = (response.headers.get(name) for name in ("etag", "last-modified"))
    return Fetched(request.part.url, str(response.url), sha256, size, *validators)
