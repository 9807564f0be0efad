"""What people do in Telegram, with the real client against a local Bot API: what is stored, once and in order."""

import asyncio

import pytest

from bot.channels.telegram import Telegram, ears, open_telegram
from bot.chat_ports import EventKind, Gone, Incoming
from bot.pretend.telegram import (
    BOT_ID,
    BOT_NAME,
    CLERK,
    GROUP,
    HANGS,
    PAGE,
    Answer,
    FakeTelegram,
    refusal,
    too_many,
)
from complaints.errors import Unavailable
from tests.parts.telegram_channel import DOOR, SECRET, Shelf, line, listening, running, settings

# Talking


async def test_a_person_starts_and_types(polling: Telegram, telegram: FakeTelegram, shelf: Shelf) -> None:
    started, typed = telegram.says("/start"), telegram.says("Meridian, since March 14")
    opened, said = await shelf.holds(2)
    assert (opened.kind, opened.payload) == (EventKind.OPENED, {})
    assert (said.kind, said.payload) == (EventKind.SAID, {"text": "Meridian, since March 14"})
    assert [event.external_id for event in (opened, said)] == [f"{CLERK}:{started}", f"{CLERK}:{typed}"]
    assert {(event.channel, event.address, event.account, event.language) for event in (opened, said)} == {
        ("telegram", str(CLERK), str(CLERK), "es")
    }
    assert opened.position < said.position
    await telegram.until_confirmed()
    wanted = telegram.asked("getUpdates")[0].arguments["allowed_updates"]
    assert wanted == ["message", "edited_message", "callback_query", "my_chat_member"]


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("/start_over", "start over"),
        ("/help@recourse_test_bot", "help"),
        ("/status 2026-00017", "status 2026-00017"),
        ("/123", "/123"),
        ("3/14", "3/14"),
        ("half \ud800 and \0 nothing", "half ? and  nothing"),
    ],
)
async def test_a_person_types_a_command_or_an_odd_thing(
    polling: Telegram, telegram: FakeTelegram, shelf: Shelf, typed: str, heard: str
) -> None:
    telegram.says(typed)
    (said,) = await shelf.holds(1)
    assert said.payload == {"text": heard}


async def test_a_person_sends_a_sticker_and_is_heard(polling: Telegram, telegram: FakeTelegram, shelf: Shelf) -> None:
    telegram.says("", sticker={"file_id": "s1", "emoji": "👍"})
    telegram.tell("message", {**telegram.messages[CLERK, 1], "message_id": 99, "from": {"id": BOT_ID, "is_bot": True}})
    telegram.says("again")
    assert [event.payload for event in await shelf.holds(2)] == [{"text": ""}, {"text": "again"}]


async def test_a_person_presses_twice(polling: Telegram, telegram: FakeTelegram, shelf: Shelf) -> None:
    shown = int(await polling.carrier.send(str(CLERK), line("Which plan?", "Meridian", "Aetna")))
    keyboard = telegram.asked("sendMessage")[0].arguments["reply_markup"]["inline_keyboard"]
    assert [[button["text"] for button in row] for row in keyboard] == [["Meridian"], ["Aetna"]]
    data = keyboard[1][0]["callback_data"]
    names = [telegram.presses(shown, data), telegram.presses(shown, data)]
    presses = await shelf.holds(2)
    assert [event.external_id for event in presses] == [f"{CLERK}:press:{name}" for name in names]
    assert {event.kind for event in presses} == {EventKind.PRESSED}
    assert [event.payload for event in presses] == [{"turn": 3, "choice": 1}] * 2
    shown_as_taken = await telegram.until_asked("answerCallbackQuery", 2)
    assert {call.arguments["callback_query_id"] for call in shown_as_taken} == set(names)


async def test_a_person_presses_what_is_no_button_of_ours(
    polling: Telegram, telegram: FakeTelegram, shelf: Shelf
) -> None:
    shown = int(await polling.carrier.send(str(CLERK), line("Which plan?")))
    for data in ("menu", "3:-1", "3:1:1", "", "٣:1"):
        telegram.presses(shown, data)
    await telegram.until_asked("answerCallbackQuery", 5)
    assert shelf.kept == []


