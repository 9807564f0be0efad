"""Real SMTP and LMTP over loopback against the real receiver."""

import asyncio
import contextlib
import logging
import smtplib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from complaints.errors import Unavailable
from mailin.arriving import Kept, Received, Taken
from mailin.receiver import Limits, Receiver, Rules, only, start_receiver

ADDRESS = "Complaints@recourse.example"
MAIL = b"From: ann@clinic.example\r\nSubject: x\r\n\r\n.one dot\r\n..two\r\n\xff\0 bare \n and \r\r\nend\r\n"

Start = Callable[..., Awaitable[tuple[Receiver, list[Received]]]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    receivers: list[Receiver] = []

    async def begin(
        store: Callable[[Received], Awaitable[Taken]] | None = None,
        *,
        lmtp: bool = False,
        listen: str = "127.0.0.1:0",
        settings: dict[str, Any] | None = None,
        **limits: float,
    ) -> tuple[Receiver, list[Received]]:
        kept: list[Received] = []

        async def keep(received: Received) -> Taken:
            kept.append(received)
            return Kept(len(kept))

        allowed = Limits(**limits)  # type: ignore[arg-type]
        rules: dict[str, Any] = {"mail_address": ADDRESS, "accepts": only(ADDRESS), "limits": allowed, "lmtp": lmtp}
        receiver = await start_receiver(listen, Rules(**rules | (settings or {})), store or keep)
        receivers.append(receiver)
        return receiver, kept

    yield begin
    while Client.opened:
        client = Client.opened.pop()
        client.leave()
        with contextlib.suppress(ConnectionError):
            await client.writer.wait_closed()
    for receiver in receivers:
        await receiver.close(5)


class Client:
    """A client that says exactly what it is told."""

    opened: ClassVar[list["Client"]] = []

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.opened.append(self)

    @classmethod
    async def connect(cls, receiver: Receiver) -> "Client":
        return cls(*await asyncio.open_connection("127.0.0.1", receiver.port))

    @classmethod
    async def ready(cls, receiver: Receiver) -> "Client":
        """Greeted, and an envelope given: DATA may follow."""
        client = await cls.connect(receiver)
        assert (await client.reply()).startswith("220 ")
        hello = b"LHLO x" if receiver.lmtp else b"EHLO x"
        for line in (hello, b"MAIL FROM:<ann@clinic.example>", b"RCPT TO:<complaints@recourse.example>"):
            assert (await client.say(line)).startswith("250")
        return client

    async def reply(self) -> str:
        """The last line of one reply; "" when the other side has hung up."""
        while line := await self.reader.readline():
            if line[3:4] != b"-":
                return line.decode()
        return ""

    async def say(self, line: bytes) -> str:
        self.writer.write(line + b"\r\n")
        return await self.reply()

    async def data(self, body: bytes) -> str:
        assert (await self.say(b"DATA")).startswith("354")
        return await self.say(body + b"\r\n.")

    def leave(self) -> None:
        self.writer.transport.abort()


async def in_thread(work: Callable[[], object]) -> object:
    return await asyncio.to_thread(work)


async def test_what_is_stored_is_what_was_sent(start: Start) -> None:
    receiver, kept = await start()

    def send() -> object:
        with smtplib.SMTP("127.0.0.1", receiver.port) as client:
            assert client.ehlo()[0] == 250
            assert client.esmtp_features["size"] == str(Limits().max_size)
            client.mail("Ann@clinic.example", ["SIZE=200", "BODY=8BITMIME"])
            client.rcpt("COMPLAINTS@Recourse.EXAMPLE")
            client.docmd("DATA")
            client.send(MAIL.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            return client.getreply()

    before = datetime.now(UTC)
    assert await in_thread(send) == (250, b"2.0.0 kept as letter 1")
    (received,) = kept
    assert received.raw == MAIL
    assert (received.mail_from, received.recipient, received.peer) == ("Ann@clinic.example", ADDRESS, "127.0.0.1")
    assert before <= received.received <= datetime.now(UTC)


async def test_several_mails_over_one_connection_and_an_address_beyond_ascii(start: Start) -> None:
    receiver, kept = await start()

    def send() -> object:
        with smtplib.SMTP("127.0.0.1", receiver.port) as client:
            for number in range(5):
                client.sendmail("ann@clinic.example", [ADDRESS], b"Subject: %d\r\n\r\nx\r\n" % number)
            client.sendmail("jörg@bücher.example", [ADDRESS], b"x\r\n", mail_options=["SMTPUTF8", "BODY=8BITMIME"])
        return None

    await in_thread(send)
    assert [received.raw for received in kept[:5]] == [b"Subject: %d\r\n\r\nx\r\n" % number for number in range(5)]
    assert kept[5].mail_from == "jörg@bücher.example"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"MAIL FROM:<ann@clinic.example>", "250"),
        (b"MAIL FROM:<>", "250"),
        (b"MAIL FROM:<a\0b@clinic.example>", "553"),
        (b"MAIL FROM:<a\rb@clinic.example>", "553"),
        (b"MAIL FROM:<a\tb@clinic.example>", "553"),
        (b"MAIL FROM:<a@clinic.example", "553"),
        (b"MAIL FROM:<a@clinic.example> SIZE=x", "501"),
        (b"MAIL FROM:<", "553"),
        (b"MAIL FROM:<ann>", "553"),
        (b"MAIL FROM:<\xff@clinic.example>", "553"),
        (b"MAIL FROM:<@relay.example:a@clinic.example>", "553"),
        (b"MAIL FROM:<a@clinic.example> SIZE=999999999", "552"),
        (b"MAIL FROM:<" + b"a" * 600 + b"@clinic.example>", "500"),
        (b"RCPT TO:<complaints@recourse.example>", "503"),
        (b"DATA", "503"),
        (b"VRFY \xff", "502"),
        (b"VRFY j\xc3\xb6rg", "502"),
        (b"HELP", "250"),
        (b"NONSENSE \xff", "500"),
        (b"\xff\xfe", "500"),
        (b"x" * 200_000, "500"),
    ],
)
async def test_every_command_gets_an_answer(start: Start, line: bytes, code: str) -> None:
    receiver, _ = await start()
    client = await Client.connect(receiver)
    await client.reply()
    await client.say(b"EHLO x")
    answer = await client.say(line)
    assert answer[:3] in {code, "451"} if b"VRFY" in line else answer[:3] == code
    assert (await client.say(b"NOOP")).startswith("250")


