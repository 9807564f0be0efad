"""The receiver under too much, behind an MTA, and at its end."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest

from complaints.errors import SettingsError
from mailin.arriving import Kept, Received, Taken
from mailin.receiver import Receiver, Rules, only, start_receiver
from tests.flows.test_receiver import ADDRESS, MAIL, Client, Gate, Start, Surprise, in_thread, start  # noqa: F401
from tests.parts.waiting import until_async


async def test_no_room_is_a_later(start: Start) -> None:
    gate = Gate()
    receiver, _ = await start(gate.store, max_bytes_in_flight=1000)
    first, second = await Client.ready(receiver), await Client.ready(receiver)
    await first.say(b"DATA")
    first.writer.write(b"x" * 998 + b"\r\n.\r\n")
    await gate.begun.wait()
    assert (await second.say(b"DATA")).startswith("452 4.3.1 ")
    gate.open.set()
    assert (await first.reply()).startswith("250")
    assert (await second.data(b"y" * 2000)).startswith("452 4.3.1 ")
    await second.say(b"MAIL FROM:<ann@clinic.example>")
    await second.say(b"RCPT TO:<complaints@recourse.example>")
    assert (await second.data(b"y")).startswith("250")


async def from_address(receiver: Receiver, address: str) -> Client:
    """A client at this address of loopback, with an envelope given."""
    client = Client(*await asyncio.open_connection("127.0.0.1", receiver.port, local_addr=(address, 0)))
    await client.reply()
    for line in (b"EHLO x", b"MAIL FROM:<ann@clinic.example>", b"RCPT TO:<complaints@recourse.example>"):
        assert (await client.say(line)).startswith("250")
    return client


async def test_one_address_leaves_room_for_the_others(start: Start) -> None:
    gate = Gate()
    receiver, _ = await start(gate.store, max_bytes_in_flight=4000, max_size=1000)
    greedy = [await from_address(receiver, "127.0.0.2") for _ in range(3)]
    await greedy[0].say(b"DATA")
    await greedy[1].say(b"DATA")
    greedy[0].writer.write(b"x" * 898 + b"\r\n.\r\n")
    await gate.begun.wait()
    assert (await greedy[1].say(b"y" * 200 + b"\r\n.")).startswith("452 4.3.1 ")
    greedy[2].writer.write(b"DATA\r\n" + b"z" * 98 + b"\r\n.\r\nNOOP\r\n")
    assert (await greedy[2].reply()).startswith("354"), "what is left of its quarter it may take"
    other = await from_address(receiver, "127.0.0.3")
    await other.say(b"DATA")
    gate.open.set()
    assert (await other.say(b"x" * 900 + b"\r\n.")).startswith("250")
    for client in (greedy[0], greedy[2]):
        assert (await client.reply()).startswith("250")
    assert receiver.room.free == 4000


async def test_an_address_whose_quarter_is_full_hears_so_at_data(start: Start) -> None:
    gate = Gate()
    receiver, _ = await start(gate.store, max_bytes_in_flight=4000, max_size=1000)
    first, second = [await from_address(receiver, "127.0.0.2") for _ in range(2)]
    await first.say(b"DATA")
    first.writer.write(b"x" * 998 + b"\r\n.\r\n")
    await gate.begun.wait()
    assert (await second.say(b"DATA")).startswith("452 4.3.1 ")
    gate.open.set()
    assert (await first.reply()).startswith("250")
    assert (await second.data(b"y")).startswith("250")


@pytest.mark.parametrize("limits", [{"max_bytes_in_flight": 4000}, {"max_bytes_in_flight": 2500, "max_size": 2500}])
async def test_a_mail_of_full_size_has_room_however_small_a_quarter_is(
    start: Start,
    limits: dict[str, float],
) -> None:
    receiver, _ = await start(**limits)
    assert (await (await from_address(receiver, "127.0.0.2")).data(b"x" * 2000)).startswith("250")


async def test_our_own_mail_server_may_fill_the_room(start: Start) -> None:
    gate = Gate()
    ours = {"trusted": (ip_network("127.0.0.2/32"),)}
    receiver, _ = await start(gate.store, max_bytes_in_flight=2000, max_size=1000, settings=ours)
    clients = [await from_address(receiver, "127.0.0.2") for _ in range(2)]
    for client in clients:
        await client.say(b"DATA")
        client.writer.write(b"x" * 998 + b"\r\n.\r\n")
    await when(lambda: not receiver.room.free, "a full room")
    gate.open.set()
    assert [(await client.reply())[:3] for client in clients] == ["250", "250"]


async def when(condition: Callable[[], bool], what: str) -> None:
    async def holds() -> bool:
        return condition()

    await until_async(holds, what)


async def lost(receiver: Receiver) -> None:
    await when(lambda: not receiver.connections, "the end of all connections")


def _unsent(session: Any) -> bool:
    return bool(session.transport and session.transport.get_write_buffer_size())


class Deaf:
    """A client that says a great deal and reads nothing. The buffers between are as small as can be."""

    def __init__(self, receiver: Receiver) -> None:
        assert receiver._server is not None
        receiver._server.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        self.socket.setblocking(False)
        self._receiver = receiver

    async def talk(self) -> None:
        """Returns once the receiver has replies that it cannot get rid of."""
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self.socket, ("127.0.0.1", self._receiver.port))
        await loop.sock_sendall(self.socket, b"EHLO x\r\n" * 200)
        await when(lambda: any(map(_unsent, self._receiver._service.sessions)), "replies that nobody reads")

    def __enter__(self) -> "Deaf":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


async def test_who_does_not_read_its_replies_is_hung_up_on(start: Start) -> None:
    receiver, _ = await start(timeout=0.3, linger=0.2, max_commands_without_mail=10_000, max_connections=1)
    with Deaf(receiver) as client:
        await client.talk()
        await lost(receiver)
        assert (await (await Client.connect(receiver)).reply()).startswith("220 "), "its place is free"


async def test_who_does_not_read_that_it_said_too_much_is_hung_up_on(start: Start) -> None:
    receiver, _ = await start(linger=0.2, max_commands_without_mail=100)
    with Deaf(receiver) as client:
        await client.talk()
        await lost(receiver)


async def test_who_does_not_read_does_not_hold_up_the_end(start: Start) -> None:
    receiver, _ = await start(linger=0.2, max_commands_without_mail=10_000)
    with Deaf(receiver) as client:
        await client.talk()
        async with asyncio.timeout(20):
            await receiver.close(3600)
    assert receiver.connections == 0


async def test_too_many_connections(start: Start) -> None:
    receiver, _ = await start(max_connections=3, max_per_peer=2)
    clients = [await Client.connect(receiver) for _ in range(3)]
    assert [(await client.reply())[:10] for client in clients[:2]] == ["220 recour", "220 recour"]
    assert (await clients[2].reply()).startswith("421 4.7.0 ")
    assert await clients[2].reply() == ""
    await clients[0].say(b"QUIT")
    assert await clients[0].reply() == ""
    assert (await (await Client.connect(receiver)).reply()).startswith("220 ")


async def test_too_many_in_all_and_no_cap_per_peer_behind_an_mta(start: Start) -> None:
    receiver, _ = await start(lmtp=True, max_connections=2, max_per_peer=1)
    answers = [(await (await Client.connect(receiver)).reply())[:10] for _ in range(3)]
    assert answers == ["220 recour", "220 recour", "421 4.3.2 "]


async def test_too_many_commands(start: Start) -> None:
    receiver, _ = await start(max_commands=2)
    client = await Client.connect(receiver)
    await client.reply()
    assert [(await client.say(b"NOOP"))[:3] for _ in range(3)] == ["250", "250", "421"]


async def test_too_many_commands_without_a_mail(start: Start) -> None:
    receiver, kept = await start(max_commands_without_mail=5)
    client = await Client.ready(receiver)
    assert (await client.data(b"x")).startswith("250")
    said = (b"NOOP", b"RSET", b"", b"NONSENSE", b"EHLO x")
    assert [(await client.say(line))[:3] for line in said] == ["250", "250", "500", "500", "250"]
    client.writer.write(
        b"MAIL FROM:<ann@clinic.example>\r\nRCPT TO:<complaints@recourse.example>\r\nDATA\r\nx\r\n.\r\n"
    )
    with contextlib.suppress(ConnectionError):
        assert (await client.reply()).startswith("421 4.7.0 ")
        assert await client.reply() == ""
    await lost(receiver)
    assert len(kept) == 1, "what it said after that is not read"


async def test_mails_are_no_commands_without_a_mail(start: Start) -> None:
    receiver, kept = await start(max_commands_without_mail=3)
    client = await Client.ready(receiver)
    assert (await client.data(b"x")).startswith("250")
    for _ in range(5):
        await client.say(b"MAIL FROM:<ann@clinic.example>")
        await client.say(b"RCPT TO:<complaints@recourse.example>")
        assert (await client.data(b"x")).startswith("250")
    assert len(kept) == 6


async def test_our_own_mail_server_may_ask_about_many_recipients(start: Start) -> None:
    receiver, _ = await start(max_commands_without_mail=3, settings={"trusted": (ip_network("127.0.0.0/8"),)})
    client = await Client.ready(receiver)
    assert [(await client.say(b"RSET"))[:3] for _ in range(5)] == ["250"] * 5


@pytest.mark.parametrize("lmtp", [False, True])
async def test_the_same_recipient_several_times_is_one_mail(start: Start, lmtp: bool) -> None:
    receiver, kept = await start(lmtp=lmtp, max_recipients=2)
    client = await Client.ready(receiver)
    assert (await client.say(b"RCPT TO:<complaints@recourse.example>")).startswith("250")
    assert (await client.say(b"RCPT TO:<complaints@recourse.example>")).startswith("452")
    replies = [await client.data(b"x")] + ([await client.reply()] if lmtp else [])
    assert all(reply.startswith("250") for reply in replies)
    assert (await client.say(b"NOOP")) == "250 OK\r\n"
    assert len(kept) == 1


async def test_lmtp_never_hears_5xx_after_data(start: Start) -> None:
    async def fail(received: Received) -> Taken:
        raise Surprise

    receiver, _ = await start(fail, lmtp=True, max_size=1000)
    client = await Client.ready(receiver)
    assert (await client.data(b"x" * 5000)).startswith("452 ")
    await client.say(b"MAIL FROM:<ann@clinic.example>")
    await client.say(b"RCPT TO:<complaints@recourse.example>")
    assert (await client.data(b"x")).startswith("451 ")
    assert (await client.say(b"EHLO x")).startswith("500")


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"MAIL FROM:<a\0b@clinic.example>", "451 4.1.3 "),
        (b"MAIL FROM:<ann>", "451 4.1.3 "),
        (b"MAIL FROM:<" + b"a" * 600 + b"@clinic.example>", "451 "),
        (b"MAIL FROM:<a@clinic.example> SIZE=5000", "452 4.3.4 "),
        (b"MAIL FROM:<a@clinic.example> SIZE=x", "451 "),
        (b"MAIL FROM:<a@clinic.example> BODY=BINARYMIME", "451 "),
        (b"MAIL FROM:<a@clinic.example> WISH=x", "451 "),
        (b"MAIL FROM:<a@my_host.example>", "250 "),
        (b"MAIL FROM:<a@clinic.example> SIZE=500", "250 "),
    ],
)
async def test_lmtp_never_hears_5xx_of_a_sender(start: Start, line: bytes, reply: str) -> None:
    """A queueing server would bounce the mail to it."""
    receiver, _ = await start(lmtp=True, max_size=1000)
    client = await Client.ready(receiver)
    await client.say(b"RSET")
    assert (await client.say(line)).startswith(reply)
    assert (await client.say(b"RCPT TO:<other@recourse.example>"))[:3] in {"550", "503"}, "this is told as it is"


async def test_close_lets_the_mail_under_way_finish(start: Start) -> None:
    gate = Gate()
    receiver, _ = await start(gate.store)
    idle, sending, storing = [await Client.ready(receiver) for _ in range(3)]
    await sending.say(b"DATA")
    await storing.say(b"DATA")
    storing.writer.write(b"x\r\n.\r\n")
    await gate.begun.wait()
    closing = asyncio.create_task(receiver.close(60))
    assert (await idle.reply()).startswith("421 4.3.2 ")
    with pytest.raises(ConnectionError):
        await Client.connect(receiver)
    gate.open.set()
    sending.writer.write(b"y\r\n.\r\n")
    for client in (sending, storing):
        assert (await client.reply()).startswith("250")
        assert (await client.reply()).startswith("421")
        assert await client.reply() == ""
    await closing
    assert len(gate.kept) == 2


async def test_close_drops_who_is_too_slow_but_no_store(start: Start) -> None:
    gate = Gate()
    receiver, _ = await start(gate.store)
    sending, storing = await Client.ready(receiver), await Client.ready(receiver)
    await sending.say(b"DATA")
    await storing.say(b"DATA")
    storing.writer.write(b"x\r\n.\r\n")
    await gate.begun.wait()
    await receiver.close(0.05)
    for client in (sending, storing):
        with contextlib.suppress(ConnectionError):
            assert await client.reply() == ""
    assert gate.kept == []
    gate.open.set()
    await receiver.close(10)
    assert len(gate.kept) == 1


@pytest.mark.parametrize("listen", ["", "127.0.0.1", "127.0.0.1:x", ":25", "127.0.0.1:99999", "192.0.2.1:0"])
async def test_where_it_cannot_listen(listen: str) -> None:
    async def keep(received: Received) -> Taken:
        return Kept(1)

    with pytest.raises(SettingsError):
        await start_receiver(listen, Rules(ADDRESS, only(ADDRESS)), keep)
