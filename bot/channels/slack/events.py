"""What Slack tells us, as events of a chat: pure translation of its JSON.

A message is known by its workspace, channel and `ts`, and so is what refers to it; a repeated delivery has the same
ones. Slack's `ts` is a time in seconds with six digits behind the point, unique in its channel.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.channels.slack.text import plain
from bot.chat_ports import EventKind, Incoming

CHANNEL = "slack"
LAST_PLACE = 999

SPOKEN = (None, "file_share", "me_message", "thread_broadcast")
"""The subtypes of a message that are a person's own words; all others tell what Slack or a bot did."""


def heard(workspace: str, body: Mapping[str, Any], received: datetime) -> Iterator[Incoming]:
    """The events of one request of Slack's, for a direct message; none for what is not a person's doing.

    Raises KeyError or ValueError for what is not written as Slack documents it.
    """
    if body.get("type") == "block_actions":
        yield from _pressed(workspace, body, received)
        return
    event = body["event"]
    if not is_direct(event) or not _is_a_persons(event):
        return
    if event["type"] == "app_home_opened" and event.get("tab") == "messages":
        # the same id each time: only the first opening of a chat is an event
        yield _incoming(workspace, event, received, EventKind.OPENED, "opened", position(event["event_ts"]), {})
    elif event["type"] == "message" and event.get("subtype") == "message_changed":
        yield from _edited(workspace, event, received)
    elif event["type"] == "message" and event.get("subtype") in SPOKEN:
        yield from _said(workspace, event, received)


def thread_in_public(body: Mapping[str, Any]) -> tuple[str, str] | None:
    """The channel and the thread where a person spoke to us before others."""
    event = body.get("event", {})
    speaks = event.get("type") in ("message", "app_mention") and event.get("subtype") in SPOKEN
    if not speaks or is_direct(event) or not _is_a_persons(event):
        return None
    return event["channel"], event.get("thread_ts") or event["ts"]


def is_direct(event: Mapping[str, Any]) -> bool:
    """Slack's ids of direct messages begin with D; the ids of all that others can read do not."""
    return str(event.get("channel", "")).startswith("D")


def position(ts: str, place: int = 0) -> str:
    """A `ts` that sorts as text, and the place of one of several events with the same."""
    seconds, _, rest = ts.partition(".")
    return f"{int(seconds):012d}.{int(rest or 0):06d}.{place:03d}"


def _is_a_persons(event: Mapping[str, Any]) -> bool:
    message = event.get("message") or event
    return "user" in message and "bot_id" not in message and message["user"] != "USLACKBOT"


def _said(workspace: str, event: Mapping[str, Any], received: datetime) -> Iterator[Incoming]:
    """The words, and each file after them. Files are told by id only: the rest of what Slack says holds their names."""
    ts, text, files = event["ts"], plain(event.get("text") or ""), event.get("files") or []
    if text.strip() or not files:
        yield _incoming(workspace, event, received, EventKind.SAID, ts, position(ts), {"text": text})
    for place, file in enumerate(files, start=1):
        payload = {"reference": file["id"], "size": int(file.get("size") or 0)}
        name = f"{ts}:{file['id']}"
        yield _incoming(workspace, event, received, EventKind.FILE, name, position(ts, place), payload)


def _edited(workspace: str, event: Mapping[str, Any], received: datetime) -> Iterator[Incoming]:
    """New words. Slack also tells of a change when it adds the preview of a link: then the words are the same.

    `edited.ts` is in whole seconds and two edits can share it, so the event's own `ts` names the edit. That one may be
    cut as well: an edit never comes before what it edits.
    """
    message, before = event["message"], event.get("previous_message") or {}
    if not message.get("edited") or message.get("text") == before.get("text"):
        return
    ts, edit = message["ts"], event["event_ts"]
    payload = {"event": f"{workspace}:{event['channel']}:{ts}", "text": plain(message.get("text") or "")}
    at = max(position(edit), position(ts, LAST_PLACE))
    yield _incoming(workspace, event, received, EventKind.EDITED, f"{ts}:{edit}", at, payload)


def _pressed(workspace: str, body: Mapping[str, Any], received: datetime) -> Iterator[Incoming]:
    place = {"channel": body["container"]["channel_id"], "user": body["user"]["id"]}
    if not is_direct(place):
        return
    for action in body["actions"]:
        turn, _, choice = str(action.get("value", "")).partition(":")
        if turn.isdecimal() and choice.isdecimal():
            moment = action["action_ts"]
            name = f"{body['container']['message_ts']}:{moment}"
            payload = {"turn": int(turn), "choice": int(choice)}
            yield _incoming(workspace, place, received, EventKind.PRESSED, name, position(moment), payload)


def _incoming(
    workspace: str,
    event: Mapping[str, Any],
    received: datetime,
    kind: EventKind,
    name: str,
    at: str,
    payload: dict[str, Any],
) -> Incoming:
    address = f"{workspace}:{event['channel']}"
    person = (event.get("message") or event)["user"]
    return Incoming(
        channel=CHANNEL,
        address=address,
        account=f"{workspace}:{person}",
        external_id=f"{address}:{name}",
        position=at,
        kind=kind,
        received=received,
        payload=payload,
    )
