"""A web server on loopback that replays what web servers do, good and bad, as a test scripts it."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Act = Callable[[BaseHTTPRequestHandler], None]


class Replay:
    """What the server answers by path, and what it was asked.

    An answer is a function of the request. A path with several answers gives one after the other; the last stays.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: dict[str, list[Act]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.times: list[float] = []

    def on(self, path: str, *answers: Act) -> str:
        """Script a path; gives its address."""
        self.answers[path] = list(answers)
        return self.address + path

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer a request by the script."""
        self.asked.append((request.path, {name.lower(): value for name, value in request.headers.items()}))
        self.times.append(time.monotonic())
        known = self.answers.get(urlsplit(request.path).path, [status(404)])
        act = known.pop(0) if len(known) > 1 else known[0]
        act(request)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def replay() -> Iterator[Replay]:
    """A running server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            script.answer(self)

        def log_message(self, format: str, *words: object) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    script = Replay(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def status(code: int, **headers: str) -> Act:
    """An answer without content."""
    return page(b"", code=code, **headers)


def page(content: bytes, *, code: int = 200, **headers: str) -> Act:
    """Some content; an underscore in a header's name stands for a hyphen."""

    def act(request: BaseHTTPRequestHandler) -> None:
        _head(request, code, {"Content-Length": str(len(content))} | headers)
        request.wfile.write(content)

    return act


def redirect(to: str, code: int = 302) -> Act:
    """Sends on to another address."""
    return status(code, Location=to)


def broken_off(content: bytes, at: int, **headers: str) -> Act:
    """Promises all of the content, and hangs up after some bytes."""

    def act(request: BaseHTTPRequestHandler) -> None:
        _head(request, 200, {"Content-Length": str(len(content))} | headers)
        request.wfile.write(content[:at])
        request.close_connection = True

    return act


def slow(seconds: float) -> Act:
    """Says nothing for a while."""

    def act(request: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        request.close_connection = True

    return act


def endless() -> Act:
    """Goes on for as long as somebody listens, and does not say how long."""

    def act(request: BaseHTTPRequestHandler) -> None:
        _head(request, 200, {"Transfer-Encoding": "chunked"})
        while True:
            request.wfile.write(b"400\r\n" + bytes(1024) + b"\r\n")

    return act


def packed(content: bytes) -> Act:
    """Content that is compressed for the way."""
    return page(gzip.compress(content), Content_Encoding="gzip", Content_Type="text/csv")


def versioned(content: bytes, etag: str, *, block: int = 1 << 20, rest: float = 0, ranges: bool = True) -> Act:
    """A file as a good server gives it: known by an ETag, in parts where asked; perhaps slowly."""

    def act(request: BaseHTTPRequestHandler) -> None:
        if request.headers["If-None-Match"] == etag:
            return _head(request, 304, {"ETag": etag})
        start, asked = 0, request.headers["Range"]
        if asked and ranges and request.headers["If-Range"] == etag:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        headers = {"ETag": etag, "Content-Length": str(len(content) - start)}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        _head(request, 206 if start else 200, headers)
        for place in range(start, len(content), block):
            request.wfile.write(content[place : place + block])
            time.sleep(rest)
        return None

    return act


def _head(request: BaseHTTPRequestHandler, code: int, headers: dict[str, str]) -> None:
    request.send_response(code)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
