"""The receiver under too much, behind an MTA, and at its end."""

import asyncio
import contextlib

import pytest

from complaints.errors import SettingsError
from mailin.arriving import Kept, Received, Taken
from mailin.receiver import Rules, only, start_receiver
from tests.flows.test_receiver import ADDRESS, MAIL, Client, Gate, Start, Surprise, in_thread, start  # noqa: F401


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
