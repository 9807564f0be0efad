"""May this client send for that domain (RFC 7208)? pyspf evaluates, our resolver asks.

pyspf is synchronous, so it runs in a thread, and each of its questions goes back to the loop's resolver. The threads
are few and of its own: whose DNS is slow on purpose holds up nobody but those who have no signature either.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from ipaddress import IPv6Address, ip_address
from typing import Any, TypeVar

import spf

from mailin.genuine.resolving import DnsTrouble, Resolver

T = TypeVar("T")

_SECONDS = 12.0
"""For all of an evaluation's questions together."""
_LONGEST_NAME = 255
_THREADS = ThreadPoolExecutor(8, thread_name_prefix="spf")
_SURPRISES = (ArithmeticError, AssertionError, AttributeError, LookupError, OSError, TypeError, ValueError)
"""What pyspf raises over records and names that its author never thought of."""


class _Questions:
    """Asks on the loop, from a thread, until the time is over or nobody waits any more."""

    def __init__(self, resolver: Resolver, loop: asyncio.AbstractEventLoop) -> None:
        self._resolver = resolver
        self._loop = loop
        self._ends = loop.time() + _SECONDS
        self._open: Future[Any] | None = None

    def end(self) -> None:
        self._ends = 0.0
        if self._open is not None:
            self._open.cancel()

    def ask(self, name: str, kind: str, peer: str) -> list[Any]:
        """In the forms that pyspf has its answers in."""
        if not name or len(name) > _LONGEST_NAME:
            return []
        match kind:
            case "TXT":
                return [(text,) for text in self._wait(self._resolver.txt(name))]
            case "MX":
                return list(self._wait(self._resolver.mx(name)))
            case "A" | "AAAA":
                return list(self._wait(self._resolver.addresses(name, 4 if kind == "A" else 6)))
            case "PTR":
                return list(self._wait(self._resolver.ptr(peer)))
        return []

    def _wait(self, question: Coroutine[Any, Any, T]) -> T:
        left = self._ends - self._loop.time()
        if left <= 0:
            question.close()
            raise TimeoutError
        asked = asyncio.run_coroutine_threadsafe(question, self._loop)
        self._open = asked
        try:
            return asked.result(left)
        finally:
            asked.cancel()


class _Query(spf.query):  # type: ignore[misc]  # pyspf has no types
    """pyspf's evaluation with our resolver in place of its own."""

    def __init__(self, peer: str, sender: str, helo: str, questions: _Questions) -> None:
        super().__init__(i=peer, s=sender, h=helo, strict=True, querytime=0)
        self._questions = questions
        self._answers: dict[tuple[str, str], list[Any]] = {}

    def dns(self, name: str, qtype: str, cnames: object = None, ignore_void: bool = False) -> list[Any]:  # noqa: ARG002
        asked = str(name).lower().rstrip(".")
        if (asked, qtype) not in self._answers:
            try:
                self._answers[asked, qtype] = self._questions.ask(asked, qtype, self.c)
            except DnsTrouble as trouble:
                raise spf.TempError(f"DNS {trouble}") from trouble
            except (TimeoutError, CancelledError):
                raise spf.TempError("DNS too slow") from None
        found = self._answers[asked, qtype]
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("too many names that are not there")
        return list(found)


async def may_send(peer: str, mail_from: str, helo: str, resolver: Resolver) -> str:
    """RFC 7208's word: pass, fail, softfail, neutral, none, permerror or temperror."""
    if mail_from.count("@") > 1 or not _is_address(peer):
        return "none"  # readers do not agree where its domain begins
    loop = asyncio.get_running_loop()
    questions = _Questions(resolver, loop)
    try:
        return await loop.run_in_executor(_THREADS, _word, _plain(peer), mail_from, helo, questions)
    finally:
        questions.end()


def _word(peer: str, mail_from: str, helo: str, questions: _Questions) -> str:
    try:
        result, _, _ = _Query(peer, mail_from, helo, questions).check()
    except (spf.PermError, spf.AmbiguityWarning, *_SURPRISES):
        return "permerror"  # nobody's permission
    return str(result).lower()


def _is_address(peer: str) -> bool:
    try:
        ip_address(peer)
    except ValueError:
        return False
    return True


def _plain(peer: str) -> str:
    """An IPv4 address that came in the form of IPv6, as itself."""
    address = ip_address(peer)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
