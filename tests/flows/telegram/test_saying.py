"""What goes into a Telegram chat and out of it again, with the real client against a local Bot API that fails."""

import traceback
from collections.abc import Awaitable

import pytest

from bot.channels.telegram import Telegram, TelegramSettings, open_telegram
from bot.channels.telegram.carrier import TEXT_LIMIT, parts
from bot.chat_ports import Gone
from bot.pretend.telegram import BLOCKED, CLERK, HANGS, PAGE, TOKEN, Answer, FakeTelegram, refusal, too_many
from complaints.errors import Broken, RecourseError, SettingsError, Unavailable
from storage.work import TryLater
from tests.parts.telegram_channel import DOOR, SECRET, Shelf, line, settings

# Saying


async def test_a_long_answer_is_cut_between_lines(polling: Telegram, telegram: FakeTelegram) -> None:
    rows = [f"Row {number}: the tracking number <b>is</b> missing & *needed*." for number in range(200)]
    await polling.carrier.send(str(CLERK), line("\n".join(rows), "Yes", "No"))
    said = [call.arguments for call in telegram.asked("sendMessage")]
    assert "\n".join(part["text"] for part in said) == "\n".join(rows)
    assert len(said) == 3
    assert ["reply_markup" in part for part in said] == [False, False, True]
    assert not any("parse_mode" in part for part in said)
    assert all(part["link_preview_options"]["is_disabled"] for part in said)


@pytest.mark.parametrize(
    "text", ["", "x", "x" * 5000, "a\n" * 5000, "\n" * 9000, "é" * 4096, "b" * 4096 + "\n" + "c" * 4096]
)
def test_no_part_is_too_long_or_empty(text: str) -> None:
    found = [*parts(text)]
    assert all(part.strip() and len(part) <= TEXT_LIMIT for part in found)
    assert "".join(found).replace("\n", "") == text.replace("\n", "")


async def test_a_sheet_is_handed_over(polling: Telegram, telegram: FakeTelegram) -> None:
    sent = await polling.carrier.send(str(CLERK), line("Your sheet", "Done", file=b"PK sheet"))
    (call,) = telegram.asked("sendDocument")
    assert call.files == {"claims.xlsx": b"PK sheet"}
    assert call.arguments["caption"] == "Your sheet"
    assert call.arguments["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "3:0"
    assert telegram.messages[CLERK, int(sent)]["document"]["file_name"] == "claims.xlsx"
    assert telegram.asked("sendMessage") == []


async def test_a_sheet_goes_with_words_that_no_caption_holds(polling: Telegram, telegram: FakeTelegram) -> None:
    await polling.carrier.send(str(CLERK), line("w" * 1025, file=b"PK sheet"))
    assert [call.method for call in telegram.calls if call.method.startswith("send")] == ["sendMessage", "sendDocument"]
    await polling.carrier.send(str(CLERK), line("", file=b"PK sheet"))
    assert "caption" not in telegram.asked("sendDocument")[1].arguments


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (refusal(403, BLOCKED), Gone),
        (refusal(403, "Forbidden: user is deactivated"), Gone),
        (refusal(400, "Bad Request: chat not found"), Gone),
        (refusal(400, "Bad Request: PEER_ID_INVALID"), Gone),
        (refusal(400, "Bad Request: message Meridian is odd"), Broken),
        (refusal(413, "Request Entity Too Large"), Broken),
        (refusal(401, "Unauthorized"), Unavailable),
        (refusal(429, "Too Many Requests"), Unavailable),
        (refusal(500, "Internal Server Error"), Unavailable),
        (Answer(500, {"ok": False}), Unavailable),
        (PAGE, Unavailable),
    ],
)
async def test_telegram_refuses_a_line(
    polling: Telegram, telegram: FakeTelegram, answer: Answer, wanted: type[RecourseError]
) -> None:
    telegram.answers["sendMessage"].append(answer)
    with pytest.raises(wanted) as raised:
        await polling.carrier.send(str(CLERK), line("Meridian"))
    assert not isinstance(raised.value, TryLater)
    _no_secret_in(raised.value)


async def test_too_many_lines_wait_as_long_as_telegram_says(polling: Telegram, telegram: FakeTelegram) -> None:
    telegram.answers["sendMessage"].append(too_many(17))
    with pytest.raises(TryLater) as raised:
        await polling.carrier.send(str(CLERK), line("Meridian"))
    assert raised.value.seconds == 17
    _no_secret_in(raised.value)


