"""The web pages of `recourse serve`: the routes, what holds for every answer, and the HTTP server in our own loop."""

import asyncio
import logging
import socket as sockets
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from functools import partial
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import web_chat, web_details, web_links, web_socket
from bot.chat_ports import Store
from bot.house import House
from bot.settings import host_and_port
from bot.web_forms import NoForm
from bot.web_front import Front, SignIn, guarded, note
from bot.web_hub import Hub
from complaints.errors import SettingsError, Unavailable
from storage import chats
from templates import pages

log = logging.getLogger(__name__)

GRACE = 15
"""Seconds that requests under way get at the end."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # not no-referrer: with that, browsers send forms with "Origin: null", and we could not tell them from others'
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


@asynccontextmanager
async def serve_web(
    house: House, listen: str, store: Store, sign_in: SignIn, extra_routes: Sequence[BaseRoute] = ()
) -> AsyncIterator[int]:
    """Serve our pages, and what other channels add to them, at "host:port" until the context ends; yields the port.

    SettingsError: that place cannot be listened on.
    """
    front = Front(house, store, sign_in, Hub(house.database))
    trouble: Exception | None = None
    with _listener(listen) as listener:
        config = uvicorn.Config(
            guard(application(front, extra_routes), house.settings.public_url),
            log_config=None, log_level=logging.WARNING, access_log=False, server_header=False, lifespan="off",
            http="h11", ws="websockets-sansio", ws_max_size=web_socket.LARGEST_FRAME, ws_per_message_deflate=False,
            timeout_graceful_shutdown=GRACE,
        )  # fmt: skip
        server = _Server(config)
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(front.hub.run())
            tasks.create_task(server.serve([listener]))
            await server.ready.wait()
            try:
                yield listener.getsockname()[1]
            except Exception as error:  # noqa: BLE001  raised below as it is: the group would put it into another
                trouble = error
            front.closing.set()
            front.hub.wake_all()
            server.should_exit = True
            await server.ended.wait()
            looking.cancel()
    if trouble is not None:
        raise trouble


def application(front: Front, extra_routes: Sequence[BaseRoute] = ()) -> Starlette:
    """The routes. Those of other channels come first, and check for themselves who asks."""

    def page(path: str, get: object = None, post: object = None) -> Iterator[Route]:
        for method, endpoint in (("GET", get), ("POST", post)):
            if endpoint is not None:
                yield Route(path, guarded(front, endpoint), methods=[method])  # type: ignore[arg-type]

    routes: list[BaseRoute] = [
        *extra_routes,
        *page("/", web_chat.welcome),
        *page("/chat", web_chat.chat, web_chat.post),
        *page("/chat/start", post=web_chat.start),
        *page("/chat/file", post=web_chat.post_file),
        *page("/chat/files/{seq:int}", web_chat.file),
        *page("/go/{token}", web_links.show_link, web_links.use_link),
        *page("/details", web_details.show_details, web_details.post_details),
        WebSocketRoute("/chat/socket", partial(web_socket.socket, front)),
        Route("/static/{digest}/{name}", _static),
        Route("/health", partial(_health, front)),
    ]

    async def away(request: Request, _: Exception) -> Response:
        return note(front, request, "away", 503)

    async def missing(request: Request, _: Exception) -> Response:
        return note(front, request, "not_found", 404)

    async def no_form(request: Request, _: Exception) -> Response:
        return note(front, request, "refused", 400)

    return Starlette(
        routes=routes,
        exception_handlers={404: missing, 405: missing, NoForm: no_form, Unavailable: away, Exception: away},
    )


async def _static(request: Request) -> Response:
    """A file of the pages. Its address has the digest of its bytes, so a browser keeps it for ever."""
    file = pages.static_files().get(request.path_params["name"])
    if file is None:
        return PlainTextResponse("not found", 404)
    is_current = request.url.path == file.url
    keep = "public, max-age=31536000, immutable" if is_current else "no-cache"
    headers = {"ETag": file.etag, "Cache-Control": keep}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    return Response(file.body, media_type=file.media_type, headers=headers)


async def _health(front: Front, _: Request) -> Response:
    """For whoever watches the server: the database answers."""
    try:
        await front.house.database.run(chats.newest_line)
    except Unavailable:
        return PlainTextResponse("the database is away", 503)
    return PlainTextResponse("ok")


def guard(app: ASGIApp, public_url: str) -> ASGIApp:
    """Our security headers on every answer, and no traceback in the log: it could quote what a person wrote."""
    parts = urlsplit(public_url)
    # some browsers' 'self' does not cover a WebSocket
    wire = f" {'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}" if public_url else ""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'{wire}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    fixed = _HEADERS | {"Content-Security-Policy": policy}
    if parts.scheme == "https":
        fixed["Strict-Transport-Security"] = "max-age=31536000"

    async def guarded_app(scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in fixed.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await app(scope, receive, with_headers)
        except Exception as error:  # noqa: BLE001  it was answered already; the log says where it came from, not what it says
            log.error("%s of %s failed: %s", scope["type"], scope.get("route", "a page"), _where(error))  # noqa: TRY400

    return guarded_app


def _where(error: BaseException) -> str:
    """The error's type and the line it came from."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else "nowhere"
    return f"{type(error).__name__} at {place}"


class _Server(uvicorn.Server):
    """uvicorn as one part of our program: signals are ours, and we hear when it is ready and when it has ended."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()

    async def startup(self, sockets: list[sockets.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def serve(self, sockets: list[sockets.socket] | None = None) -> None:
        try:
            await super().serve(sockets)
        finally:
            self.ended.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        with nullcontext():
            yield


@contextmanager
def _listener(listen: str) -> Iterator[sockets.socket]:
    host, port = host_and_port("http_listen", listen)
    try:
        family = sockets.AF_INET6 if ":" in host else sockets.AF_INET
        listener = sockets.create_server((host, port), family=family, backlog=1024)
        # asyncio does this only for sockets it made itself: without, the second of two frames waits 40 ms for an ACK
        listener.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
    except OSError as error:
        raise SettingsError(f"cannot listen on {listen}: {error.strerror or error}") from error
    try:
        yield listener
    finally:
        with suppress(OSError):
            listener.close()
