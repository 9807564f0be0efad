"""May this client send for that domain (RFC 7208)? pyspf evaluates, our resolver asks.

pyspf is synchronous, so it runs in a thread, and each of its questions goes back to the loop's resolver.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import spf

from mailin.genuine.resolving import DnsTrouble, Resolver

T = TypeVar("T")

_SECONDS = 15.0
"""For all of an evaluation's questions together."""
_LONGEST_NAME = 255


class _Query(spf.query):  # type: ignore[misc]  # pyspf has no types
    """pyspf's evaluation with our resolver in place of its own."""

    def __init__(self, peer: str, sender: str, helo: str, resolver: Resolver, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(i=peer, s=sender, h=helo, strict=True, querytime=0)
        self._resolver = resolver
        self._loop = loop
        self._answers: dict[tuple[str, str], list[Any]] = {}

    def dns(self, name: str, qtype: str, cnames: object = None, ignore_void: bool = False) -> list[Any]:  # noqa: ARG002
        asked = str(name).lower().rstrip(".")
        if (asked, qtype) not in self._answers:
            try:
                self._answers[asked, qtype] = self._ask(asked, qtype)
            except DnsTrouble as trouble:
                raise spf.TempError(f"DNS {trouble}") from trouble
        found = self._answers[asked, qtype]
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("too many names that are not there")
        return list(found)

    def _ask(self, name: str, qtype: str) -> list[Any]:
        if not name or len(name) > _LONGEST_NAME:
            return []
        if qtype == "TXT":
            return [(text,) for text in self._wait(self._resolver.txt(name))]
        if qtype == "MX":
            return list(self._wait(self._resolver.mx(name)))
        if qtype in ("A", "AAAA"):
            return list(self._wait(self._resolver.addresses(name, 4 if qtype == "A" else 6)))
        if qtype == "PTR":
            return list(self._wait(self._resolver.ptr(self.c)))
        return []

    def _wait(self, question: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(question, self._loop).result(_SECONDS)


async def may_send(peer: str, mail_from: str, helo: str, resolver: Resolver) -> str:
    """RFC 7208's word: pass, fail, softfail, neutral, none, permerror or temperror."""
    if not peer:
        return "none"
    loop = asyncio.get_running_loop()
    make: Callable[[], _Query] = lambda: _Query(peer, mail_from, helo, resolver, loop)  # noqa: E731
    return await asyncio.to_thread(lambda: _word(make))


def _word(make: Callable[[], _Query]) -> str:
    try:
        result, _, _ = make().check()
    except TimeoutError:
        return "temperror"
    except (spf.PermError, spf.AmbiguityWarning, ValueError, IndexError, UnicodeError):
        return "permerror"  # what its author never thought of is nobody's permission
    return str(result).lower()
