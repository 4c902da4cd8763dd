"""Which addresses a download may be sent on to: never from https to http, never from the web into one's own network."""

import socket
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

# The IP addresses that a host's name stands for.
Resolve = Callable[[str], Iterable[str]]


class Refused(Exception):
    """Why a file is not taken: a clause without subject and full stop, which becomes part of a Problem."""


def resolve(host: str) -> set[str]:
    """The IP addresses of a host; none where its name is not known here, as behind a proxy."""
    try:
        return {str(each[4][0]) for each in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return set()


def reach(address: str) -> str:
    """How far an IP address reaches: public, private, link-local or loopback."""
    ip = ip_address(address.partition("%")[0])
    # ::ffff:127.0.0.1 is this machine, in the clothes of IPv6.
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback:
        return "loopback"
    if ip.is_link_local:
        return "link-local"
    return "public" if ip.is_global else "private"


def check_address(url: str) -> None:
    """Refuse an address that is not http or https, or that names no host.

    Raises
    ------
    Refused
        Says what is wrong with it.
    """
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    except ValueError:
        scheme, host = "", None
    if scheme not in {"http", "https"} or not host:
        raise Refused(f"`{url}` is no address that begins with http:// or https://")


def onward(here: str, location: str, resolve: Resolve) -> str:
    """The address that another one sends us on to, unless a stranger should not choose it for us.

    Parameters
    ----------
    here : str
        The address that sends us on.
    location : str
        What it names, whole or relative to itself.
    resolve : callable
        Gives the IP addresses of a host.

    Raises
    ------
    Refused
        From https to http; to anything but http and https; from the web to a loopback, private or link-local
        address, or from one of these kinds to another.
    """
    try:
        there = urljoin(here, location)
        check_address(there)
    except (Refused, ValueError):
        raise Refused(f"it sends us on to `{location}`, which is no address of the web") from None
    if urlsplit(here).scheme == "https" and urlsplit(there).scheme == "http":
        raise Refused(f"it sends us from https on to http, to {there}")
    if inward := _reaches(there, resolve) - _reaches(here, resolve) - {"public"}:
        raise Refused(f"it sends us on to {there}, which is a {min(inward)} address")
    return there


def _reaches(url: str, resolve: Resolve) -> set[str]:
    return {reach(address) for address in resolve(urlsplit(url).hostname or "")}
