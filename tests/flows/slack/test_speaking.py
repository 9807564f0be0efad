"""What we say in Slack, the files we fetch there, and how the channel opens."""

import logging

import pytest

from bot.channels.slack import SlackSettings, open_slack
from bot.chat_ports import EventKind, Gone, OutgoingLine
from bot.pretend.slack import (
    APP_TOKEN,
    BOT_TOKEN,
    DIRECT,
    SIGNING_SECRET,
    Answer,
    FakeSlack,
    KeptFile,
    fake_slack,
    refusal,
)
from complaints.errors import Broken, SettingsError, Unavailable
from storage.work import TryLater
from tests.parts.slack_way import ADDRESS, Shelf, Way, kinds, opened
from tests.parts.waiting import until_async

LINE = OutgoingLine(id=41, text="Which plan? <a> & *b*", choices=("Yes", "No"), turn=7)


async def test_a_line_with_buttons(http: Way) -> None:
    ts = await http.carrier.send(ADDRESS, LINE)
    [shown] = http.slack.shown
    assert (shown["ts"], shown["channel"]) == (ts, DIRECT)
    assert shown["text"] == "Which plan? &lt;a&gt; &amp; *b*"
    section, actions = shown["blocks"]
    assert section["text"] == {"type": "mrkdwn", "text": shown["text"]}
    assert [button["value"] for button in actions["elements"]] == ["7:0", "7:1"]
    assert shown["metadata"]["event_payload"] == {"line": 41}
    assert shown["unfurl_links"] is False
    assert await http.delivers(http.slack.press(actions["elements"][1]["value"], ts))
    assert http.shelf[0].payload == {"turn": 7, "choice": 1}


async def test_a_line_with_many_long_buttons_and_much_to_say(quiet: Way) -> None:
    choices = tuple(f"{number} " + "x" * 100 for number in range(12))
    text = "\n".join(f"{number}: {'& ' * 200}" for number in range(20)) + "\n" + "<" * 4000
    await quiet.carrier.send(ADDRESS, OutgoingLine(id=1, text=text, choices=choices, turn=1))
    [shown] = quiet.slack.shown
    sections = [block["text"]["text"] for block in shown["blocks"] if block["type"] == "section"]
    rows = [block["elements"] for block in shown["blocks"] if block["type"] == "actions"]
    assert max(map(len, sections)) <= 3000
    assert "".join(sections) == shown["text"]
    assert [len(row) for row in rows] == [5, 5, 2]
    buttons = [button for row in rows for button in row]
    assert all(len(button["text"]["text"]) == 75 for button in buttons)
    assert len({button["action_id"] for button in buttons}) == 12


async def test_a_sheet_is_handed_over(quiet: Way) -> None:
    sheet = b"sheet" * (1 << 19)
    line = OutgoingLine(id=1, text="Please fill this < sheet", file_name="claim-sheet.xlsx", file=sheet)
    file = await quiet.carrier.send(ADDRESS, line)
    [shown] = quiet.slack.shown
    assert shown["files"] == [{"id": file, "title": "claim-sheet.xlsx"}]
    assert (shown["channel_id"], shown["initial_comment"]) == (DIRECT, "Please fill this &lt; sheet")
    assert quiet.slack.uploads == {file: sheet}


async def test_a_sheet_is_handed_over_with_buttons(quiet: Way) -> None:
    await quiet.carrier.send(ADDRESS, OutgoingLine(id=1, text="Done?", choices=("Yes",), file_name="a.xlsx", file=b"s"))
    handed, said = quiet.slack.shown
    assert "initial_comment" not in handed
    assert said["text"] == "Done?"


async def test_a_sheet_whose_upload_fails_is_not_shown(quiet: Way) -> None:
    quiet.slack.answer_next("upload", Answer(500))
    with pytest.raises(Unavailable):
        await quiet.carrier.send(ADDRESS, OutgoingLine(id=1, text="Here", file_name="a.xlsx", file=b"s"))
    assert quiet.slack.shown == []


async def test_slack_asks_us_to_slow_down(quiet: Way) -> None:
    quiet.slack.answer_next(
        "chat.postMessage", Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "17"})
    )
    with pytest.raises(TryLater) as told:
        await quiet.carrier.send(ADDRESS, LINE)
    assert told.value.seconds == 17
    assert len(quiet.slack.calls_of("chat.postMessage")) == 1
    await quiet.carrier.send(ADDRESS, LINE)
    assert len(quiet.slack.shown) == 1


@pytest.mark.parametrize("code", ["account_inactive", "channel_not_found", "is_archived", "user_disabled"])
async def test_the_bot_was_removed_or_the_person_left(quiet: Way, code: str) -> None:
    quiet.slack.answer_next("chat.postMessage", refusal(code))
    with pytest.raises(Gone, match=code):
        await quiet.carrier.send(ADDRESS, LINE)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, "<html>oops</html>"),
        Answer(503, {"ok": False, "error": "service_unavailable"}),
        refusal("ratelimited"),
        refusal("internal_error"),
        refusal("invalid_auth"),
    ],
)
async def test_slack_is_away_when_we_speak(quiet: Way, answer: Answer) -> None:
    quiet.slack.answer_next("chat.postMessage", answer)
    with pytest.raises(Unavailable):
        await quiet.carrier.send(ADDRESS, LINE)
    assert len(quiet.slack.calls_of("chat.postMessage")) == 1


