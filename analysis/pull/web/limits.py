"""How long, how large and how often a download may be, and whom of one's own network it may ask."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WebLimits:
    """Bounds of a download; sizes in bytes, times in seconds."""

    tries: int = 5
    first_wait: float = 1.0  # before the second try; it doubles from there
    longest_wait: float = 60.0  # a server that asks for more is told of instead
    connect: float = 15.0
    read: float = 60.0  # silence between two pieces of the body
    total: float = 3600.0
    wire: int = 2_000_000_000  # as it comes over the wire
    unpacked: int = 8_000_000_000
    pause: float = 1.0  # before each request, so that a host gets at most one a second
    own_hosts: tuple[str, ...] = ()  # of one's own network, which nobody else may send us to: the register names them
