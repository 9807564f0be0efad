"""Real Postfix before the receiver, with the lines we ship: what reaches the real client, and that nothing bounces."""

import asyncio
import smtplib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network

import pytest

from mailin.arriving import Kept, Received, Refused, Taken, TryAgain, Way
from mailin.receiver import Receiver, Rules, start_receiver
from tests.parts import swaks
from tests.parts.dovecot import Dovecot, dovecot
from tests.parts.postfix import Postfix, postfix, postfix_before_queue
from tests.parts.program import PORTAL
from tests.parts.town import CLINIC, OUTSIDE
from tests.parts.waiting import free_port, until_async

pytestmark = [pytest.mark.real("postfix"), pytest.mark.real("dovecot"), pytest.mark.real("swaks")]

RETURN = PORTAL.replace("@", "+b.7.k3fx2a@")
"""A bounce address of ours, as far as these tests go."""


def accepts(written: str) -> str | None:
    return {PORTAL: PORTAL, RETURN: RETURN}.get(written.lower())


@dataclass
class Desk:
    """Answers mails as it is told, and keeps what it is given."""

    answers: list[Taken] = field(default_factory=list)
    """What is said to the next ones; after these each is kept."""
    brought: list[Received] = field(default_factory=list)

    async def store(self, received: Received) -> Taken:
        self.brought.append(received)
        return self.answers.pop(0) if self.answers else Kept(len(self.brought))


@asynccontextmanager
async def receiving(port: int, *, lmtp: bool) -> AsyncIterator[Desk]:
    desk = Desk()
    rules = Rules(PORTAL, accepts, lmtp=lmtp, trusted=(ip_network("127.0.0.0/8"),))
    receiver: Receiver = await start_receiver(f"127.0.0.1:{port}", rules, desk.store)
    try:
        yield desk
    finally:
        await receiver.close(5)


@pytest.fixture(scope="module")
def mailboxes() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture(scope="module")
def before(mailboxes: Dovecot) -> Iterator[tuple[Postfix, int]]:
    port = free_port()
    with postfix_before_queue(portal=PORTAL, portal_port=port, mailboxes=mailboxes) as server:
        yield server, port


@pytest.fixture(scope="module")
def after(mailboxes: Dovecot) -> Iterator[tuple[Postfix, int]]:
    port = free_port()
    with postfix(portal=PORTAL, portal_port=port, mailboxes=mailboxes, protocol="lmtp") as server:
        yield server, port


async def mail_in(server: Postfix, to: str = PORTAL, sender: str = CLINIC) -> swaks.Sent:
    return await swaks.send(server.port, sender=sender, to=to, client=OUTSIDE)


def assert_from_outside(received: Received, way: Way) -> None:
    assert (received.peer, received.helo, received.handed_over_by) == (OUTSIDE, "mail.example.org", "127.0.0.1")
    assert received.way is way
    assert received.mail_from == CLINIC


async def test_before_the_queue_our_word_reaches_the_real_client(before: tuple[Postfix, int]) -> None:
    server, port = before
    async with receiving(port, lmtp=False) as desk:
        desk.answers = [
            Kept(7),
            Refused("5.7.1 Not signed by the domain in From"),
            TryAgain("4.4.3 The DNS does not answer"),
        ]
        kept, refused, deferred = [await mail_in(server) for _ in range(3)]
    assert kept.code == 0
    assert "250 2.0.0 kept as letter 7" in kept.transcript
    for sent, line in (
        (refused, "550 5.7.1 Not signed by the domain in From"),
        (deferred, "451 4.4.3 The DNS does not answer"),
    ):
        assert sent.code == 26, sent.transcript
        assert line in sent.transcript
    for received in desk.brought:
        assert_from_outside(received, Way.SMTP)
        assert received.faces_client
    assert len(desk.brought) == 3, "Postfix has nothing in its queue to try again"


async def test_before_the_queue_mail_for_others_is_not_ours(before: tuple[Postfix, int]) -> None:
    server, port = before
    async with receiving(port, lmtp=False) as desk:
        other = await mail_in(server, to=CLINIC)
        made_up = await mail_in(server, to=PORTAL.replace("@", "+b.8.wrong@"))
        back = await mail_in(server, to=RETURN, sender="<>")
    assert (other.code, made_up.code, back.code) == (24, 26, 0), made_up.transcript
    assert "550 5.1.1 No such mailbox here" in made_up.transcript
    assert [(received.recipient, received.mail_from) for received in desk.brought] == [(RETURN, "")]


async def test_before_the_queue_while_we_are_away_the_client_keeps_it(before: tuple[Postfix, int]) -> None:
    server, _ = before
    sent = await mail_in(server)
    assert sent.code == 26
    assert "451 4.3.0 " in sent.transcript


async def test_after_the_queue_mail_comes_with_its_real_client_and_is_tried_again(
    after: tuple[Postfix, int], mailboxes: Dovecot
) -> None:
    """Whatever is said, Postfix keeps the mail and the sender hears nothing: he may be forged."""
    server, port = after
    mailboxes.empty(CLINIC)
    async with receiving(port, lmtp=True) as desk:
        desk.answers = [TryAgain("4.4.3 The DNS does not answer"), Refused("5.7.1 Never for a mail out of a queue")]
        assert (await mail_in(server)).code == 0

        async def third() -> bool:
            return len(desk.brought) == 3

        await until_async(third, "the third try")
    for received in desk.brought:
        assert_from_outside(received, Way.LMTP)
        assert not received.faces_client
    assert server.logged("status=deferred")
    assert not server.logged("status=bounced")
    assert await mailboxes.mails(CLINIC) == []


async def test_after_the_queue_made_up_return_addresses_are_refused_at_the_edge(after: tuple[Postfix, int]) -> None:
    """Postfix asks us about the recipient before it takes the mail, so there is nothing to bounce."""
    server, port = after
    async with receiving(port, lmtp=True) as desk:
        made_up = await mail_in(server, to=PORTAL.replace("@", "+b.8.wrong@"))
        back = await mail_in(server, to=RETURN, sender="<>")

        async def come() -> bool:
            return bool(desk.brought)

        await until_async(come, "the mail to the return address")
    assert made_up.code == 24, made_up.transcript
    assert "550 5.1.1" in made_up.transcript
    assert back.code == 0, back.transcript
    assert [(received.recipient, received.mail_from) for received in desk.brought] == [(RETURN, "")]
    assert not server.logged("status=bounced")


async def test_a_large_mail_comes_through_either_door(before: tuple[Postfix, int], after: tuple[Postfix, int]) -> None:
    raw = b"From: %s\r\nSubject: large\r\n\r\n" % CLINIC.encode() + (b"x" * 76 + b"\r\n") * 310_000
    for (server, port), lmtp in ((before, False), (after, True)):
        async with receiving(port, lmtp=lmtp) as desk:
            await asyncio.to_thread(_send, server.port, raw)

            async def come(desk: Desk = desk) -> bool:
                return bool(desk.brought)

            await until_async(come, "the large mail")
        assert desk.brought[0].raw.endswith(raw.partition(b"\r\n\r\n")[2])


def _send(port: int, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(CLINIC, [PORTAL], raw)
