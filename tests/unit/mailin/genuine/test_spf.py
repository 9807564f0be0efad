"""SPF beside what the whole check makes of it."""

import asyncio

import pytest

from mailin.genuine.resolving import DnsTrouble
from mailin.genuine.spf import may_send

SENDER = "billing@clinic.example"


class Records:
    """A `Resolver` over dicts; `slow` names are never answered, `troubled` ones nobody can say."""

    def __init__(self, txt: dict[str, str] | None = None, slow: str = "", troubled: str = "") -> None:
        self._txt = txt or {}
        self._slow = slow
        self._troubled = troubled
        self.asked: list[str] = []
        self.begun = asyncio.Event()
        self.given_up = asyncio.Event()

    async def txt(self, name: str) -> tuple[bytes, ...]:
        self.asked.append(name)
        if name == self._slow:
            self.begun.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.given_up.set()
                raise
        if name == self._troubled:
            raise DnsTrouble("SERVFAIL")
        return (self._txt[name].encode(),) if name in self._txt else ()

    async def addresses(self, name: str, version: int) -> tuple[str, ...]:
        self.asked.append(name)
        return ()

    async def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        return ()

    async def ptr(self, address: str) -> tuple[str, ...]:
        return ("mail.clinic.example",)


async def test_who_no_longer_waits_asks_nothing_more() -> None:
    records = Records(slow="clinic.example")
    asking = asyncio.create_task(may_send("192.0.2.10", SENDER, "mx.clinic.example", records))
    await records.begun.wait()
    asking.cancel()
    await records.given_up.wait()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert records.asked == ["clinic.example"]


@pytest.mark.parametrize(
    ("record", "word"),
    [
        ("v=spf1 ip4:192.0.2.10 -all", "pass"),
        ("v=spf1 -all", "fail"),
        ("v=spf1 ~all", "softfail"),
        ("v=spf1 ?all", "neutral"),
        ("v=spf2 +all", "none"),
        ("v=spf1 nonsense -all", "permerror"),
        ("v=spf1 include:troubled.example -all", "temperror"),
        ("v=spf1 ip4:192.0.2.10 include:troubled.example -all", "pass"),
        ("v=spf1 a:a.example a:b.example a:c.example +all", "permerror"),  # three names that are not there
        ("v=spf1 " + " ".join(f"include:i{number}.example" for number in range(11)) + " +all", "permerror"),
        ("v=spf1 redirect=other.example", "pass"),
        ("v=spf1 redirect=clinic.example", "permerror"),
    ],
)
async def test_a_record_is_worth_what_the_standard_says(record: str, word: str) -> None:
    others = {f"i{number}.example": "v=spf1 ?all" for number in range(11)} | {
        "other.example": "v=spf1 ip4:192.0.2.0/24 -all"
    }
    records = Records({"clinic.example": record} | others, troubled="troubled.example")
    assert await may_send("192.0.2.10", SENDER, "mx.clinic.example", records) == word


@pytest.mark.parametrize("peer", ["", "unix", "300.1.1.1", "mx.clinic.example"])
async def test_who_has_no_address_may_send_for_nobody(peer: str) -> None:
    assert await may_send(peer, SENDER, "mx.clinic.example", Records({"clinic.example": "v=spf1 +all"})) == "none"
