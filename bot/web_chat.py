"""The chat as pages and plain forms: everything works without script; `bot.web_socket` saves the reloading."""

import asyncio
import secrets
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.channels import webchat
from bot.chat_ports import EventKind
from bot.web_forms import LARGEST_FILE, LARGEST_FORM, Form, TooLarge, keep_file, open_form
from bot.web_front import (
    VISIT,
    VISIT_SECONDS,
    Front,
    Visit,
    asked_language,
    host_of,
    is_form_token,
    new_client_id,
    note,
    now,
    page_language,
    visit_of,
)
from complaints.errors import Broken, Unavailable
from complaints.privacy import may_keep_files
from storage import chat_links, chats, tiers
from storage.chats import Conversation, StoredLine
from storage.database import Session
from templates import pages
from templates.pages import ChatView, PageLine

LINES_AT_ONCE = 500
LINES_SHOWN = 1_000
ANSWER_WAIT = 5.0
"""Seconds that a form waits for its answer, before the page comes without it and looks again."""
HERE = "/chat#end"


async def welcome(front: Front, request: Request) -> Response:
    visit = await visit_of(front, request)
    language = visit.language if visit and "lang" not in request.query_params else asked_language(request)
    return HTMLResponse(
        pages.welcome_page(language, front.house.settings.mail_address, has_chat=visit is not None),
        headers={"Vary": "Accept-Language, Cookie"},
    )


async def start(front: Front, request: Request) -> Response:
    """Begin a conversation, and let this browser see it."""
    if not front.limits.may_start(host_of(request)):
        return note(front, request, "too_many", 429)
    async with open_form(request) as form:
        language = page_language(form.get("language"))
    address = secrets.token_hex(16)
    await front.store(webchat.opened(address, front.position(), now(), language))

    def visit(session: Session) -> tuple[int, str]:
        conversation = chats.find(session, webchat.CHANNEL, address)
        if conversation is None:
            raise Broken("a conversation that was just stored is missing")
        return conversation.id, chat_links.new_visit(session, conversation.id)

    conversation_id, token = await front.house.database.run(visit)
    await _answered(front, conversation_id)
    response = RedirectResponse(HERE, 303)
    front.set_cookie(response, VISIT, token, VISIT_SECONDS)
    return response


async def chat(front: Front, request: Request) -> Response:
    """The conversation of this browser, which may go on with it for as long again."""
    visit = await visit_of(front, request)
    if visit is None:
        return RedirectResponse("/", 303)
    await front.house.database.run(lambda session: chat_links.renew_visit(session, visit.token))
    response = await _page(front, visit)
    front.set_cookie(response, VISIT, visit.token, VISIT_SECONDS)
    return response


async def post(front: Front, request: Request) -> Response:
    """One form of the chat page: words, a button, a file, or words and a file."""
    visit = await visit_of(front, request)
    if visit is None:
        return RedirectResponse("/", 303)
    try:
        async with open_form(request, LARGEST_FILE + LARGEST_FORM, most_files=1) as form:
            trouble = _trouble_with(front, visit, form)
            if trouble:
                return await _page(front, visit, form.get("text"), trouble)
            try:
                await _store(front, visit, form)
            except Unavailable:
                return await _page(front, visit, form.get("text"), "not_kept")
    except TooLarge:
        return await _page(front, visit, trouble="too_large")
    await _answered(front, visit.conversation.id)
    return RedirectResponse(HERE, 303)


async def post_file(front: Front, request: Request) -> Response:
    """A file that the page's script sends. 204: it is kept."""
    visit = await visit_of(front, request)
    if visit is None:
        return Response(status_code=403)
    try:
        async with open_form(request, LARGEST_FILE + LARGEST_FORM, most_files=1) as form:
            trouble = _trouble_with(front, visit, form)
            if trouble or not form.files:
                return Response(status_code=_STATUS.get(trouble, 400))
            await _store(front, visit, form)
    except TooLarge:
        return Response(status_code=413)
    except Unavailable:
        return Response(status_code=503)
    return Response(status_code=204)


