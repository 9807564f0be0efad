"""The form that adds member details and files to a ticket that was filed where they may not be said."""

import logging
from collections.abc import Mapping
from datetime import date
from functools import partial

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.web_forms import LARGEST_FILE, LARGEST_FORM, Form, TooLarge, keep_file, open_form
from bot.web_front import Front, form_token, is_form_token, language_of, note, now
from complaints.dates import read_date
from complaints.deadlines import local_date
from complaints.model import Entry
from complaints.values import read_rin, read_text
from storage import chat_links, chats, details, files
from storage.chat_links import Link, LinkPurpose
from storage.database import Session
from storage.work import TryLater
from templates import pages
from templates.pages import DetailsView

log = logging.getLogger(__name__)

DETAILS = "recourse-details"
"""The cookie of a form that may be sent once."""
DETAILS_SECONDS = 24 * 3600
MOST_FILES = 5
LONGEST = 5_000

FIELDS = ("member_name", "rin", "service_from", "service_to", "what_happened", "wanted")


async def show_details(front: Front, request: Request) -> Response:
    """An empty form, whatever was added before."""
    token = front.cookie(request, DETAILS)
    found = await front.house.database.run(lambda session: _form_of(session, token))
    if found is None:
        return note(front, request, "details_gone", 410)
    link, language = found
    return HTMLResponse(pages.details_page(DetailsView(language, link.ticket, form_token(token))))


async def post_details(front: Front, request: Request) -> Response:
    """Store the details, once; or show the form again with all that was typed and every fault in it."""
    token = front.cookie(request, DETAILS)
    found = await front.house.database.run(lambda session: _form_of(session, token))
    if found is None:
        return note(front, request, "details_gone", 410)
    link, language = found
    try:
        async with open_form(request, LARGEST_FILE + LARGEST_FORM, MOST_FILES * 4) as form:
            if not is_form_token(form.get("token"), token):
                return note(front, request, "refused", 403)
            today = local_date(now(), front.house.policy)
            fields, errors = read_fields(form.fields, today)
            errors |= _trouble_with_files(form, fields, errors)
            if errors:
                typed = {name: form.get(name) for name in FIELDS}
                view = DetailsView(language, link.ticket, form_token(token), typed, errors)
                return HTMLResponse(pages.details_page(view), 422)
            digests = [await keep_file(front, upload) for upload in form.files]
            if trouble := await _harm_in(front, link, digests):
                typed = {name: form.get(name) for name in FIELDS}
                view = DetailsView(language, link.ticket, form_token(token), typed, {"files": trouble})
                return HTMLResponse(pages.details_page(view), 503 if trouble == "error_files_later" else 422)
            done = await _store(front, token, fields, digests)
    except TooLarge:
        view = DetailsView(language, link.ticket, form_token(token), {}, {"files": "error_files_size"})
        return HTMLResponse(pages.details_page(view), 413)
    response = note(front, request, "details", 200, ticket=link.ticket) if done else None
    return response or note(front, request, "details_gone", 410)


def read_fields(typed: Mapping[str, str], today: date) -> tuple[dict[str, str], dict[str, str]]:
    """What was filled in, as it is stored (dates in ISO form), and the faults: field → key of the page's words."""
    fields: dict[str, str] = {}
    errors: dict[str, str] = {}
    for name in FIELDS:
        written = typed.get(name, "").strip()
        if not written:
            continue
        if len(written) > LONGEST:
            errors[name] = "error_too_long"
        elif name.startswith("service_"):
            day = read_date(written, today)
            fault = "error_date" if day.value is None else "error_future" if day.value > today else ""
            _put(fields, errors, name, day.value.isoformat() if day.value else None, fault)
        else:
            entry: Entry[str] = read_rin(written) if name == "rin" else read_text(written, lines=True)
            _put(fields, errors, name, entry.value, "error_rin" if name == "rin" and entry.flaw else "")
    if not errors and "service_to" in fields and fields["service_to"] < fields.get("service_from", ""):
        errors["service_to"] = "error_order"
    return fields, errors


def _put(fields: dict[str, str], errors: dict[str, str], name: str, value: str | None, fault: str) -> None:
    if fault:
        errors[name] = fault
    elif value:
        fields[name] = value


def _trouble_with_files(form: Form, fields: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, str]:
    if len(form.files) > MOST_FILES:
        return {"files": "error_files_count"}
    if form.bytes_of_files > LARGEST_FILE:
        return {"files": "error_files_size"}
    if errors and form.files:
        return {"files": "error_files_again"}
    return {} if fields or form.files or errors else {"member_name": "error_nothing"}


def _form_of(session: Session, token: str) -> tuple[Link, str] | None:
    link = chat_links.peek_link(session, token) if token else None
    if link is None or link.purpose is not LinkPurpose.DETAILS:
        return None
    return link, language_of(chats.look_at(session, link.conversation_id))


async def _harm_in(front: Front, link: Link, digests: list[str]) -> str:
    """Why these files are not taken, as a key of the page's words; "" when nothing is known against them."""
    house = front.house
    for digest in digests:
        body = await house.database.run(partial(files.get, digest=digest))
        try:
            harm = await house.scanner.harm_in([body])
        except TryLater:
            return "error_files_later"
        if harm:
            log.error("a file for ticket %s is kept apart: %s", link.ticket, harm.name)
            return "error_files_harm"
    return ""


async def _store(front: Front, token: str, fields: dict[str, str], digests: list[str]) -> bool:
    """Exactly once for each form; False when it was stored before."""

    def add(session: Session) -> bool:
        link = chat_links.use_link(session, token)
        if link is None:
            return False
        details.add(session, link.ticket, now(), link.person, fields, digests)
        return True

    return await front.house.database.run(add)