async def test_a_press_counts_though_it_cannot_be_shown_as_taken(
    polling: Telegram, telegram: FakeTelegram, shelf: Shelf
) -> None:
    telegram.answers["answerCallbackQuery"].append(refusal(400, "Bad Request: query is too old"))
    shown = int(await polling.carrier.send(str(CLERK), line("Which plan?", "Meridian")))
    telegram.presses(shown, "3:0")
    assert (await shelf.holds(1))[0].kind is EventKind.PRESSED
    await telegram.until_confirmed()


async def test_a_person_edits_a_message(polling: Telegram, telegram: FakeTelegram, shelf: Shelf) -> None:
    typed = telegram.says("March 14")
    await shelf.holds(1)
    telegram.edits(typed, text="March 15")
    telegram.edits(typed, text="March 16")
    said, first, second = await shelf.holds(3)
    assert [event.payload for event in (first, second)] == [
        {"event": said.external_id, "text": "March 15"},
        {"event": said.external_id, "text": "March 16"},
    ]
    assert {first.kind, second.kind} == {EventKind.EDITED}
    assert len({said.external_id, first.external_id, second.external_id}) == 3
    assert said.position < first.position < second.position


async def test_a_person_blocks_the_bot(polling: Telegram, telegram: FakeTelegram, shelf: Shelf) -> None:
    telegram.blocks()
    (gone,) = await shelf.holds(1)
    assert (gone.kind, gone.address, gone.payload) == (EventKind.GONE, str(CLERK), {})
    with pytest.raises(Gone):
        await polling.carrier.send(str(CLERK), line("Your ticket is closed."))
    telegram.blocks(blocked=False)
    telegram.says("/start")
    assert [event.kind for event in await shelf.holds(2)] == [EventKind.GONE, EventKind.OPENED]


async def test_a_person_comes_back_after_telegram_numbered_anew(
    polling: Telegram, telegram: FakeTelegram, shelf: Shelf
) -> None:
    """After a week without updates the numbers go on somewhere else, perhaps lower."""
    telegram.says("before", date=1_800_000_000)
    await shelf.holds(1)
    await telegram.until_confirmed()
    asked = len(telegram.asked("getUpdates"))
    telegram.is_silent()
    await telegram.until_asked("getUpdates", asked + 1)
    assert "offset" not in telegram.asked("getUpdates")[-1].arguments
    telegram.next_update = 1_000
    telegram.says("after", date=1_800_000_000 + 7 * 24 * 3600)
    before, after = await shelf.holds(2)
    assert (before.payload["text"], after.payload["text"]) == ("before", "after")
    assert before.position < after.position


# Groups


async def test_a_person_writes_in_a_group(polling: Telegram, telegram: FakeTelegram, shelf: Shelf) -> None:
    asked = [
        telegram.says_in_group("/start"),
        telegram.says_in_group(f"@{BOT_NAME} Meridian denied it"),
        telegram.says_in_group("Meridian again", reply_to_message={"message_id": 5, "from": {"id": BOT_ID}}),
    ]
    for not_to_us in ("lunch?", "/start@another_bot", f"@{BOT_NAME}2 hello"):
        telegram.says_in_group(not_to_us)
    telegram.says("in private")
    assert [event.payload for event in await shelf.holds(1)] == [{"text": "in private"}]
    invited = await telegram.until_asked("sendMessage", 3)
    assert {call.arguments["chat_id"] for call in invited} == {str(GROUP)}
    assert {call.arguments["text"] for call in invited} == {ears.IN_PRIVATE}
    assert {call.arguments["reply_parameters"]["message_id"] for call in invited} == set(asked)


async def test_a_group_is_asked_once_though_telegram_repeats_itself(
    polling: Telegram, telegram: FakeTelegram, shelf: Shelf
) -> None:
    shelf.trouble = lambda _: RuntimeError("odd")
    telegram.says("in private")
    telegram.says_in_group("/start")
    await shelf.until(lambda: shelf.refused >= 3, "repetitions")
    shelf.come_back()
    await telegram.until_confirmed()
    asked_last = telegram.says_in_group("/help")
    first, second = await telegram.until_asked("sendMessage", 2)
    assert first.arguments["reply_parameters"]["message_id"] != asked_last
    assert second.arguments["reply_parameters"]["message_id"] == asked_last