async def test_a_bare_line_feed_cannot_hide_in_the_sender(start: Start) -> None:
    receiver, _ = await start()
    client = await Client.connect(receiver)
    await client.reply()
    await client.say(b"EHLO x")
    assert (await client.say(b"MAIL FROM:<a\nb@clinic.example>")).startswith("553")
    assert (await client.reply()).startswith("500")  # the rest of it, read as a command


@pytest.mark.parametrize(
    "recipient", [b"postmaster@recourse.example", b"other@recourse.example", b"complaints@evil.example"]
)
async def test_only_our_mailbox_is_here(start: Start, recipient: bytes) -> None:
    receiver, _ = await start()
    client = await Client.ready(receiver)
    assert (await client.say(b"RCPT TO:<" + recipient + b">")).startswith("550 5.1.1 ")


async def test_wishes_for_delivery_reports_are_passed_over(start: Start) -> None:
    """A Postfix before its queue passes them on unasked (RFC 3461); a 555 would bounce the mail."""
    receiver, kept = await start()
    client = await Client.ready(receiver)
    await client.say(b"RSET")
    assert (await client.say(b"MAIL FROM:<a@b.example> RET=HDRS ENVID=QQ314159")).startswith("250")
    recipient = b"RCPT TO:<" + ADDRESS.encode() + b">"
    assert (await client.say(recipient + b" NOTIFY=FAILURE,DELAY ORCPT=rfc822;a@b.example")).startswith("250")
    assert (await client.say(recipient + b" WISH=x")).startswith("555")
    assert kept == []


async def test_the_null_sender_is_stored_as_empty(start: Start) -> None:
    receiver, kept = await start()
    client = await Client.ready(receiver)
    await client.say(b"RSET")
    await client.say(b"MAIL FROM:<>")
    await client.say(b"RCPT TO:<complaints@recourse.example>")
    assert (await client.data(b"x")).startswith("250")
    assert kept[0].mail_from == ""


