"""Who is connected, and how many mails each has brought lately. In memory: a restart forgets it."""

import time
from collections import Counter
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Networks = tuple[IPv4Network | IPv6Network, ...]

UNIX = "unix"
"""What a client on a local socket is called; it has no address."""

MOST_PEERS = 10_000


def address_of(written: str) -> IPv4Address | IPv6Address | None:
    """An IP address; an IPv4 address that is written as an IPv6 one is told as what it is. None: it is none."""
    try:
        address = ip_address(written.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_one_of(peer: str, networks: Networks) -> bool:
    """Whether it is one of our own mail servers: on a local socket, or in one of these networks."""
    address = address_of(peer)
    return peer == UNIX or (address is not None and any(address in network for network in networks))


def is_on_this_machine(peer: str) -> bool:
    address = address_of(peer)
    return peer == UNIX or (address is not None and address.is_loopback)


class Crowd:
    """Counts by IPv4 address and by IPv6 network of 64 bits, which is what one client has."""

    def __init__(self, max_letters: int, period: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._max_letters = max_letters
        self._period = period
        self._clock = clock
        self._connected: Counter[str] = Counter()
        self._brought: dict[str, tuple[float, int]] = {}
        """For each: when its period began, and how many mails since. The oldest period first."""

    def enter(self, peer: str) -> None:
        self._connected[key_of(peer)] += 1

    def leave(self, peer: str) -> None:
        key = key_of(peer)
        self._connected[key] -= 1
        if self._connected[key] <= 0:
            del self._connected[key]

    def connections(self, peer: str) -> int:
        return self._connected[key_of(peer)]

    def note_letter(self, peer: str) -> None:
        key, now = key_of(peer), self._clock()
        began, count = self._brought.get(key, (now, 0))
        if now - began >= self._period:
            began, count = now, 0
        if not count:  # it goes to the end, as the newest
            self._brought.pop(key, None)
            self._make_room(now)
        self._brought[key] = (began, count + 1)

    def has_brought_enough(self, peer: str) -> bool:
        began, count = self._brought.get(key_of(peer), (0.0, 0))
        return count >= self._max_letters and self._clock() - began < self._period

    def _make_room(self, now: float) -> None:
        while self._brought:
            oldest = next(iter(self._brought))
            if len(self._brought) < MOST_PEERS and now - self._brought[oldest][0] < self._period:
                return
            del self._brought[oldest]


def key_of(peer: str) -> str:
    """What one client has: an IPv4 address, or an IPv6 network of 64 bits."""
    address = address_of(peer)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return peer if address is None else str(address)
