"""The chat over a WebSocket: what the person sends comes in, each line goes out as soon as it is there.

A frame is acknowledged when its event is durable. A page that lost its connection sends again what was not
acknowledged, says the last line it shows, and gets those after it. The frames are those of `webchat.read_frame`;
ours are {"ready": true}, {"ack": id}, {"lines": HTML, "choices": HTML} and, when the conversation goes on in another
language than the page, {"language": code}.
"""

import asyncio
import json
from collections.abc import Sequence
from functools import partial

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels import webchat
from bot.web_front import Front, Visit, host_of, is_from_us, language_of, now, visit_of
from complaints.errors import Unavailable
from storage import chats
from storage.chats import StoredLine
from storage.database import Session

LARGEST_FRAME = 16 * 1024
LINES_AT_ONCE = 200
NOT_UNDERSTOOD, TRY_LATER, NO_VISIT = 1008, 1013, 4401
"""Close codes. After the last one the page loads itself anew."""


class _Ended(Exception):
    """The connection ends with this code."""

    def __init__(self, code: int) -> None:
        self.code = code


async def socket(front: Front, websocket: WebSocket) -> None:
    if not is_from_us(front, websocket):
        await websocket.close()  # before it was accepted: HTTP 403
        return
    visit = await visit_of(front, websocket)
    await websocket.accept()
    if visit is None:
        await websocket.close(NO_VISIT)
        return
    with front.limits.socket(visit.conversation.id, host_of(websocket)) as admitted:
        if not admitted:
            await websocket.close(TRY_LATER)
            return
        try:
            await _talk(front, websocket, visit)
        except _Ended as ended:
            await websocket.close(ended.code)
        except Unavailable:
            await websocket.close(TRY_LATER)
        except WebSocketDisconnect:
            return


async def _talk(front: Front, websocket: WebSocket, visit: Visit) -> None:
    """Both directions, until the page goes. Raises _Ended, Unavailable or WebSocketDisconnect."""
    hello = await _frame(websocket)
    if not isinstance(hello, webchat.Hello):
        raise _Ended(NOT_UNDERSTOOD)
    await websocket.send_text(json.dumps({"ready": True}))
    telling = asyncio.create_task(_tell(front, websocket, visit, hello))
    hearing = asyncio.create_task(_hear(front, websocket, visit))
    try:
        done, _ = await asyncio.wait((telling, hearing), return_when=asyncio.FIRST_COMPLETED)
    finally:
        telling.cancel()
        hearing.cancel()
        await asyncio.gather(telling, hearing, return_exceptions=True)
    for task in done:
        await task  # raises what ended it


async def _frame(websocket: WebSocket) -> webchat.Hello | webchat.Sent:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code") or 1005)
    frame = webchat.read_frame(message.get("text") or "")
    if frame is None:
        raise _Ended(NOT_UNDERSTOOD)
    return frame


async def _hear(front: Front, websocket: WebSocket, visit: Visit) -> None:
    """Frames one after the other. Too many are heard more slowly: nothing that was said is thrown away."""
    whose = str(visit.conversation.id)
    while True:
        sent = await _frame(websocket)
        if not isinstance(sent, webchat.Sent):
            raise _Ended(NOT_UNDERSTOOD)
        while not front.limits.posts_of_visit.spend(whose):  # noqa: ASYNC110  the time is known, no event comes
            await asyncio.sleep(front.limits.posts_of_visit.seconds_until_one(whose))
        await front.store(webchat.incoming(visit.conversation, sent, front.position(), now()))
        await websocket.send_text(json.dumps({"ack": sent.client_id}))


async def _tell(front: Front, websocket: WebSocket, visit: Visit, hello: webchat.Hello) -> None:
    """Lines as they come, from the first one that the page does not show."""
    last_seq, language = hello.last_seq, hello.language
    with front.hub.waiting(visit.conversation.id) as woken:
        while True:
            woken.clear()
            news = partial(_news, visit=visit, after=last_seq)
            lines, spoken = await front.house.database.run(news)
            if lines:
                await websocket.send_text(webchat.lines_frame(lines, spoken))
                last_seq = lines[-1].seq
            if spoken != language:
                language = spoken
                await websocket.send_text(json.dumps({"language": language}))
            if len(lines) < LINES_AT_ONCE:
                await woken.wait()


def _news(session: Session, visit: Visit, after: int) -> tuple[Sequence[StoredLine], str]:
    """The lines after this one, and the language in which the conversation goes on."""
    lines = chats.lines_after(session, visit.conversation.id, after, LINES_AT_ONCE)
    conversation = chats.find(session, visit.conversation.channel, visit.conversation.address)
    return lines, language_of(conversation) if conversation else visit.language