async def test_what_follows_the_end_mark_is_the_next_command(start: Start) -> None:
    receiver, kept = await start()
    client = await Client.ready(receiver)
    await client.say(b"DATA")
    client.writer.write(
        b"one\r\n.\r\nMAIL FROM:<bo@clinic.example>\r\nRCPT TO:<complaints@recourse.example>\r\nDATA\r\n"
    )
    assert [(await client.reply())[:3] for _ in range(4)] == ["250", "250", "250", "354"]
    assert (await client.say(b"two\r\n.")).startswith("250")
    assert [received.raw for received in kept] == [b"one\r\n", b"two\r\n"]


@pytest.mark.parametrize("no_end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r"])
async def test_nothing_is_smuggled(start: Start, no_end: bytes) -> None:
    receiver, kept = await start()
    client = await Client.ready(receiver)
    body = b"x" + no_end + b"MAIL FROM:<evil@x.example>\r\nRCPT TO:<complaints@recourse.example>\r\nDATA\r\nevil"
    assert (await client.data(body)).startswith("250")
    assert (await client.say(b"NOOP")).startswith("250")
    assert len(kept) == 1


class Surprise(Exception):
    pass


@pytest.mark.parametrize("error", [Unavailable("secret of ann"), Surprise("secret of ann"), asyncio.CancelledError()])
async def test_what_could_not_be_stored_is_to_be_sent_again(
    start: Start, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(received: Received) -> Taken:
        raise error

    caplog.set_level(logging.DEBUG)
    receiver, _ = await start(fail)
    client = await Client.ready(receiver)
    assert (await client.data(b"secret of ann")).startswith("451 4.3.0 ")
    assert (await client.say(b"NOOP")).startswith("250")
    assert type(error).__name__ in caplog.text
    assert "ann" not in caplog.text
    assert receiver.room.free == Limits().max_bytes_in_flight


async def test_a_slow_store_outlasts_the_timeout(start: Start) -> None:
    async def slow(received: Received) -> Taken:
        await asyncio.sleep(0.5)  # longer than the timeout below
        return Kept(7)

    receiver, _ = await start(slow, timeout=0.2)
    client = await Client.ready(receiver)
    assert (await client.data(b"x")).startswith("250 2.0.0 kept as letter 7")


async def test_a_silent_client_is_hung_up_on(start: Start) -> None:
    receiver, kept = await start(timeout=0.2)
    client = await Client.ready(receiver)
    await client.say(b"DATA")
    assert await client.reply() == ""
    assert kept == []


class Gate:
    """A store that says when it has begun and waits to be let go on."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.open = asyncio.Event()
        self.kept: list[Received] = []

    async def store(self, received: Received) -> Taken:
        self.begun.set()
        await self.open.wait()
        self.kept.append(received)
        return Kept(len(self.kept))


async def test_a_client_that_leaves_does_not_stop_its_store(start: Start) -> None:
    gate = Gate()
    receiver, _ = await start(gate.store)
    client = await Client.ready(receiver)
    await client.say(b"DATA")
    client.writer.write(b"x\r\n.\r\n")
    await gate.begun.wait()
    client.leave()
    gate.open.set()
    await receiver.close(10)
    assert [received.raw for received in gate.kept] == [b"x\r\n"]
    assert receiver.room.free == Limits().max_bytes_in_flight


async def test_a_client_that_ends_its_side_still_hears_the_answer(start: Start) -> None:
    gate = Gate()
    receiver, _ = await start(gate.store)
    client = await Client.ready(receiver)
    await client.say(b"DATA")
    client.writer.write(b"x\r\n.\r\n")
    await gate.begun.wait()
    client.writer.write_eof()
    await Client.ready(receiver)  # by now the end has been seen
    gate.open.set()
    assert (await client.reply()).startswith("250")
    assert await client.reply() == ""


async def test_half_a_mail_is_no_mail(start: Start) -> None:
    receiver, kept = await start()
    client = await Client.ready(receiver)
    await client.say(b"DATA")
    client.writer.write(b"half\r\n")
    await client.writer.drain()
    client.leave()
    await receiver.close(10)
    assert kept == []
    assert receiver.room.free == Limits().max_bytes_in_flight


@pytest.mark.parametrize("body", [b"x" * 5000, b"x\r\n" * 2000, b"\n" * 5000])
async def test_too_large_is_refused_and_the_connection_lives(start: Start, body: bytes) -> None:
    receiver, kept = await start(max_size=1000)
    client = await Client.ready(receiver)
    assert (await client.data(body)).startswith("552 5.3.4 ")
    assert (await client.say(b"MAIL FROM:<ann@clinic.example>")).startswith("250")
    assert kept == []