async def test_telegram_does_not_answer(telegram: FakeTelegram, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.calls.ask.__defaults__", (1,))
    telegram.answers["sendMessage"].append(HANGS)
    async with open_telegram(settings(telegram), shelf) as channel:
        with pytest.raises(Unavailable) as raised:
            await channel.carrier.send(str(CLERK), line("Meridian"))
    _no_secret_in(raised.value)


async def test_telegram_cannot_be_reached(shelf: Shelf) -> None:
    async with open_telegram(TelegramSettings(TOKEN, api_url="http://127.0.0.1:1"), shelf) as channel:
        for call in (channel.carrier.send(str(CLERK), line("x")), channel.carrier.fetch("file1", 10)):
            with pytest.raises(Unavailable) as raised:
                await _awaited(call)
            _no_secret_in(raised.value)


async def test_a_line_counts_as_said_though_the_answer_holds_something_new(
    polling: Telegram, telegram: FakeTelegram
) -> None:
    """Read into the library's types it would be a failure, and the line would be said again and again."""
    message = {"message_id": 5, "date": "tomorrow", "chat": {"id": CLERK, "type": "of tomorrow"}}
    telegram.answers["sendMessage"].append(Answer(200, {"ok": True, "result": message}, does_it=True))
    assert await polling.carrier.send(str(CLERK), line("Meridian")) == "5"


# Files that came


@pytest.mark.parametrize("told_size", [None, 3])
async def test_a_file_is_larger_than_we_take(polling: Telegram, telegram: FakeTelegram, told_size: int | None) -> None:
    """Whether Telegram says so or not."""
    telegram.sends_file(b"x" * 200_000, "big.pdf", told_size=told_size)
    with pytest.raises(Broken, match="larger than 100000 bytes"):
        await polling.carrier.fetch("file1", 100_000)


@pytest.mark.parametrize(
    ("status", "wanted"), [(404, Broken), (403, Broken), (429, Unavailable), (500, Unavailable), (502, Unavailable)]
)
async def test_a_file_is_not_handed_out(
    polling: Telegram, telegram: FakeTelegram, status: int, wanted: type[RecourseError]
) -> None:
    telegram.sends_file(b"x", "a.pdf")
    telegram.files["file1"].refused = status
    with pytest.raises(wanted) as raised:
        await polling.carrier.fetch("file1", 100)
    _no_secret_in(raised.value)


async def test_a_file_is_not_there_any_more(polling: Telegram, telegram: FakeTelegram) -> None:
    with pytest.raises(Broken):
        await polling.carrier.fetch("file77", 100)
    telegram.sends_file(b"x", "film.mp4", told_size=21 << 20)
    with pytest.raises(Broken):
        await polling.carrier.fetch("file1", 100 << 20)


# Deleting


async def test_what_a_person_wrote_is_deleted(polling: Telegram, telegram: FakeTelegram, shelf: Shelf) -> None:
    telegram.says("born 1970")
    telegram.sends_file(b"x", "a.pdf")
    said, came = await shelf.holds(2)
    assert await polling.carrier.delete(str(CLERK), said.external_id)
    assert await polling.carrier.delete(str(CLERK), came.external_id)
    assert telegram.messages == {}
    assert not await polling.carrier.delete(str(CLERK), said.external_id)
    assert not await polling.carrier.delete(str(CLERK), f"{CLERK}:press:press-1")
    telegram.answers["deleteMessage"].append(PAGE)
    with pytest.raises(Unavailable):
        await polling.carrier.delete(str(CLERK), said.external_id)


# Settings


@pytest.mark.parametrize(
    ("others", "says"),
    [
        ({"token": "4711:another"}, "RECOURSE_TELEGRAM_TOKEN is not accepted"),
        ({"token": "nonsense"}, "RECOURSE_TELEGRAM_TOKEN is not a token"),
        ({"mode": "webhook", "webhook_secret": SECRET, "webhook_url": "http://a.example"}, "RECOURSE_PUBLIC_URL"),
        ({"mode": "webhook", "webhook_secret": "", "webhook_url": DOOR}, "RECOURSE_TELEGRAM_SECRET"),
        ({"mode": "webhook", "webhook_secret": "no blanks", "webhook_url": DOOR}, "RECOURSE_TELEGRAM_SECRET"),
    ],
)
async def test_settings_that_cannot_work(
    telegram: FakeTelegram, shelf: Shelf, others: dict[str, str], says: str
) -> None:
    wanted = TelegramSettings(**{"token": TOKEN, "api_url": telegram.url} | others)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=says) as raised:
        async with open_telegram(wanted, shelf):
            pytest.fail("opened")
    _no_secret_in(raised.value, wanted.token)
    assert wanted.token not in repr(wanted)


def _no_secret_in(error: BaseException, token: str = TOKEN) -> None:
    """Neither in its text nor, for the token, in what a log would show of where it came from."""
    assert "Meridian" not in str(error)
    assert token not in "".join(traceback.format_exception(error))


async def _awaited(call: Awaitable[object]) -> None:
    await call
