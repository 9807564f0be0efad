"""How much one visit, one address and all together may ask of the web pages. Counted in this process only."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address

MOST_KEYS = 20_000


@dataclass(slots=True)
class Budget:
    """For each key `burst` at once, and `rate` a second in the long run."""

    rate: float
    burst: float
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)  # key → what was left, and when

    def spend(self, key: str, now: float | None = None) -> bool:
        """Take one; False when there is none."""
        now = time.monotonic() if now is None else now
        left = self._now(key, now)
        if left < 1:
            return False
        self._left[key] = (left - 1, now)
        if len(self._left) > MOST_KEYS:
            self._forget(now)
        return True

    def seconds_until_one(self, key: str, now: float | None = None) -> float:
        """How long until `spend` succeeds."""
        now = time.monotonic() if now is None else now
        return max(0.0, (1 - self._now(key, now)) / self.rate)

    def _now(self, key: str, now: float) -> float:
        left, then = self._left.get(key, (self.burst, now))
        return min(self.burst, left + (now - then) * self.rate)

    def _forget(self, now: float) -> None:
        """Keys whose budget is whole again; if that is not enough, all: memory has a limit, and new ones must count."""
        self._left = {key: value for key, value in self._left.items() if self._now(key, now) < self.burst}
        if len(self._left) > MOST_KEYS:
            self._left.clear()


def address_key(host: str) -> str | None:
    """What counts as one address: an IPv6 network of 64 bits. None for this machine, which is not limited: a web
    server in front that does not say for whom it asks would else be one address for everybody."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.is_loopback:
        return None
    return str(IPv6Address(int(address) >> 64 << 64)) if isinstance(address, IPv6Address) else host


@dataclass(slots=True)
class Limits:
    """All budgets of one process. A clinic's people share an address, so that has more than one visit."""

    starts: Budget = field(default_factory=lambda: Budget(rate=0.2, burst=20))
    posts_of_address: Budget = field(default_factory=lambda: Budget(rate=10, burst=120))
    posts_of_visit: Budget = field(default_factory=lambda: Budget(rate=1, burst=30))
    files_of_visit: Budget = field(default_factory=lambda: Budget(rate=0.1, burst=20))
    sockets: int = 5_000
    sockets_of_address: int = 300
    sockets_of_visit: int = 8
    _open: Counter[str] = field(default_factory=Counter)

    def may_post(self, host: str) -> bool:
        key = address_key(host)
        return key is None or self.posts_of_address.spend(key)

    def may_start(self, host: str) -> bool:
        key = address_key(host)
        return key is None or self.starts.spend(key)

    @contextmanager
    def socket(self, conversation_id: int, host: str) -> Iterator[bool]:
        """Count a socket while it is open; False: there are too many."""
        key = address_key(host)
        caps = {"all": self.sockets, f"visit {conversation_id}": self.sockets_of_visit}
        if key is not None:
            caps[f"address {key}"] = self.sockets_of_address
        if any(self._open[name] >= cap for name, cap in caps.items()):
            yield False
            return
        self._open.update(caps.keys())
        try:
            yield True
        finally:
            self._open.subtract(caps.keys())
            for name in caps:
                if not self._open[name]:
                    del self._open[name]
