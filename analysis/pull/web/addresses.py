"""Which addresses a download may ask: http and https, and none of one's own network that nobody named."""

import re
import socket
import unicodedata
from collections.abc import Callable, Collection, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
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


# Names that stand for one's own network wherever they are looked up (RFC 6761, 6762, 8375; .internal by ICANN).
_OWN_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa")
# IPv6 addresses in which an IPv4 address is hidden: translated (RFC 6052, 8215), and "compatible" (RFC 4291).
_TRANSLATED = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))


def reach(address: str) -> str:
    """How far an IP address reaches: public, private, link-local or loopback."""
    return max((_reach(ip) for ip in _meant(ip_address(address.partition("%")[0]))), key=_FARTHEST_FIRST.index)


_FARTHEST_FIRST = ("public", "private", "link-local", "loopback")


def _meant(ip: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """An address and those that it carries: ::ffff:127.0.0.1 is this machine, in the clothes of IPv6."""
    if isinstance(ip, IPv4Address):
        return [ip]
    carried = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if any(ip in network for network in _TRANSLATED) and int(ip) > 1:
        carried.append(IPv4Address(int(ip) & 0xFFFFFFFF))
    # What is only the clothes of another address reaches as far as that one.
    return [address for address in carried if address] or [ip]


def _reach(ip: IPv4Address | IPv6Address) -> str:
    if ip.is_loopback:
        return "loopback"
    if ip.is_link_local:
        return "link-local"
    return "public" if ip.is_global and not ip.is_multicast else "private"


def host_of(url: str) -> str:
    """The host that an address names, as a browser reads it: lower case, no odd digits or dots, no last dot.

    Raises
    ------
    Refused
        When it is not http or https, names no host, or is written so that two readers see two hosts.
    """
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    except ValueError:
        scheme, host = "", None
    # A backslash, a blank or a control character makes one reader see another host than the next.
    if scheme not in {"http", "https"} or not host or re.search(r"[\\\s\x00-\x1f\x7f]", url):
        raise Refused(f"`{url}` is no address that begins with http:// or https://")
    return re.sub(r"[。．｡]", ".", unicodedata.normalize("NFKC", host)).lower().rstrip(".")


def check_address(url: str, own_hosts: Collection[str], resolve: Resolve) -> None:
    """Refuse an address before anybody asks it.

    Parameters
    ----------
    url : str
        The address.
    own_hosts : collection of str
        The hosts of one's own network that the register names, so that they may be asked.
    resolve : callable
        Gives the IP addresses of a host.

    Raises
    ------
    Refused
        When it is not http or https, or leads to a loopback, private or link-local address that nobody named.
    """
    if inward := inward_of(url, own_hosts, resolve):
        raise Refused(
            f"{host_of(url)} is a {inward} address, one of your own network; it is not asked unless `own_hosts` in "
            "data/raw/datasets.yaml or in the study file names it"
        )


def inward_of(url: str, own_hosts: Collection[str], resolve: Resolve) -> str:
    """How an address leads into one's own network: private, link-local or loopback; empty where it does not."""
    host = host_of(url)
    if host in own_hosts:
        return ""
    if host.endswith(tuple(f".{name}" for name in _OWN_NAMES)) or host in _OWN_NAMES:
        return "loopback" if host.endswith("localhost") else "private"
    reaches = {reach(address) for address in _numbers(host) or resolve(host)}
    # A name without a dot is looked up in the domain of this machine; where it has no address, a proxy would ask it.
    inward = reaches - {"public"} or ({"private"} if not reaches and "." not in host else set())
    return min(inward, default="")


def _numbers(host: str) -> list[str]:
    """The IP address that a host is written as: also 2130706433, 0x7f.1 and 0177.0.0.1, as the system reads them."""
    try:
        return [str(ip_address(host.partition("%")[0]))]
    except ValueError:
        pass
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError:
        return []


def onward(here: str, location: str, resolve: Resolve, own_hosts: Collection[str] = ()) -> str:
    """The address that another one sends us on to, unless a stranger should not choose it for us.

    Parameters
    ----------
    here : str
        The address that sends us on.
    location : str
        What it names, whole or relative to itself.
    resolve : callable
        Gives the IP addresses of a host.
    own_hosts : collection of str
        The hosts of one's own network that the register names.

    Raises
    ------
    Refused
        From https to http; to anything but http and https; to a loopback, private or link-local address that the
        register does not name.
    """
    try:
        there = urljoin(here, location)
        inward = inward_of(there, own_hosts, resolve)
    except (Refused, ValueError):
        raise Refused(f"it sends us on to `{location}`, which is no address of the web") from None
    if urlsplit(here).scheme == "https" and urlsplit(there).scheme == "http":
        raise Refused(f"it sends us from https on to http, to {there}")
    if inward:
        raise Refused(f"it sends us on to {there}, which is a {inward} address")
    return there