async def test_slack_refuses_a_line(quiet: Way) -> None:
    quiet.slack.answer_next("chat.postMessage", refusal("invalid_blocks"))
    with pytest.raises(Broken, match="invalid_blocks") as told:
        await quiet.carrier.send(ADDRESS, LINE)
    assert "plan" not in str(told.value)


async def test_what_a_person_wrote_cannot_be_deleted(quiet: Way) -> None:
    assert not await quiet.carrier.delete(ADDRESS, f"{ADDRESS}:1.1")


# Files that came


async def test_a_file_is_fetched(quiet: Way) -> None:
    quiet.slack.keep("F1", KeptFile("claims.xlsx", b"sheet"))
    assert await quiet.carrier.fetch("F1", limit=5) == b"sheet"


@pytest.mark.parametrize("told", [None, 3])
async def test_a_file_is_too_large_or_larger_than_was_said(quiet: Way, told: int | None) -> None:
    quiet.slack.keep("F1", KeptFile("Invented_Member.xlsx", b"x" * 200_000, told_size=told))
    with pytest.raises(Broken, match="larger than 1000") as refused:
        await quiet.carrier.fetch("F1", limit=1000)
    assert "Invented_Member" not in str(refused.value)


async def test_a_file_that_our_token_may_not_read(quiet: Way) -> None:
    page = KeptFile("claims.xlsx", b"<html>Sign in</html>", "text/html")
    quiet.slack.keep("F1", page)
    with pytest.raises(Broken, match="page"):
        await quiet.carrier.fetch("F1", limit=1000)


async def test_a_file_that_was_deleted(quiet: Way) -> None:
    quiet.slack.answer_next("files.info", refusal("file_deleted"))
    with pytest.raises(Broken, match="file_deleted"):
        await quiet.carrier.fetch("F1", limit=1000)


async def test_a_file_moves_within_slack(quiet: Way) -> None:
    quiet.slack.keep("F2", KeptFile("claims.xlsx", b"sheet"))
    quiet.slack.keep("F1", KeptFile("claims.xlsx", b"", redirect="/files/F2/claims.xlsx"))
    assert await quiet.carrier.fetch("F1", limit=1000) == b"sheet"


async def test_a_file_that_moves_in_a_circle(quiet: Way) -> None:
    quiet.slack.keep("F1", KeptFile("claims.xlsx", b"", redirect="/files/F1/claims.xlsx"))
    with pytest.raises(Broken, match="again and again"):
        await quiet.carrier.fetch("F1", limit=1000)


@pytest.mark.parametrize("how", ["redirect", "external"])
async def test_our_token_goes_to_nobody_else(quiet: Way, how: str) -> None:
    async with fake_slack() as stranger:
        stranger.keep("F1", KeptFile("claims.xlsx", b"sheet"))
        address = f"{stranger.url.replace('127.0.0.1', 'localhost')}/files/F1/claims.xlsx"
        kept = KeptFile("claims.xlsx", b"")
        setattr(kept, how, address)
        quiet.slack.keep("F1", kept)
        with pytest.raises(Broken):
            await quiet.carrier.fetch("F1", limit=1000)
        assert stranger.tokens_of_downloads == []


# Opening


async def test_slack_is_away_at_the_start(slack: FakeSlack) -> None:
    slack.answer_next("auth.test", Answer(500, "<html>"), Answer(500, "<html>"))
    async with opened(slack, Shelf()) as way:
        body = slack.message("hello")
        assert not await way.delivers(body)
        assert await way.delivers(body, retry=1)
        assert kinds(way.shelf) == [EventKind.SAID]


async def test_slack_cannot_be_reached(slack: FakeSlack) -> None:
    settings = SlackSettings(BOT_TOKEN, SIGNING_SECRET, api_url="http://127.0.0.1:9/api/")
    async with open_slack(settings, Shelf().store) as channel:
        with pytest.raises(Unavailable) as told:
            await channel.carrier.send(ADDRESS, LINE)
    assert BOT_TOKEN not in str(told.value)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (("xoxb-wrong", SIGNING_SECRET), "BOT_TOKEN is not accepted by Slack .invalid_auth."),
        ((BOT_TOKEN, ""), "SLACK_SIGNING_SECRET"),
    ],
)
async def test_the_settings_are_wrong(slack: FakeSlack, settings: tuple[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says) as told:
        async with open_slack(SlackSettings(*settings, "", slack.api_url), Shelf().store):
            pass
    assert not any(word and word in str(told.value) for word in settings)


async def test_no_secret_is_shown_or_logged(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    slack.answer_next("apps.connections.open", refusal(f"no_{APP_TOKEN}_here"))
    settings = SlackSettings(BOT_TOKEN, SIGNING_SECRET, APP_TOKEN, slack.api_url)
    async with open_slack(settings, Shelf().store) as channel:

        async def tried() -> bool:
            return "Failed to" in caplog.text

        await until_async(tried, "a failed connection")
        slack.answer_next("chat.postMessage", refusal("is_archived"))
        with pytest.raises(Gone):
            await channel.carrier.send(ADDRESS, LINE)
    for secret in (BOT_TOKEN, APP_TOKEN, SIGNING_SECRET):
        assert secret not in caplog.text + repr(settings)
