"""One-time links: a page with one button, since programs that look at mails open links but press nothing."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.chat_drafts import go_on_on_our_page
from bot.web_chat import HERE
from bot.web_details import DETAILS, DETAILS_SECONDS
from bot.web_forms import open_form
from bot.web_front import (
    VISIT,
    VISIT_SECONDS,
    Front,
    find_visit,
    form_token,
    is_form_token,
    language_of,
    note,
    now,
)
from storage import chat_links, chats
from storage.chat_links import Link, LinkPurpose
from storage.database import Session
from templates import pages

_ASKS = {LinkPurpose.SIGN_IN: "sign_in", LinkPurpose.DRAFT: "draft", LinkPurpose.DETAILS: "details"}


async def show_link(front: Front, request: Request) -> Response:
    """What the link is for. Nothing is used by looking."""
    token = request.path_params["token"]

    def peek(session: Session) -> tuple[Link, str] | None:
        link = chat_links.peek_link(session, token)
        return None if link is None else (link, language_of(chats.look_at(session, link.conversation_id)))

    found = await front.house.database.run(peek)
    if found is None:
        return note(front, request, "link_used", 410)
    link, language = found
    return HTMLResponse(pages.link_page(language, _ASKS[link.purpose], form_token(token), link.ticket))


async def use_link(front: Front, request: Request) -> Response:
    """The press: the link is used up, once."""
    token = request.path_params["token"]
    async with open_form(request) as form:
        if not is_form_token(form.get("token"), token):
            return note(front, request, "refused", 403)
    visit_token = front.cookie(request, VISIT)
    used = await front.house.database.run(lambda session: _use(front, session, token, visit_token))
    if used is None:
        return note(front, request, "link_used", 410)
    link, opened = used
    match link.purpose:
        case _ if opened is None:
            return note(front, request, "other_browser", 403)
        case LinkPurpose.SIGN_IN:
            return RedirectResponse(HERE, 303) if opened else note(front, request, "signed_in", 200)
        case LinkPurpose.DETAILS:
            response = RedirectResponse("/details", 303)
            front.set_cookie(response, DETAILS, opened, DETAILS_SECONDS)
        case LinkPurpose.DRAFT:
            response = RedirectResponse(HERE, 303)
            front.set_cookie(response, VISIT, opened, VISIT_SECONDS)
    return response


def _use(front: Front, session: Session, token: str, visit_token: str) -> tuple[Link, str | None] | None:
    """The link, and what it opened: the new visit's or form's token.

    A sign-in opens nothing new: "" in another channel, this browser's own visit on our pages. None: the chat that
    asked for the sign-in is not in this browser. Then the link stays as it was. Without that, whoever begins a chat
    with somebody else's address could wait for that person to press the link in their mail.
    """
    link = chat_links.peek_link(session, token)
    if link is None:
        return None
    opened: str | None = ""
    if link.purpose is LinkPurpose.SIGN_IN and chats.look_at(session, link.conversation_id).channel == "web":
        visit = find_visit(session, visit_token)
        opened = visit_token if visit and visit.conversation.id == link.conversation_id else None
        if opened is None:
            return link, None
    if chat_links.use_link(session, token) is None:
        return None
    if link.purpose is LinkPurpose.SIGN_IN:
        front.sign_in(session, link)
    elif link.purpose is LinkPurpose.DRAFT:
        opened = chat_links.new_visit(session, go_on_on_our_page(session, link, front.position(), now()))
    elif link.purpose is LinkPurpose.DETAILS:
        # the form gets a token of its own, used up when the details are stored
        opened = chat_links.new_link(session, link.conversation_id, LinkPurpose.DETAILS, link.ticket, link.person)
    return link, opened
