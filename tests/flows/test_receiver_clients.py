"""From whom a mail comes: a client by itself, or our own mail server with XFORWARD; by a port or a local socket."""

import smtplib
import socket
from collections import Counter
from ipaddress import ip_network
from pathlib import Path

import pytest

from complaints.errors import SettingsError
from mailin.arriving import Kept, Received, Taken, TryAgain, Way
from mailin.receiver import Rules, only, start_receiver
from tests.flows.test_receiver import ADDRESS, Client, Start, in_thread, start  # noqa: F401

OURS = {"trusted": (ip_network("127.0.0.0/8"),)}
ENVELOPE = (b"MAIL FROM:<ann@clinic.example>", b"RCPT TO:<complaints@recourse.example>")


class Counted:
    """Counts what the receiver tells."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, str]] = Counter()
        self.limits: Counter[str] = Counter()

    def answered(self, way: Way, code: str) -> None:
        self.answers[way.value, code] += 1

    def limited(self, limit: str) -> None:
        self.limits[limit] += 1


async def from_client(client: Client, forwarded: bytes, *, hello: bytes = b"EHLO mta.example") -> str:
    """The reply to one mail, handed over so."""
    await client.say(hello)
    assert (await client.say(b"XFORWARD " + forwarded)).startswith("250")
    for line in ENVELOPE:
        if not (reply := await client.say(line)).startswith("250"):
            return reply
    return await client.data(b"x")


async def greeted(client: Client) -> Client:
    assert (await client.reply()).startswith("220 ")
    return client


@pytest.mark.parametrize("lmtp", [False, True])
async def test_our_own_server_says_from_whom_it_has_a_mail(start: Start, lmtp: bool) -> None:  # noqa: F811
    receiver, kept = await start(lmtp=lmtp, settings=OURS)
    client = await greeted(await Client.connect(receiver))
    hello = b"LHLO mta.example" if lmtp else b"EHLO mta.example"
    forwarded = b"NAME=mail.clinic.example ADDR=192.0.2.7 PORT=4711 PROTO=ESMTP HELO=mail.clinic.example SOURCE=REMOTE"
    assert (await from_client(client, forwarded, hello=hello)).startswith("250")
    (mail,) = kept
    assert (mail.peer, mail.helo, mail.handed_over_by) == ("192.0.2.7", "mail.clinic.example", "127.0.0.1")
    assert mail.way is (Way.LMTP if lmtp else Way.SMTP)


@pytest.mark.parametrize(
    ("said", "address", "helo"),
    [
        (b"ADDR=IPV6:2001:db8::7", "2001:db8::7", ""),
        (b"ADDR=::ffff:192.0.2.7 HELO=x", "192.0.2.7", "x"),
        (b"addr=192.0.2.7 helo=a+2Bb", "192.0.2.7", "a+b"),
        (b"ADDR=[UNAVAILABLE] HELO=[TEMPUNAVAIL]", "", ""),
        (b"HELO=a+0D+0Ab ADDR=192.0.2.7", "192.0.2.7", ""),
        (b"SOURCE=LOCAL", "", ""),
    ],
)
async def test_what_it_says_of_the_client(start: Start, said: bytes, address: str, helo: str) -> None:  # noqa: F811
    receiver, kept = await start(settings=OURS)
    client = await greeted(await Client.connect(receiver))
    assert (await from_client(client, said)).startswith("250")
    assert (kept[0].peer, kept[0].helo, kept[0].handed_over_by) == (address, helo, "127.0.0.1")


@pytest.mark.parametrize(
    "said", [b"", b"ADDR", b"ADDR=", b"ADDR=clinic", b"ADDR=192.0.2.7  HELO=x", b"LOGIN=x", b"ADDR=192.0.2.7\tHELO=x"]
)
async def test_malformed_xforward_is_not_guessed_at(start: Start, said: bytes) -> None:  # noqa: F811
    receiver, _ = await start(settings=OURS)
    client = await greeted(await Client.connect(receiver))
    await client.say(b"EHLO mta.example")
    assert (await client.say(b"XFORWARD " + said)).startswith("501")


async def test_two_lines_of_xforward_are_about_one_client(start: Start) -> None:  # noqa: F811
    receiver, kept = await start(settings=OURS)
    client = await greeted(await Client.connect(receiver))
    await client.say(b"EHLO mta.example")
    assert (await client.say(b"XFORWARD NAME=x ADDR=192.0.2.7")).startswith("250")
    assert (await client.say(b"XFORWARD HELO=mail.clinic.example")).startswith("250")
    for line in ENVELOPE:
        await client.say(line)
    assert (await client.say(b"XFORWARD ADDR=192.0.2.8")).startswith("503"), "not in the middle of a mail"
    await client.data(b"x")
    assert (kept[0].peer, kept[0].helo) == ("192.0.2.7", "mail.clinic.example")


@pytest.mark.parametrize("between", [b"", b"RSET", b"EHLO mta.example"])
async def test_what_was_said_of_a_client_holds_for_one_mail(start: Start, between: bytes) -> None:  # noqa: F811
    receiver, kept = await start(settings=OURS)
    client = await greeted(await Client.connect(receiver))
    await from_client(client, b"ADDR=192.0.2.7")
    if between:
        await client.say(b"XFORWARD ADDR=192.0.2.8")
        await client.say(between)
    for line in ENVELOPE:
        await client.say(line)
    await client.data(b"x")
    assert [(mail.peer, mail.handed_over_by) for mail in kept] == [("192.0.2.7", "127.0.0.1"), ("127.0.0.1", "")]


async def test_a_stranger_may_not_say_who_it_is(start: Start) -> None:  # noqa: F811
    receiver, kept = await start(settings={"trusted": (ip_network("192.0.2.0/24"),)})
    client = await greeted(await Client.connect(receiver))
    client.writer.write(b"EHLO x\r\n")
    offered = b""
    while not offered.endswith(b"250 HELP\r\n"):
        offered += await client.reader.readline()
    assert b"XFORWARD" not in offered
    assert (await client.say(b"XFORWARD ADDR=192.0.2.7")).startswith("550")
    for line in ENVELOPE:
        await client.say(line)
    await client.data(b"x")
    assert (kept[0].peer, kept[0].handed_over_by, kept[0].helo) == ("127.0.0.1", "", "x")


async def test_out_of_a_queue_without_xforward_nobody_knows_the_client(start: Start) -> None:  # noqa: F811
    """The address of our own server is not that of who sent the mail, and SPF must not be asked about it."""
    receiver, kept = await start(lmtp=True, settings=OURS)
    assert (await (await Client.ready(receiver)).data(b"x")).startswith("250")
    assert (kept[0].peer, kept[0].helo, kept[0].handed_over_by) == ("", "", "127.0.0.1")


async def test_lmtp_on_a_local_socket(start: Start, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "lmtp"
    receiver, kept = await start(lmtp=True, listen=f"unix:{path}")
    assert receiver.place == f"unix:{path}"

    def send() -> None:
        with smtplib.LMTP(str(path)) as client:
            assert client.has_extn("xforward") or client.ehlo()[0] == 250
            assert client.docmd("XFORWARD", "ADDR=192.0.2.7 HELO=mail.clinic.example")[0] == 250
            client.sendmail("ann@clinic.example", [ADDRESS], b"x\r\n")
            client.sendmail("ann@clinic.example", [ADDRESS], b"y\r\n")

    await in_thread(send)
    assert [(mail.peer, mail.handed_over_by, mail.raw) for mail in kept] == [
        ("192.0.2.7", "unix", b"x\r\n"),
        ("", "unix", b"y\r\n"),
    ]


async def test_a_socket_left_by_a_dead_server_is_replaced(start: Start, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "lmtp"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    receiver, _ = await start(lmtp=True, listen=f"unix:{path}")

    def greeted() -> int:
        with smtplib.LMTP(str(path)) as client:
            return client.noop()[0]

    assert await in_thread(greeted) == 250
    assert receiver.port == 0


@pytest.mark.parametrize("place", ["unix:", "unix:/no/such/folder/lmtp"])
async def test_a_local_socket_that_cannot_be_made(place: str) -> None:
    async def keep(_: Received) -> Taken:
        return Kept(1)

    with pytest.raises(SettingsError):
        await start_receiver(place, Rules(ADDRESS, only(ADDRESS), lmtp=True), keep)


async def test_too_many_mails_of_one_client_come_later(start: Start) -> None:  # noqa: F811
    counted = Counted()
    receiver, kept = await start(settings={"watch": counted}, max_letters=2)
    client = await Client.ready(receiver)
    assert (await client.data(b"1")).startswith("250")
    for line in ENVELOPE:
        await client.say(line)
    assert (await client.data(b"2")).startswith("250")
    assert (await client.say(ENVELOPE[0])).startswith("451 4.7.1 ")
    assert len(kept) == 2
    assert counted.limits == {"letters_per_peer": 1}
    assert counted.answers == {("smtp", "250"): 2}


async def test_our_own_server_is_no_client_but_those_behind_it_are(start: Start) -> None:  # noqa: F811
    receiver, kept = await start(settings=OURS, max_letters=1, max_per_peer=1)
    clients = [await Client.ready(receiver) for _ in range(3)]
    for client in clients:
        assert (await client.data(b"x")).startswith("250"), "it comes by itself, and is not counted"
    for address, code in ((b"192.0.2.7", "250"), (b"192.0.2.8", "250"), (b"192.0.2.7", "451 4.7.1 ")):
        assert (await from_client(clients[0], b"ADDR=" + address)).startswith(code)
    assert len(kept) == 5


async def test_open_connections_are_counted_by_the_client_behind(start: Start) -> None:  # noqa: F811
    counted = Counted()
    receiver, _ = await start(settings=OURS | {"watch": counted}, max_per_peer=1)
    first, second = [await greeted(await Client.connect(receiver)) for _ in range(2)]
    for client in (first, second):
        await client.say(b"EHLO mta.example")
        assert (await client.say(b"XFORWARD ADDR=192.0.2.7")).startswith("250")
    assert (await second.say(ENVELOPE[0])).startswith("451 4.7.0 ")
    await first.say(b"QUIT")
    assert await first.reply() == ""
    assert (await from_client(second, b"ADDR=192.0.2.7")).startswith("250")
    assert counted.limits == {"connections_per_peer": 1}


async def test_a_machine_under_pressure_takes_nothing_and_loses_nothing(start: Start) -> None:  # noqa: F811
    counted, reached = Counted(), [""]
    receiver, kept = await start(settings={"pressure": lambda: reached[0], "watch": counted})
    client = await Client.ready(receiver)
    reached[0] = "free_disk_mb"
    assert (await client.say(b"DATA")).startswith("451 4.3.1 ")
    await client.say(b"RSET")
    assert (await client.say(ENVELOPE[0])).startswith("451 4.3.1 ")
    reached[0] = ""
    for line in ENVELOPE:
        assert (await client.say(line)).startswith("250")
    assert (await client.data(b"x")).startswith("250")
    assert len(kept) == 1
    assert counted.limits == {"free_disk_mb": 2}


async def test_recipients_are_as_the_function_says(start: Start) -> None:  # noqa: F811
    """Of two different ones the second comes in a transaction of its own; a bounce has one recipient only."""

    def accepts(written: str) -> str | None:
        return {ADDRESS.lower(): ADDRESS, "complaints+b.7.x@recourse.example": "bounce of 7"}.get(written.lower())

    receiver, kept = await start(settings={"accepts": accepts})
    bounce = b"RCPT TO:<Complaints+B.7.X@recourse.example>"
    client = await Client.ready(receiver)
    assert (await client.say(bounce)).startswith("452 4.5.3 ")
    assert (await client.say(ENVELOPE[1])).startswith("250")
    await client.say(b"RSET")
    await client.say(b"MAIL FROM:<>")
    assert (await client.say(b"RCPT TO:<complaints+b.8.x@recourse.example>")).startswith("550 5.1.1 ")
    assert (await client.say(bounce)).startswith("250")
    assert (await client.say(bounce)).startswith("452 4.5.3 ")
    assert (await client.data(b"x")).startswith("250")
    assert [mail.recipient for mail in kept] == ["bounce of 7"]


@pytest.mark.parametrize(("lmtp", "code"), [(False, "451 4.4.3 "), (True, "451 4.4.3 ")])
async def test_what_is_deferred_is_told_so(start: Start, lmtp: bool, code: str) -> None:  # noqa: F811
    counted = Counted()

    async def later(_: Received) -> Taken:
        return TryAgain("4.4.3 The DNS does not answer")

    receiver, _ = await start(later, lmtp=lmtp, settings={"watch": counted})
    assert (await (await Client.ready(receiver)).data(b"x")).startswith(code)
    assert counted.answers == {("lmtp" if lmtp else "smtp", "451"): 1}
