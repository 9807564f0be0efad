"""Mail fetched from a mailbox elsewhere: real Dovecot, the real program."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.parts import office
from tests.parts.dovecot import Dovecot, dovecot
from tests.parts.mailbox import Box
from tests.parts.program import PORTAL, Installation, serving
from tests.parts.town import CLINIC
from tests.parts.waiting import until_async

pytestmark = [pytest.mark.real("dovecot")]
NUMBERS = count(1)


@pytest.fixture(scope="module")
def _server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def box(_server: Dovecot) -> Box:
    """An empty mailbox."""
    return Box(_server, f"portal{next(NUMBERS)}@example.org")


def complaint(number: int) -> bytes:
    return b"Return-Path: <billing@lakeside.example>\r\n" + office.in_words(number).as_bytes().replace(b"\n", b"\r\n")


async def letters(place: Installation, wanted: int) -> list[dict[str, Any]]:
    """So many letters with an outcome each, the oldest first."""

    async def look() -> list[dict[str, Any]]:
        found = (await place.done("letters", "list", "--json")).json
        return found[::-1] if len(found) >= wanted and all(one["outcome"] for one in found) else []

    found = await until_async(look, f"{wanted} letters")
    assert len(found) == wanted
    return found


async def all_seen(box: Box, mails: int) -> None:
    async def look() -> bool:
        return await box.seen() == [True] * mails

    await until_async(look, f"{mails} mails to be marked")


async def test_what_is_there_and_what_comes_is_filed_then_marked(place: Installation, box: Box) -> None:
    await place.register(CLINIC)
    await box.put(complaint(1))
    await box.put(complaint(2), flags="(\\Seen)")  # somebody has opened it: that says nothing to us
    async with serving(place, settings=box.settings()):
        await all_seen(box, 2)
        await letters(place, 2)
        await box.put(complaint(3))  # the server announces it
        found = await letters(place, 3)
        await all_seen(box, 3)
    assert [one["outcome"] for one in found] == ["ticket"] * 3
    assert len(place.answers()) == 3


async def test_a_mail_counts_from_when_it_arrived_in_the_mailbox(on_sqlite: Installation, box: Box) -> None:
    await on_sqlite.register(CLINIC)
    yesterday = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    await box.put(complaint(1), arrived=yesterday)
    await box.put(complaint(2), arrived=datetime.now(UTC) + timedelta(days=3))
    await box.put(complaint(3), arrived=datetime.now(UTC) - timedelta(days=300))
    began = datetime.now(UTC).replace(microsecond=0)
    async with serving(on_sqlite, settings=box.settings()):
        found = await letters(on_sqlite, 3)
    received = [datetime.fromisoformat(one["received"]) for one in found]
    assert received[0] == yesterday
    assert began <= received[1] <= received[2] <= datetime.now(UTC)


async def test_after_a_kill_nothing_is_lost_and_nothing_is_taken_twice(on_sqlite: Installation, box: Box) -> None:
    await on_sqlite.register(CLINIC)
    for number in range(1, 13):
        await box.put(complaint(number))
    async with serving(on_sqlite, settings=box.settings()) as server:

        async def begun() -> bool:
            return "by IMAP" in await asyncio.to_thread(server.log.read_text)

        await until_async(begun, "the first mail to be kept")
        await server.kill()
    async with serving(on_sqlite, settings=box.settings()):
        await all_seen(box, 12)
        found = await letters(on_sqlite, 12)
    assert [one["outcome"] for one in found] == ["ticket"] * 12
    assert len({answer["In-Reply-To"] for answer in on_sqlite.answers()}) == 12


async def test_when_uids_mean_other_mails_all_are_looked_at_and_known_ones_stay_one(
    on_sqlite: Installation, box: Box
) -> None:
    await on_sqlite.register(CLINIC)
    await box.put(complaint(1))
    async with serving(on_sqlite, settings=box.settings()):
        await letters(on_sqlite, 1)
    await box.recreate()
    await box.put(complaint(2))
    async with serving(on_sqlite, settings=box.settings()):
        await all_seen(box, 2)
        found = await letters(on_sqlite, 2)
    assert [one["outcome"] for one in found] == ["ticket"] * 2


async def test_odd_mails_stop_no_other(on_sqlite: Installation, box: Box) -> None:
    """Without a Message-ID, empty, not a mail at all, hostile, far too large: each is taken or put off, and the last
    one is filed."""
    await on_sqlite.register(CLINIC)
    plain = complaint(1)
    odd = [
        re.sub(rb"Message-ID: [^\r]*\r\n", b"", plain),
        b"\r\n",
        b"\xff\xfe no mail at all \x80\r\n",
        b"Subject: x\r\n" * 20_000 + b"\r\n",
        b"From: a@b.example\r\n\r\n" + b"x" * 70 * 2**10,
        b"From: a@b.example\r\n\r\n" + b"0123456789abcdef\r\n" * (26 * 2**20 // 18),
    ]
    for raw in [*odd, complaint(2)]:
        await box.put(raw)
    async with serving(on_sqlite, settings=box.settings()) as server:
        found = await letters(on_sqlite, len(odd))  # all but the one that is too large
        log = await asyncio.to_thread(server.log.read_text)
        (left,) = (await on_sqlite.done("letters", "mailbox", "--json")).json
        table = await on_sqlite.done("letters", "mailbox")
        checks = (await on_sqlite.run("doctor", "--json", settings=box.settings())).json["checks"]
    assert (left["uid"], left["why"]) == (6, "larger than 25 MiB: not fetched")
    assert "not fetched" in table.out
    by_name = {check["name"]: check for check in checks}
    assert by_name["mailbox"]["ok"]
    assert "1 left in the mailbox since" in by_name["letters"]["found"]
    assert found[-1]["outcome"] == "ticket"
    assert found[0]["outcome"] == "ticket"
    assert await box.seen() == [True] * 5 + [False, True]
    assert "put off: larger than 25 MiB: not fetched" in log


async def test_the_doctor_signs_in_to_the_mailbox_and_says_which_folder_is_not_there(
    on_sqlite: Installation, box: Box
) -> None:
    await box.put(complaint(1))
    for folder, found in (("Complaints", ""), ("Nowhere", ": there is no folder Nowhere")):
        settings = box.settings() | {"RECOURSE_SMTP_LISTEN": ""}
        settings["RECOURSE_IMAP"] = settings["RECOURSE_IMAP"].replace("Complaints", folder)
        checks = (await on_sqlite.run("doctor", "--json", settings=settings)).json["checks"]
        by_name = {check["name"]: check for check in checks}
        where = f"{box.address} at 127.0.0.1:{box.server.imap_port}, folder {folder}"
        assert (by_name["mailbox"]["found"], by_name["mailbox"]["ok"]) == (where + found, not found)
        assert by_name["mail in"]["found"] == "fetched from a mailbox only"
    assert await box.seen() == [False]


async def test_a_wrong_password_is_told_and_mail_comes_once_it_is_right(on_sqlite: Installation, box: Box) -> None:
    await on_sqlite.register(CLINIC)
    await box.put(complaint(1))
    async with serving(on_sqlite, settings=box.settings() | {"RECOURSE_IMAP_PASSWORD": "wrong"}) as server:

        async def told() -> bool:
            return "refuses our user name, password or token" in await asyncio.to_thread(server.log.read_text)

        await until_async(told, "the refusal to be told")
        wrong = box.settings() | {"RECOURSE_IMAP_PASSWORD": "wrong"}
        checks = (await on_sqlite.run("doctor", "--json", settings=wrong)).json["checks"]
        assert [check["mend"][:22] for check in checks if check["name"] == "mailbox"] == ["Correct RECOURSE_IMAP "]
        assert await server.stop() == 0
    async with serving(on_sqlite, settings=box.settings()):
        assert (await letters(on_sqlite, 1))[0]["outcome"] == "ticket"


async def test_a_bounce_in_the_mailbox_is_known_by_where_it_was_delivered_to(on_sqlite: Installation, box: Box) -> None:
    """The mailbox has no envelope; the signed address stands in Delivered-To."""
    await on_sqlite.register(CLINIC)
    await box.put(complaint(1))
    async with serving(on_sqlite, settings=box.settings()):
        await letters(on_sqlite, 1)
        answer = on_sqlite.answers()[0]
        back = answer["Return-Path"].strip("<>") if answer["Return-Path"] else ""
        assert back.startswith(PORTAL.partition("@")[0] + "+b.")
        await box.put(
            f"Return-Path: <>\r\nDelivered-To: {back}\r\nFrom: MAILER-DAEMON@lakeside.example\r\n"
            "Auto-Submitted: auto-replied\r\nSubject: Out of office\r\n\r\nBack on Monday\r\n".encode()
        )
        found = await letters(on_sqlite, 2)
    assert found[1]["outcome"] == "bounce"
    assert len(on_sqlite.answers()) == 1