async def file(front: Front, request: Request) -> Response:
    """A file that we handed over in this conversation, and in no other."""
    visit = await visit_of(front, request)
    seq = int(request.path_params["seq"])
    found = None
    if visit is not None and seq < 2**31:
        found = await front.house.database.run(lambda session: _file(session, visit.conversation.id, seq))
    if found is None:
        return note(front, request, "not_found", 404)
    name, body = found
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(body, media_type="application/octet-stream", headers={"Content-Disposition": disposition})


_STATUS = {"too_large": 413, "slow_down": 429, "not_kept": 503, "stale_form": 403, "too_long": 400, "": 200}


def _trouble_with(front: Front, visit: Visit, form: Form) -> str:
    """Why this form cannot be taken, as a key of the page's words; "" when it can."""
    if not is_form_token(form.get("token"), visit.token):
        return "stale_form"
    if len(form.get("text")) > webchat.LONGEST:
        return "too_long"
    if form.bytes_of_files > LARGEST_FILE:
        return "too_large"
    whose = str(visit.conversation.id)
    if not front.limits.posts_of_visit.spend(whose):
        return "slow_down"
    if form.files and not front.limits.files_of_visit.spend(whose):
        return "slow_down"
    return ""


async def _store(front: Front, visit: Visit, form: Form) -> None:
    """Each thing in the form as an event, under an id that the form had when it was made."""
    client_id, button = form.get("seq"), form.get("press")
    sent = webchat.pressed(client_id, button) if button else webchat.said(client_id, form.get("text"))
    if sent is not None:
        await front.store(webchat.incoming(visit.conversation, sent, front.position(), now()))
    for upload in form.files:
        may_keep = await front.house.database.run(
            lambda session: may_keep_files(tiers.tier_of(session, visit.conversation.channel))
        )
        came = webchat.file_came(f"{client_id}-f", await keep_file(front, upload) if may_keep else None)
        if came is not None:
            await front.store(webchat.incoming(visit.conversation, came, front.position(), now()))


async def _page(front: Front, visit: Visit, kept: str = "", trouble: str = "") -> Response:
    conversation, lines, waiting = await front.house.database.run(
        lambda session: _transcript(session, visit.conversation.id)
    )
    seen = Visit(visit.token, conversation)
    shown = [webchat.page_line(line) for line in lines]
    view = ChatView(
        language=seen.language,
        lines=[*shown, *(line for line in waiting if line is not None)],
        form_token=visit.form_token,
        client_id=new_client_id(),
        last_seq=lines[-1].seq if lines else 0,
        waiting=bool(waiting),
        kept=kept,
        trouble=trouble,
    )
    return HTMLResponse(pages.chat_page(view), _STATUS[trouble])


def _transcript(
    session: Session, conversation_id: int
) -> tuple[Conversation, Sequence[StoredLine], list[PageLine | None]]:
    """The last lines, and what waits to be read (None for what is no words)."""
    conversation = chats.look_at(session, conversation_id)
    lines: deque[StoredLine] = deque(maxlen=LINES_SHOWN)
    seq = 0
    while more := chats.lines_after(session, conversation_id, seq, LINES_AT_ONCE):
        lines.extend(more)
        seq = more[-1].seq
    waiting = [webchat.waiting_line(event) for event in _unread(session, conversation)]
    return conversation, lines, waiting


def _unread(session: Session, conversation: Conversation) -> list[chats.StoredEvent]:
    since = chats.events_since(session, conversation.id, conversation.last_position)
    return [event for event in since if not event.done and event.kind != EventKind.TIME]


async def _answered(front: Front, conversation_id: int) -> None:
    """Wait until everything sent was read and answered, but not for long."""

    def is_read(session: Session) -> bool:
        return not _unread(session, chats.look_at(session, conversation_id))

    with front.hub.waiting(conversation_id) as woken, suppress(TimeoutError, Unavailable):
        async with asyncio.timeout(ANSWER_WAIT):
            while not front.closing.is_set():
                woken.clear()
                if await front.house.database.run(is_read):
                    return
                await woken.wait()


def _file(session: Session, conversation_id: int, seq: int) -> tuple[str, bytes] | None:
    lines = chats.lines_after(session, conversation_id, seq - 1, 1)
    if not lines or lines[0].seq != seq or not lines[0].file_digest:
        return None
    return lines[0].file_name or "file", chats.line_file(session, lines[0].id)
