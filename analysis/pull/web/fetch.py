"""Fetch one file from the web: politely, within limits, whole or not at all.

A download that breaks off leaves a hidden ``.part`` file beside its target, and the next one goes on from there.
"""

import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.pull.web.addresses import Refused, Resolve, check_address, resolve
from analysis.pull.web.limits import WebLimits
from analysis.pull.web.partial import Check, Partial
from analysis.pull.web.transfer import Again, Fetched, Request, transfer
from analysis.steps import Problem

if TYPE_CHECKING:
    from httpx import Client
    from tenacity import RetryCallState


POLITE = WebLimits()


def fetch(
    url: str,
    to: Path,
    *,
    limits: WebLimits = POLITE,
    earlier: Fetched | None = None,
    page: bool = False,
    check: Check = lambda draft, sha256: None,
    name: str | None = None,
    mend: str | None = None,
    resolve: Resolve = resolve,
) -> Fetched:
    """Fetch a file.

    Parameters
    ----------
    url : str
        Its address, http or https, and not of one's own network unless `limits` name its host. A redirect is followed
        where it is safe.
    to : Path
        Where the file will stand. An earlier file is replaced only by a whole new one.
    limits : Limits
        Times, sizes and tries.
    earlier : Fetched, optional
        What came from this address before. The server is asked whether the file changed since; where it did not,
        `earlier` is returned and `to` is not touched.
    page : bool
        Whether a web page is wanted. Else one is refused: it is an error page, or asks somebody to sign in.
    check : callable
        Is given the whole new file, and its sha256, before it takes its place; a Problem that it raises stops that.
    name, mend : str, optional
        What a Problem calls the file, and what it advises, where something better is known than its path.
    resolve : callable
        Gives the IP addresses of a host.

    Raises
    ------
    Problem
        Names the file and the address and says why the file cannot be had, and what to do.
    """
    deadline = time.monotonic() + limits.total
    try:
        check_address(url, limits.own_hosts, resolve)
        return _patiently(Request(Partial(url, to), limits, earlier, page, check, resolve, deadline))
    except Refused as refused:
        raise Problem(
            f"{name or to} cannot be had from {url}: {refused}.",
            mend or f"try again later, or fetch the file by other means and put it at {to}",
        ) from None


def _patiently(request: Request) -> Fetched:
    """Ask until the answer is final: a yes, or a no that more tries would not change."""
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_before_delay

    limits = request.limits
    with _client(limits) as client:
        asking = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, Again) and error.after <= limits.longest_wait),
            stop=stop_after_attempt(limits.tries) | stop_before_delay(limits.total),
            wait=_wait(limits),
            reraise=True,
        )
        return asking(transfer, client, request)


def _wait(limits: WebLimits) -> "Callable[[RetryCallState], float]":
    """Seconds before the next try: they double each time, and are never fewer than the server asks for."""
    from tenacity import wait_exponential

    doubling = wait_exponential(multiplier=limits.first_wait, max=limits.longest_wait)

    def wait(state: "RetryCallState") -> float:
        error = state.outcome and state.outcome.exception()
        return max(doubling(state), error.after if isinstance(error, Again) else 0)

    return wait


def _client(limits: WebLimits) -> "Client":
    import httpx

    return httpx.Client(
        headers={"User-Agent": _agent(), "Accept-Encoding": "gzip, identity"},
        timeout=httpx.Timeout(limits.read, connect=limits.connect),
        follow_redirects=False,
    )


def _agent() -> str:
    """Name and version of this project, so that a source knows who asks."""
    text = (Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    return f"{project['name']}/{project['version']}"
