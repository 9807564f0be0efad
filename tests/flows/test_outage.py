"""The DNS is down, then says SERVFAIL, then is back: mail through a real Postfix meanwhile."""

import asyncio
import re
import smtplib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.policy import SMTP
from email.utils import format_datetime
from itertools import count
from typing import Any

import pytest

from tests.parts import office
from tests.parts.name_server import Fault, NameServer, name_server
from tests.parts.postfix import Postfix, postfix, postfix_before_queue
from tests.parts.program import PORTAL, Installation, Server, serving
from tests.parts.signing import ed25519_key, signed
from tests.parts.town import CLINIC, Town
from tests.parts.waiting import free_port, until_async

pytestmark = [pytest.mark.real("postfix"), pytest.mark.real("dovecot")]
NUMBERS = count(100)
DOMAIN = CLINIC.partition("@")[2]
KEY = f"s1._domainkey.{DOMAIN}"


@pytest.fixture
def dns() -> Iterator[NameServer]:
    """With the clinic's key, policy and SPF record."""
    with name_server() as server:
        server.txt(KEY, ed25519_key().record)
        server.txt(f"_dmarc.{DOMAIN}", "v=DMARC1; p=reject")
        server.txt(DOMAIN, "v=spf1 ip4:192.0.2.0/24 -all")
        yield server


@dataclass(frozen=True, slots=True)
class Mail:
    message_id: str
    raw: bytes


def genuine() -> Mail:
    mail = office.in_words(next(NUMBERS))
    mail["Date"] = format_datetime(datetime.now(UTC))  # else Postfix adds one, and the signature is broken
    return Mail(str(mail["Message-ID"]), signed(mail.as_bytes(policy=SMTP), DOMAIN, key=ed25519_key()))


def altered() -> Mail:
    mail = genuine()
    return Mail(mail.message_id, re.sub(rb"Tracking number: W", b"Tracking number: X", mail.raw))


def unsigned() -> Mail:
    mail = office.in_words(next(NUMBERS))
    return Mail(str(mail["Message-ID"]), mail.as_bytes(policy=SMTP))


async def post(port: int, mail: Mail) -> tuple[int, str]:
    """The reply to a mail as a client hears it."""

    def send() -> tuple[int, str]:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            try:
                client.sendmail(CLINIC, [PORTAL], mail.raw)
            except smtplib.SMTPResponseException as refused:
                return refused.smtp_code, str(refused.smtp_error)
            except smtplib.SMTPRecipientsRefused as refused:
                (reply,) = refused.recipients.values()
                return reply[0], str(reply[1])
            return 250, ""

    return await asyncio.to_thread(send)


async def outcomes(place: Installation, wanted: int) -> dict[str, int]:
    """How many letters came to which end, when there are so many and each has one."""

    async def look() -> list[Any]:
        found = (await place.done("letters", "list", "--json")).json
        return found if len(found) == wanted and all(one["outcome"] for one in found) else []

    letters = await until_async(look, f"{wanted} letters with an outcome", seconds=90)
    return {word: sum(one["outcome"] == word for one in letters) for word in {one["outcome"] for one in letters}}


async def refused_so_often(server: Server, why: str, times: int) -> None:
    """Wait until so many mails were told to come again for that reason."""

    async def look() -> bool:
        return (await asyncio.to_thread(server.log.read_text)).count(why) >= times

    await until_async(look, f"{times} times {why!r}", seconds=90)


async def answered_once_each_and_nothing_else(town: Town, mails: list[Mail]) -> None:
    """The clinic has one receipt for each of its mails, and no bounce."""

    async def look() -> list[str]:
        found = [str(mail["In-Reply-To"]) for mail in await town.mailboxes.mails(CLINIC)]
        return found if len(found) >= len(mails) else []

    assert sorted(await until_async(look, "the answers", seconds=90)) == sorted(mail.message_id for mail in mails)


@asynccontextmanager
async def verifying(place: Installation, dns: NameServer, **listen: str) -> AsyncIterator[Server]:
    await place.register(CLINIC)
    settings = {"RECOURSE_SENDER_CHECK": "verify", "RECOURSE_DNS": dns.address}
    async with serving(place, settings=settings | listen) as server:
        yield server


@pytest.fixture
def behind_a_queue(town: Town) -> Iterator[tuple[Postfix, int]]:
    """A Postfix, and the port where it looks for Recourse."""
    with town.another_postfix("lmtp") as found:
        yield found


@pytest.fixture
def before_its_queue(town: Town) -> Iterator[tuple[Postfix, int]]:
    port = free_port()
    with postfix_before_queue(portal=PORTAL, portal_port=port, mailboxes=town.mailboxes) as front:
        yield front, port


@pytest.fixture
def clinics(town: Town, before_its_queue: tuple[Postfix, int]) -> Iterator[Postfix]:
    """The clinic's own server, which sends to ours."""
    with postfix(portal=PORTAL, portal_port=before_its_queue[0].port, mailboxes=town.mailboxes) as server:
        yield server


async def test_behind_a_queue_mail_waits_there_and_what_is_forged_lies_apart_in_silence(
    town: Town, on_sqlite: Installation, dns: NameServer, behind_a_queue: tuple[Postfix, int]
) -> None:
    place, (front, port) = town.answering(on_sqlite), behind_a_queue
    good = [genuine() for _ in range(3)]
    bad = [altered(), unsigned()]
    async with verifying(place, dns, RECOURSE_LMTP_LISTEN=f"127.0.0.1:{port}") as server:
        dns.fault = Fault.SILENT
        for mail in (*good, *bad):
            assert (await post(front.port, mail))[0] == 250  # Postfix has it in its queue
        await refused_so_often(server, "was deferred: 4.4.3", 5)
        dns.fault = Fault.SERVFAIL
        await refused_so_often(server, "was deferred: 4.4.3", 12)
        assert (await place.done("letters", "list", "--json")).json == []
        dns.fault = None
        assert await outcomes(place, 5) == {"ticket": 3, "quarantine": 2}
        await answered_once_each_and_nothing_else(town, good)
        assert not front.logged("status=bounced")
        reconciled = await place.done("letters", "reconcile", "--json")
    assert reconciled.code == 0


async def test_before_the_queue_each_client_hears_it_and_the_senders_own_server_tries_again(
    town: Town, on_sqlite: Installation, dns: NameServer, before_its_queue: tuple[Postfix, int], clinics: Postfix
) -> None:
    place, (front, port) = town.answering(on_sqlite), before_its_queue
    good = [genuine() for _ in range(3)]
    async with verifying(place, dns, RECOURSE_SMTP_LISTEN=f"127.0.0.1:{port}") as server:
        dns.fault = Fault.SILENT
        for mail in good:
            assert (await post(clinics.port, mail))[0] == 250  # the clinic's own server has it
        assert (await post(front.port, altered()))[0] == 451
        await refused_so_often(server, "was deferred: 4.4.3", 4)
        dns.fault = Fault.SERVFAIL
        assert (await post(front.port, unsigned()))[0] == 451
        dns.fault = None
        assert await outcomes(place, 3) == {"ticket": 3}
        for mail in (altered(), unsigned()):
            code, why = await post(front.port, mail)
            assert (code, "5.7.26 Mail must be signed (DKIM)" in why) == (550, True)
        await answered_once_each_and_nothing_else(town, good)
        assert not _bounced(front)
        assert not _bounced(clinics)
        assert await outcomes(place, 3) == {"ticket": 3}


def _bounced(server: Postfix) -> bool:
    return server.logged("status=bounced")