# Files


async def test_a_person_sends_a_document_with_a_caption(
    polling: Telegram, telegram: FakeTelegram, shelf: Shelf
) -> None:
    sent = telegram.sends_file(b"a denial", "Jane Doe 2026.pdf", caption="the denial letter")
    said, came = await shelf.holds(2)
    assert (said.kind, said.external_id) == (EventKind.SAID, f"{CLERK}:{sent}")
    assert said.payload == {"text": "the denial letter"}
    assert came.kind is EventKind.FILE
    assert came.external_id.startswith(f"{CLERK}:{sent}:file:")
    assert came.payload == {"reference": "file1", "size": 8}
    assert said.position < came.position
    assert await polling.carrier.fetch(came.payload["reference"], 100) == b"a denial"


async def test_a_person_sends_a_photo(polling: Telegram, telegram: FakeTelegram, shelf: Shelf) -> None:
    photo = bytes(range(256)) * 20
    telegram.sends_photo(photo)
    (came,) = await shelf.holds(1)
    assert await polling.carrier.fetch(came.payload["reference"], 10_000) == photo


async def test_a_person_puts_another_file_in_the_place_of_one(
    polling: Telegram, telegram: FakeTelegram, shelf: Shelf
) -> None:
    sent = telegram.sends_file(b"draft", "sheet.xlsx", caption="the sheet")
    await shelf.holds(2)
    telegram.edits(sent, caption="the good sheet")
    telegram.replaces_file(sent, b"final", "sheet.xlsx")
    events = (await shelf.holds(5))[2:]
    assert [event.kind for event in events] == [EventKind.EDITED, EventKind.EDITED, EventKind.FILE]
    assert events[0].payload == {"event": f"{CLERK}:{sent}", "text": "the good sheet"}
    assert await polling.carrier.fetch(events[2].payload["reference"], 100) == b"final"


# Never lost, never twice


async def test_an_update_is_delivered_twice(telegram: FakeTelegram, shelf: Shelf) -> None:
    """The process dies between storing and confirming."""
    async with open_telegram(settings(telegram), shelf) as channel:
        telegram.says("Meridian")
        stored = asyncio.Event()

        async def store(incoming: Incoming) -> bool:
            is_new = await shelf(incoming)
            stored.set()
            await asyncio.Event().wait()  # and here it is cut off
            return is_new

        async with open_telegram(settings(telegram), store) as dying, running(dying):
            await stored.wait()
        assert len(telegram.waiting) == 1
        async with running(channel):
            telegram.says("March 14")
            assert [event.payload["text"] for event in await shelf.holds(2)] == ["Meridian", "March 14"]
            await telegram.until_confirmed()
    assert shelf.repeated == 1


async def test_the_database_is_away_while_people_type(polling: Telegram, telegram: FakeTelegram, shelf: Shelf) -> None:
    telegram.says("one")
    await shelf.holds(1)
    await telegram.until_confirmed()
    shelf.go_away()
    telegram.says("two")
    telegram.says("three")
    await shelf.until(lambda: shelf.refused >= 3, "several tries")
    assert len(telegram.waiting) == 2
    shelf.come_back()
    assert [event.payload["text"] for event in await shelf.holds(3)] == ["one", "two", "three"]
    await telegram.until_confirmed()


@pytest.mark.parametrize("trouble", [RuntimeError("Meridian"), asyncio.CancelledError()])
async def test_one_event_that_cannot_be_stored_stops_no_other(
    polling: Telegram, telegram: FakeTelegram, shelf: Shelf, trouble: BaseException
) -> None:
    shelf.trouble = lambda event: trouble if event.payload["text"] == "odd" else None
    telegram.says("odd")
    telegram.says("fine")
    await shelf.holds(1)
    await shelf.until(lambda: shelf.refused >= 2, "another try")
    assert len(telegram.waiting) == 2
    shelf.come_back()
    assert sorted(event.payload["text"] for event in await shelf.holds(2)) == ["fine", "odd"]
    await telegram.until_confirmed()


