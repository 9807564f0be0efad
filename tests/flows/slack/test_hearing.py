"""What a person does in Slack, on the real bolt against a local Slack: what is stored and what is acked."""

import asyncio
import logging

import pytest

from bot.channels.slack.ears import IN_PRIVATE
from bot.chat_ports import EventKind, OutgoingLine
from bot.pretend.slack import (
    APP_TOKEN,
    BOT_ID,
    BOT_USER,
    DIRECT,
    PERSON,
    PUBLIC,
    TEAM,
    Body,
    FakeSlack,
    KeptFile,
    refusal,
)
from tests.parts.slack_way import ADDRESS, Shelf, Way, kinds, opened
from tests.parts.waiting import until_async

MEMBER = "Invented Member, RIN 123456789"


async def test_a_person_types_a_message(way: Way) -> None:
    body = way.slack.message("Molina &amp; me: write <mailto:a@clinic.example|a@clinic.example>, 3 &lt; 4, &amp;lt;")
    assert await way.delivers(body)
    ts = body["event"]["ts"]
    said = way.shelf[0]
    assert said.kind is EventKind.SAID
    assert said.payload == {"text": "Molina & me: write a@clinic.example, 3 < 4, &lt;"}
    assert (said.channel, said.address, said.account) == ("slack", ADDRESS, f"{TEAM}:{PERSON}")
    assert said.external_id == f"{ADDRESS}:{ts}"


async def test_a_person_types_fast_and_slack_delivers_in_any_order(way: Way) -> None:
    bodies = [way.slack.message(f"word {number}") for number in range(12)]
    acked = await asyncio.gather(*(way.delivers(body) for body in reversed(bodies)))
    assert all(acked)
    in_order = sorted(way.shelf.kept, key=lambda incoming: incoming.position)
    assert [incoming.payload["text"] for incoming in in_order] == [f"word {number}" for number in range(12)]
    assert len(way.slack.calls_of("auth.test")) == 1


async def test_a_message_is_delivered_twice(way: Way) -> None:
    body = way.slack.message("hello")
    assert await way.delivers(body)
    assert await way.delivers(body, retry=1)
    assert kinds(way.shelf) == [EventKind.SAID]
    assert way.shelf.attempts == 2


