"""What the web pages share: the house, whose visit a request is, and that a POST came from our own page."""

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from bot.chat_ports import Store
from bot.house import House
from bot.web_hub import Hub
from bot.web_limits import Limits
from storage import chat_links, chats
from storage.chat_links import Link
from storage.chats import Conversation
from storage.database import Session
from templates import pages

SignIn = Callable[[Session, Link], None]
"""Link the conversation to the person, in the transaction that uses the link up."""
Endpoint = Callable[["Front", Request], Awaitable[Response]]

VISIT_SECONDS = 90 * 24 * 3600
UPLOADS_AT_ONCE = 4
"""Files that are in memory at the same time on their way into the database."""


@dataclass(slots=True)
class Front:
    """One process's web pages."""

    house: House
    store: Store
    sign_in: SignIn
    hub: Hub
    limits: Limits = field(default_factory=Limits)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    uploads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UPLOADS_AT_ONCE))
    _last: int = 0

    def position(self) -> str:
        """The place of the next event in its conversation: the moment, in microseconds, never the same twice here."""
        self._last = max(time.time_ns() // 1000, self._last + 1)
        return f"{self._last:020d}"

    @property
    def is_secure(self) -> bool:
        return self.house.settings.web_address.lower().startswith("https:")

    def cookie_name(self, name: str) -> str:
        return f"__Host-{name}" if self.is_secure else name

    def set_cookie(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            self.cookie_name(name), value, max_age=seconds, path="/", secure=self.is_secure, httponly=True,
            samesite="strict",
        )  # fmt: skip

    def cookie(self, connection: HTTPConnection, name: str) -> str:
        return connection.cookies.get(self.cookie_name(name), "")


VISIT = "recourse"
"""The cookie of a visit; `__Host-recourse` under TLS."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser that may see and go on with one conversation."""

    token: str
    conversation: Conversation

    @property
    def form_token(self) -> str:
        return form_token(self.token)

    @property
    def language(self) -> str:
        return language_of(self.conversation)


def language_of(conversation: Conversation) -> str:
    """The language that a conversation is held in; before its first turn, the one it was begun in."""
    told = conversation.session or {}
    return page_language(told.get("language") or conversation.language)


def form_token(secret: str) -> str:
    """What our forms carry: only who has the secret itself can know it."""
    return hashlib.sha256(b"form:" + secret.encode()).hexdigest()[:32]


def is_form_token(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), form_token(secret).encode())


def new_client_id() -> str:
    return secrets.token_hex(12)


def now() -> datetime:
    return datetime.now(UTC)


def page_language(wanted: str) -> str:
    """The nearest language that our pages have."""
    short = wanted.strip().lower()[:2]
    return short if short in pages.LANGUAGES else "en"


def asked_language(request: Request) -> str:
    """By the address's ?lang=, else by the browser's first choice."""
    return page_language(request.query_params.get("lang") or request.headers.get("accept-language", "en"))


def find_visit(session: Session, token: str) -> Visit | None:
    conversation_id = chat_links.visit(session, token) if token else None
    return None if conversation_id is None else Visit(token, chats.look_at(session, conversation_id))


async def visit_of(front: Front, connection: HTTPConnection) -> Visit | None:
    """The visit of this browser. Unavailable: the database is away."""
    token = front.cookie(connection, VISIT)
    return await front.house.database.run(lambda session: find_visit(session, token)) if token else None


def host_of(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


def is_from_us(front: Front, connection: HTTPConnection) -> bool:
    """Whether one of our own pages sent it: by Origin, and by what a browser says of the site it comes from."""
    if connection.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    public = front.house.settings.public_url.rstrip("/").lower()
    ours = public or f"http://{connection.headers.get('host', '')}"
    return connection.headers.get("origin", "") == ours


def note(front: Front, request: Request, key: str, status: int, **words: object) -> Response:
    """A page that says one thing."""
    has_chat = bool(front.cookie(request, VISIT))
    page = pages.note_page(asked_language(request), key, has_chat=has_chat, **words)
    return HTMLResponse(page, status)


def guarded(front: Front, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint, for requests that may come in: a POST from our own page, and not too many of them."""

    async def answer(request: Request) -> Response:
        if request.method == "POST":
            if not is_from_us(front, request):
                return note(front, request, "refused", 403)
            if not front.limits.may_post(host_of(request)):
                return note(front, request, "too_many", 429)
        return await endpoint(front, request)

    return answer