async def test_what_telegram_never_documented_stops_nothing(
    polling: Telegram, telegram: FakeTelegram, shelf: Shelf
) -> None:
    telegram.tell("message", {"chat": {"type": "private"}, "from": {"is_bot": False}})
    telegram.tell("edited_message", {"chat": 1})
    telegram.tell("callback_query", {"id": "x", "from": {"id": 1}})
    telegram.says("with news in it", forward_origin={"type": "of tomorrow"})
    assert [event.payload for event in await shelf.holds(1)] == [{"text": "with news in it"}]
    await telegram.until_confirmed()


async def test_telegram_is_away_for_a_while(telegram: FakeTelegram, shelf: Shelf) -> None:
    telegram.answers["getMe"].append(PAGE)
    telegram.answers["deleteWebhook"].extend([PAGE, refusal(500, "Internal Server Error")])
    conflict = refusal(409, "Conflict: terminated by other getUpdates request")
    telegram.answers["getUpdates"].extend([PAGE, Answer(500, {"ok": False}), too_many(1), conflict])
    telegram.says("Meridian")
    async with listening(telegram, shelf):
        await shelf.holds(1)
        await telegram.until_confirmed()


async def test_a_webhook_that_was_set_gives_way_to_polling(telegram: FakeTelegram, shelf: Shelf) -> None:
    telegram.webhook = {"url": DOOR}
    telegram.says("Meridian")
    async with listening(telegram, shelf):
        await shelf.holds(1)
    assert telegram.asked("deleteWebhook")[0].arguments.get("drop_pending_updates") in (None, "false")


async def test_telegram_hangs_when_we_end(
    telegram: FakeTelegram, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ears, "SETTLE", 0.01)
    telegram.answers["answerCallbackQuery"].append(HANGS)
    async with listening(telegram, shelf) as channel:
        shown = int(await channel.carrier.send(str(CLERK), line("Which plan?", "Meridian")))
        telegram.presses(shown, "3:0")
        await telegram.until_asked("answerCallbackQuery")
    assert len(shelf.kept) == 1


# By webhook


async def test_telegram_posts_to_the_webhook(door: str, telegram: FakeTelegram, shelf: Shelf) -> None:
    assert telegram.webhook is not None
    assert (telegram.webhook["url"], telegram.webhook["secret_token"]) == (DOOR, SECRET)
    assert telegram.webhook["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    telegram.says("/start")
    telegram.says("Meridian")
    assert await telegram.deliver(door) == [200, 200]
    assert [event.kind for event in shelf.kept] == [EventKind.OPENED, EventKind.SAID]


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET.upper()])
async def test_a_stranger_posts_to_the_webhook(door: str, telegram: FakeTelegram, shelf: Shelf, secret: str) -> None:
    telegram.says("I am somebody else")
    assert await telegram.deliver(door, secret) == [401]
    assert shelf.kept == []


@pytest.mark.parametrize("trouble", [Unavailable("the database is away"), RuntimeError("Meridian")])
async def test_the_webhook_cannot_store(door: str, telegram: FakeTelegram, shelf: Shelf, trouble: Exception) -> None:
    shelf.trouble = lambda _: trouble
    telegram.says("Meridian")
    assert await telegram.deliver(door) == [500]
    shelf.come_back()
    assert await telegram.deliver(door) == [200]
    assert len(shelf.kept) == 1


async def test_the_webhook_is_posted_nonsense(door: str, telegram: FakeTelegram, shelf: Shelf) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(door.split(":")[2].partition("/")[0]))
    for body, wanted in ((b"{", b"400"), (b"[]", b"400"), (b"\xff", b"400"), (b" " * (1 << 20) + b"{}", b"413")):
        head = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        writer.write(b"POST /telegram/webhook HTTP/1.1\r\nHost: recourse.example\r\n" + head + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.split()[1] == wanted
    writer.close()
    await writer.wait_closed()
    assert shelf.kept == []