async def test_a_message_that_could_not_be_stored_comes_again(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    body = way.slack.message(MEMBER)
    way.shelf.broken = True
    assert not await way.delivers(body)
    way.shelf.broken = False
    assert await way.delivers(body, retry=1)
    assert way.shelf[0].payload == {"text": MEMBER}
    assert "not stored: Unavailable" in caplog.text
    assert MEMBER not in caplog.text


async def test_what_a_person_says_is_not_logged(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    original = way.slack.message(MEMBER)
    unknown = way.slack.event({"type": "link_shared", "channel": DIRECT, "user": PERSON, "text": MEMBER})
    for body in (original, way.slack.edit(original, f"not {MEMBER}"), unknown):
        assert await way.delivers(body)
    await way.carrier.send(ADDRESS, OutgoingLine(id=1, text=MEMBER))
    assert MEMBER not in caplog.text


async def test_slack_is_answered_when_it_is_stored_and_not_before(http: Way) -> None:
    http.shelf.open.clear()
    delivering = asyncio.create_task(http.slack.deliver(http.slack.message("hello")))

    async def reached() -> bool:
        return http.shelf.attempts == 1

    await until_async(reached, "the message at the shelf")
    assert not delivering.done()
    http.shelf.open.set()
    assert await delivering == 200
    assert kinds(http.shelf) == [EventKind.SAID]


async def test_the_program_stops_while_something_is_being_stored(slack: FakeSlack) -> None:
    shelf = Shelf()
    async with opened(slack, shelf, app_token=APP_TOKEN):
        shelf.open.clear()
        envelope = await slack.push(slack.message("last words"))

        async def reached() -> bool:
            return shelf.attempts == 1

        await until_async(reached, "the message at the shelf")
        asyncio.get_running_loop().call_soon(shelf.open.set)
    assert kinds(shelf) == [EventKind.SAID]

    async def acked() -> bool:
        return envelope in slack.acks

    await until_async(acked, "its ack")


async def test_slack_drops_the_connection(slack: FakeSlack) -> None:
    async with opened(slack, Shelf(), app_token=APP_TOKEN) as way:
        assert await way.delivers(slack.message("before"))
        await slack.drop_connections()

        async def connected_again() -> bool:
            return len(slack.calls_of("apps.connections.open")) == 2

        await until_async(connected_again, "a second connection")
        assert await way.delivers(slack.message("after"))
        assert [incoming.payload["text"] for incoming in way.shelf.kept] == ["before", "after"]


async def test_a_person_edits(way: Way) -> None:
    original = way.slack.message("March 14")
    first, second = way.slack.edit(original, "March 15"), way.slack.edit(original, "March 16")
    second["event"]["message"]["edited"] = first["event"]["message"]["edited"]  # both within one second
    for body in (original, first, second, first):
        assert await way.delivers(body)
    said, *edits = way.shelf.kept
    assert [edit.kind for edit in edits] == [EventKind.EDITED, EventKind.EDITED]
    assert [edit.payload for edit in edits] == [
        {"event": said.external_id, "text": "March 15"},
        {"event": said.external_id, "text": "March 16"},
    ]
    assert said.position < edits[0].position < edits[1].position


async def test_a_person_edits_within_the_second_that_slack_cuts_off(http: Way) -> None:
    original = http.slack.message("March 14")
    edit = http.slack.edit(original, "March 15")
    edit["event"]["event_ts"] = edit["event"]["ts"] = original["event"]["ts"].partition(".")[0] + ".000000"
    assert await http.delivers(edit)
    assert await http.delivers(original)
    assert http.shelf[1].position < http.shelf[0].position


async def test_slack_adds_a_preview_to_a_link(http: Way) -> None:
    original = http.slack.message("see <https://clinic.example>")
    assert await http.delivers(http.slack.edit(original, original["event"]["text"], edited=False))
    assert http.shelf.kept == []


async def test_a_person_presses_twice(way: Way) -> None:
    shown = way.slack.moment()
    first, second = way.slack.press("7:1", shown), way.slack.press("7:1", shown)
    for body in (first, second, first):
        assert await way.delivers(body)
    assert [incoming.payload for incoming in way.shelf.kept] == [{"turn": 7, "choice": 1}] * 2
    assert way.shelf[0].external_id == f"{ADDRESS}:{shown}:{first['actions'][0]['action_ts']}"
    assert way.shelf[0].account == f"{TEAM}:{PERSON}"
    assert way.shelf[0].position < way.shelf[1].position


async def test_a_press_that_could_not_be_stored_is_not_acked(way: Way) -> None:
    way.shelf.broken = True
    assert not await way.delivers(way.slack.press("7:1", way.slack.moment()))


async def test_a_press_on_a_button_that_is_not_ours(http: Way) -> None:
    assert await http.delivers(http.slack.press("https://elsewhere.example", http.slack.moment()))
    assert http.shelf.kept == []


async def test_a_person_sends_two_files_with_words(way: Way) -> None:
    files = [
        way.slack.keep("F1", KeptFile("Invented_Member.xlsx", b"sheet")),
        way.slack.keep("F2", KeptFile("Invented_Member.pdf", b"document")),
    ]
    body = way.slack.message("here they are", subtype="file_share", files=files)
    assert await way.delivers(body)
    assert await way.delivers(body, retry=1)
    assert kinds(way.shelf) == [EventKind.SAID, EventKind.FILE, EventKind.FILE]
    assert [incoming.payload for incoming in way.shelf.kept[1:]] == [
        {"reference": "F1", "size": 5},
        {"reference": "F2", "size": 8},
    ]
    positions = [incoming.position for incoming in way.shelf.kept]
    assert positions == sorted(set(positions))
    assert "Invented_Member" not in repr(way.shelf.kept)


async def test_a_person_sends_a_file_without_words(http: Way) -> None:
    file = http.slack.keep("F1", KeptFile("claims.xlsx", b"sheet"))
    assert await http.delivers(http.slack.message("", subtype="file_share", files=[file]))
    assert kinds(http.shelf) == [EventKind.FILE]


async def test_a_person_opens_the_chat_again_and_again(way: Way) -> None:
    for tab in ("home", "messages", "messages"):
        opening = {"type": "app_home_opened", "user": PERSON, "channel": DIRECT, "tab": tab}
        assert await way.delivers(way.slack.event(opening))
    assert kinds(way.shelf) == [EventKind.OPENED]


@pytest.mark.parametrize(
    "who",
    [{"user": BOT_USER}, {"bot_id": BOT_ID}, {"bot_id": "B0OTHER"}, {"user": "USLACKBOT"}, {"subtype": "pinned_item"}],
)
async def test_what_no_person_said(http: Way, who: Body) -> None:
    assert await http.delivers(http.slack.message("beep", **who))
    assert http.shelf.kept == []


async def test_a_person_speaks_to_us_in_a_channel(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    ts = way.slack.moment()
    public = {"channel": PUBLIC, "channel_type": "channel", "ts": ts}
    mention, message = way.slack.message(MEMBER, **public, type="app_mention"), way.slack.message(MEMBER, **public)
    reply = way.slack.message(MEMBER, channel=PUBLIC, channel_type="channel", thread_ts=ts)
    for body in (mention, message, mention, reply):
        assert await way.delivers(body)

    async def answered() -> bool:
        return bool(way.slack.shown)

    await until_async(answered, "the answer in the thread")
    assert await way.delivers(way.slack.message("hello"))
    [answer] = way.slack.shown
    assert (answer["channel"], answer["thread_ts"], answer["text"]) == (PUBLIC, ts, IN_PRIVATE)
    assert kinds(way.shelf) == [EventKind.SAID]
    assert way.shelf[0].payload == {"text": "hello"}
    assert MEMBER not in caplog.text


async def test_a_channel_takes_no_answer(http: Way, caplog: pytest.LogCaptureFixture) -> None:
    http.slack.answer_next("chat.postMessage", refusal("is_archived"))
    assert await http.delivers(http.slack.message("hello", channel=PUBLIC, type="app_mention"))

    async def told() -> bool:
        return "not asked to continue in private" in caplog.text

    await until_async(told, "the warning")
    assert http.shelf.kept == []


# Who may knock at the door


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "somebody else's"},
        {"age": 301},
        {"age": -301},
        {"headers": {"X-Slack-Signature": ""}},
        {"headers": {"X-Slack-Signature": "v0=\u00e9"}},
        {"headers": {"X-Slack-Request-Timestamp": "yesterday"}},
        {"headers": {"X-Slack-Request-Timestamp": "1" * 5000}},
    ],
)
async def test_an_event_with_a_bad_signature(http: Way, wrong: Body) -> None:
    assert await http.slack.deliver(http.slack.message("hello"), **wrong) == 401
    assert http.shelf.attempts == 0


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"{", b"[]", b"null", b'"text"', b""])
async def test_a_signed_body_that_says_nothing(http: Way, raw: bytes) -> None:
    assert await http.slack.post(raw) == 400
    assert http.shelf.attempts == 0


async def test_a_body_without_end(http: Way) -> None:
    assert await http.slack.post(b" " * (5 << 20)) == 413


async def test_slack_checks_the_address(http: Way) -> None:
    assert await http.slack.post(b'{"type": "url_verification", "challenge": "c"}') == 200


async def test_a_signed_event_that_is_not_as_documented(http: Way, caplog: pytest.LogCaptureFixture) -> None:
    assert await http.slack.deliver(http.slack.message(MEMBER, ts="soon", event_ts="1.1")) == 503
    assert MEMBER not in caplog.text
