"""Who is talking: signing in by code tells strangers nothing, and what was said comes through late messages."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace

import pytest

from bot import chat_files, chatroom
from bot.chat_dispatch import send_lines
from bot.chat_ports import EventKind, Gone, OutgoingLine
from bot.house import House
from complaints.errors import Broken, RecourseError, Unavailable
from complaints.lifecycle import Disposition
from storage import chats, ledger, outbox
from storage.database import Session as Db
from storage.work import Job
from tests.contracts.chat_houses import Chat, Did, new_chat, open_houses
from tests.contracts.chatting import NOON, begin, say
from tests.contracts.test_ticket_books import FULL, VERDICT, register, ticket
from tickets.casework import close
from tickets.ports import ReplyRoute


def said(text: str) -> Did:
    return Did(EventKind.SAID, {"text": text})


@pytest.fixture
async def houses(database_url: str) -> AsyncIterator[list[House]]:
    async with AsyncExitStack() as stack:
        yield await open_houses(stack, database_url)


async def heard(chat: Chat) -> list[str]:
    """What we said, line by line."""

    def look(db: Db) -> list[str]:
        conversation = chats.find(db, "web", chat.address)
        assert conversation is not None
        return [line.text for line in chats.lines_after(db, conversation.id, 0) if line.ours]

    return await chat.houses[0].database.run(look)


async def says(chat: Chat, *texts: str, at: int = 0) -> None:
    for place, text in enumerate(texts, at):
        await chat.arrives(place, said(text))
        await chat.drain(0)


async def test_a_wrong_code_is_answered_the_same_whether_the_address_is_registered_or_not(houses: list[House]) -> None:
    known = await new_chat(houses)  # registers its person
    told = []
    for address in (known.person, "nobody@elsewhere.example"):
        stranger = await new_chat(houses, known=False)
        await says(stranger, address, *["CDFH-JKMN"] * 6)
        told.append(await heard(stranger))
    assert told[0] == told[1]


async def test_a_code_opens_nothing_for_an_address_that_is_registered_no_more(
    houses: list[House], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "choice", lambda letters: letters[0])
    stranger = await new_chat(houses, known=False)
    await says(stranger, "nobody@elsewhere.example", "CCCC-CCCC", "help")
    conversation = await houses[0].database.run(lambda db: chats.find(db, "web", stranger.address))
    assert conversation is not None
    assert conversation.person == ""


async def test_a_typed_button_means_the_same_when_a_late_message_has_it_gone_through_again(houses: list[House]) -> None:
    """A "Yes" to "start over?" is not taken for the answer to what was asked before."""
    chat = await new_chat(houses)
    for place, text in ((0, "Meridian"), (2, "M-5501"), (3, "start over"), (4, "Yes")):
        await chat.arrives(place, said(text))
        await chat.drain(0)
    assert (await chat.ends()).answers == {}
    await chat.arrives(1, said("thanks"))
    assert (await chat.ends()).answers == {}


async def test_a_code_that_was_asked_for_late_is_waited_for_after_another_late_message(houses: list[House]) -> None:
    chat = await new_chat(houses, known=False)
    for place, text in ((0, "hello"), (9, "thanks"), (4, "dana@lakeside.example"), (2, "thanks")):
        await chat.arrives(place, said(text))
        await chat.drain(0)
    assert (await chat.ends()).asking == "code"


async def test_a_reminder_does_not_bring_back_a_chat_that_is_gone(houses: list[House]) -> None:
    chat = await new_chat(houses)
    await says(chat, "Meridian")
    gone = []
    for place, kind in enumerate((EventKind.GONE, EventKind.TIME, EventKind.OPENED), 1):
        await chat.arrives(place, Did(kind, {"ends": False}))
        await chat.drain(0) if kind is not EventKind.GONE else await chat.leaves()
        conversation = await houses[0].database.run(lambda db: chats.find(db, "web", chat.address))
        gone.append(conversation is not None and conversation.gone)
    assert gone == [True, True, False]


class Dead:
    """A carrier that cannot send."""

    def __init__(self, error: RecourseError) -> None:
        self._error = error

    async def send(self, address: str, line: OutgoingLine) -> str:
        raise self._error

    async def delete(self, address: str, external_id: str) -> bool:
        return False

    async def fetch(self, reference: str, limit: int) -> bytes:
        return b""


@pytest.mark.parametrize("error", [Gone("blocked"), Broken("the chat refuses this line")])
async def test_a_closure_that_the_chat_does_not_take_goes_by_mail_to_who_filed(
    houses: list[House], error: RecourseError
) -> None:
    """Also when the chat is linked to nobody any more."""
    house = houses[0]

    def closed(db: Db) -> int:
        conversation = begin(db)  # linked to nobody
        filed = replace(ticket(register(db)), filed_by=ReplyRoute("telegram", "4711", person="dana@clinic.example"))
        ledger.SqlLedger(db).add(filed, (FULL,), VERDICT)
        close(filed.number, Disposition.PAID, "", "lee", NOON, house.books(db))
        return conversation

    conversation_id = await house.database.run(closed)
    job = Job(1, chats.LINES_KIND, f"lines:{conversation_id}", {"conversation": conversation_id}, 1, 1, is_old=False)
    effect = await send_lines(house, {"telegram": Dead(error)}, job)
    await house.database.run(effect)
    mailed = await house.database.run(outbox.list_notices)
    assert "dana@clinic.example" in [one.notice.address for one in mailed]


@pytest.mark.parametrize(
    ("channel", "text", "stays"),
    [("telegram", "RIN 012345678 of Pat Sample", False), ("telegram", "Meridian", True), ("web", "Pat Sample", True)],
)
async def test_words_that_no_turn_went_through_stay_only_where_they_may(
    houses: list[House], channel: str, text: str, stays: bool
) -> None:
    def left_out(db: Db) -> tuple[str, str]:
        say(db, text, channel=channel, language="es")
        conversation = chats.find(db, channel, "4711")
        assert conversation is not None
        (event,) = chats.events_since(db, conversation.id, "")
        job = Job(1, chats.KIND, "", {"conversation": conversation.id}, 1, 1, is_old=False)
        chatroom.park(houses[0], db, job, "KeyError")
        (line,) = chats.lines_after(db, conversation.id, 0)
        return chats.event(db, event.id).payload["text"], line.text

    kept, told = await houses[0].database.run(left_out)
    assert kept == (text if stays else "")
    assert "persona" in told


async def test_what_was_said_before_a_bad_event_is_taken_and_only_the_bad_one_is_left_out(houses: list[House]) -> None:
    house, chat = houses[0], await new_chat(houses)
    bad = Did(EventKind.SAID, {})  # no words: a turn over it fails
    for place, did in enumerate((said("Meridian"), bad, said("M-5501"))):
        await chat.arrives(place, did)
    conversation = await house.database.run(lambda db: chats.find(db, "web", chat.address))
    assert conversation is not None
    for strikes in (1, 2, 1, 2):  # a job that ends well begins anew
        job = Job(1, chats.KIND, f"chat:{conversation.id}", {"conversation": conversation.id}, 1, strikes, is_old=False)
        with suppress(KeyError):
            await house.database.run(await chatroom.drain(house, job))
    await house.database.run(lambda db: chatroom.park(house, db, job, "KeyError"))
    answers = (await chat.ends()).answers
    assert [answer.value for answer in answers.values()] == ["Meridian Health Plan of Illinois", "M-5501"]


@pytest.mark.parametrize(("known", "mailed"), [(True, 1), (False, 0)])
async def test_a_conversation_on_our_page_that_waits_calls_its_person_by_mail(
    houses: list[House], known: bool, mailed: int
) -> None:
    """The mail says that it waits, and nothing of what was told."""
    chat = await new_chat(houses, known=known)
    await says(chat, "Meridian" if known else "check first", "M-5501" if known else "Meridian")
    await chat.arrives(7, Did(EventKind.TIME, {"ends": False}))
    await chat.drain(0)
    notices = await houses[0].database.run(outbox.list_notices)
    assert len(notices) == mailed
    for each in notices:
        assert each.notice.address == chat.person
        assert "not filed yet" in each.notice.subject
        assert "Meridian" not in each.notice.text
        assert houses[0].settings.web_address in each.notice.text


async def test_lines_for_a_platform_that_is_switched_off_wait_for_it(houses: list[House]) -> None:
    house = houses[0]

    def one_line(db: Db) -> int:
        number = begin(db, channel="slack")
        chats.put_line(db, number, "Your ticket is open.")
        return number

    number = await house.database.run(one_line)
    job = Job(1, chats.LINES_KIND, f"lines:{number}", {"conversation": number}, 1, 1, is_old=False)
    with pytest.raises(Unavailable, match="slack is switched off"):
        await send_lines(house, {"telegram": Dead(Gone("blocked"))}, job)
    assert len(await house.database.run(lambda db: chats.unsent_lines(db, number))) == 1


async def test_who_came_back_is_not_gone_again_by_a_late_message(houses: list[House]) -> None:
    chat = await new_chat(houses)
    await chat.arrives(0, said("Meridian"))
    await chat.arrives(2, Did(EventKind.GONE, {}))
    await chat.drain(0)
    await chat.arrives(5, said("M-5501"))
    await chat.drain(0)
    await chat.arrives(4, said("help"))  # late: everything is gone through again
    await chat.drain(0)
    found = await houses[0].database.run(lambda db: chats.find(db, "web", chat.address))
    assert found is not None
    assert not found.gone


async def test_a_file_of_a_platform_that_is_switched_off_waits_for_it(houses: list[House]) -> None:
    house = houses[0]

    def one_file(db: Db) -> int:
        say(db, "a file", channel="slack")
        conversation = chats.find(db, "slack", "4711")
        assert conversation is not None
        (event,) = chats.events_waiting(db, conversation.id)
        chats.set_payload(db, event.id, {"reference": "F1", "size": 10})
        return event.id

    number = await house.database.run(one_file)
    job = Job(1, chats.FILE_KIND, f"chat_file:{number}", {"event": number}, 1, 1, is_old=False)
    with pytest.raises(Unavailable, match="switched off"):
        await chat_files.read(house, {}, job)
