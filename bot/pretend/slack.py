"""A local Slack: its Web API, its files, Socket Mode, and the events it sends, as a real HTTP server on loopback.

It records what it was asked, answers what it is told to, and delivers events as often as one likes.
"""

import hashlib
import hmac
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession, WSMsgType, web

from bot.pretend.waiting import until_async

TEAM, BOT_USER, BOT_ID = "T0AGENCY", "U0BOT", "B0BOT"
BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-invented-1", "xapp-invented-1", "invented-signing-secret"
PERSON, DIRECT, PUBLIC = "U0CLERK", "D0CLERK", "C0GENERAL"

Body = dict[str, Any]


@dataclass
class Call:
    """One request to the Web API: its method, its arguments with JSON read, and the token it came with."""

    method: str
    arguments: Body
    token: str


@dataclass
class Answer:
    """What the Web API is to answer once in place of the truth."""

    status: int = 200
    body: Body | str = field(default_factory=lambda: {"ok": False})
    headers: dict[str, str] = field(default_factory=dict)


def refusal(code: str) -> Answer:
    return Answer(body={"ok": False, "error": code})


@dataclass
class KeptFile:
    """A file that a person sent. `redirect`: where its address leads instead."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"
    told_size: int | None = None
    redirect: str = ""
    external: str = ""


class FakeSlack:
    """Open it with `fake_slack`. `events_url` is where HTTP events go; whoever opens it sets it."""

    def __init__(self) -> None:
        self.url = ""
        self.events_url = ""
        self.calls: list[Call] = []
        self.files: dict[str, KeptFile] = {}
        self.uploads: dict[str, bytes] = {}
        self.shown: list[Body] = []
        self.acks: list[str] = []
        self.tokens_of_downloads: list[str] = []
        self._answers: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self._sockets: list[web.WebSocketResponse] = []
        self._moments = 1_784_000_000_000_100
        self._envelopes = 0

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def answer_next(self, method: str, *answers: Answer) -> None:
        """Answer the next calls of this method so."""
        self._answers[method].extend(answers)

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def moment(self) -> str:
        """A new `ts`, each later than the last by a bit more than a second."""
        self._moments += 1_000_137
        return f"{self._moments // 1_000_000}.{self._moments % 1_000_000:06d}"

    # What people do, as the bodies that Slack sends for it.

    def event(self, event: Body) -> Body:
        event = {"event_ts": event.get("ts") or self.moment(), **event}
        return {
            "type": "event_callback",
            "token": "invented-verification-token",
            "team_id": TEAM,
            "api_app_id": "A0RECOURSE",
            "event": event,
            "event_id": f"Ev{event['event_ts']}",
            "event_time": int(float(event["event_ts"])),
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}],
        }

    def message(self, text: str, **more: Any) -> Body:
        return self.event(
            {
                "type": "message",
                "channel": DIRECT,
                "channel_type": "im",
                "user": PERSON,
                "text": text,
                "ts": self.moment(),
                "team": TEAM,
                **more,
            }
        )

    def edit(self, original: Body, text: str, *, edited: bool = True) -> Body:
        """Slack tells of an edit, or (not `edited`) that it added a link's preview."""
        before, moment = original["event"], self.moment()
        after = {key: before[key] for key in ("type", "user", "ts", "team")} | {"text": text}
        if edited:
            after["edited"] = {"user": before["user"], "ts": moment.partition(".")[0] + ".000000"}
        return self.event(
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "channel": before["channel"],
                "channel_type": "im",
                "ts": moment,
                "message": after,
                "previous_message": {key: before[key] for key in ("type", "user", "ts", "text")},
            }
        )

    def press(self, value: str, message_ts: str) -> Body:
        moment = self.moment()
        return {
            "type": "block_actions",
            "team": {"id": TEAM, "domain": "agency"},
            "user": {"id": PERSON, "username": "clerk", "team_id": TEAM},
            "api_app_id": "A0RECOURSE",
            "token": "invented-verification-token",
            "container": {"type": "message", "message_ts": message_ts, "channel_id": DIRECT, "is_ephemeral": False},
            "channel": {"id": DIRECT, "name": "directmessage"},
            "trigger_id": "1.2.3",
            "actions": [
                {
                    "type": "button",
                    "action_id": "choice-0",
                    "block_id": "b1",
                    "value": value,
                    "text": {"type": "plain_text", "text": "Yes"},
                    "action_ts": moment,
                }
            ],
        }

    def keep(self, file_id: str, file: KeptFile) -> Body:
        """A person's file, as a message tells of it."""
        self.files[file_id] = file
        size = len(file.content) if file.told_size is None else file.told_size
        return {
            "id": file_id,
            "name": file.name,
            "title": file.name,
            "mimetype": file.media_type,
            "size": size,
            "is_external": bool(file.external),
            "url_private": file.external or f"{self.url}/files/{file_id}/{file.name}",
            "url_private_download": file.external or f"{self.url}/files/{file_id}/download/{file.name}",
        }

    # How it reaches us.

    async def deliver(self, body: Body, *, retry: int = 0, headers: dict[str, str] | None = None, **wrong: Any) -> int:
        """Over HTTP; the status that came back. A retry is the same request with Slack's headers for one."""
        raw = urlencode({"payload": json.dumps(body)}) if body["type"] == "block_actions" else json.dumps(body)
        kind = "application/x-www-form-urlencoded" if body["type"] == "block_actions" else "application/json"
        again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_error"} if retry else {}
        return await self.post(raw.encode(), kind, headers=again | (headers or {}), **wrong)

    async def post(
        self,
        raw: bytes,
        kind: str = "application/json",
        *,
        secret: str = SIGNING_SECRET,
        age: int = 0,
        headers: dict[str, str] | None = None,
    ) -> int:
        """Signed with this secret, so many seconds ago; `headers` win over the right ones."""
        moment = str(int(time.time()) - age)
        digest = hmac.new(secret.encode(), f"v0:{moment}:".encode() + raw, hashlib.sha256).hexdigest()
        sent = {"Content-Type": kind, "X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}
        async with (
            ClientSession() as session,
            session.post(self.events_url, data=BytesIO(raw), headers=sent | (headers or {})) as response,
        ):
            return response.status

    async def push(self, body: Body, *, retry: int = 0) -> str:
        """Over Socket Mode; the envelope's id, which is in `acks` once it was acked."""

        async def open_socket() -> web.WebSocketResponse | None:
            return next((socket for socket in reversed(self._sockets) if not socket.closed), None)

        socket = await until_async(open_socket, "a Socket Mode connection")
        self._envelopes += 1
        envelope = f"envelope-{self._envelopes}"
        await socket.send_json(
            {
                "envelope_id": envelope,
                "type": "interactive" if body["type"] == "block_actions" else "events_api",
                "payload": body,
                "accepts_response_payload": body["type"] == "block_actions",
                "retry_attempt": retry,
                "retry_reason": "timeout" if retry else "",
            }
        )
        return envelope

    async def drop_connections(self) -> None:
        """As Slack does every few hours."""
        for socket in self._sockets:
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    # The server.

    def application(self) -> web.Application:
        application = web.Application(client_max_size=64 << 20)
        application.add_routes(
            [
                web.route("*", "/api/{method}", self._api),
                web.post("/upload/{file}", self._upload),
                web.get("/files/{file}/{rest:.*}", self._download),
                web.get("/link", self._link),
            ]
        )
        return application

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        arguments: Body = dict(request.query)
        if request.content_type == "application/json":
            arguments |= await request.json()
        else:
            arguments |= dict(await request.post())
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append(Call(method, arguments, token))
        if self._answers[method]:
            answer = self._answers[method].popleft()
            if isinstance(answer.body, str):
                return web.Response(status=answer.status, text=answer.body, content_type="text/html")
            return web.json_response(answer.body, status=answer.status, headers=answer.headers)
        if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
            return web.json_response({"ok": False, "error": "invalid_auth"})
        return web.json_response({"ok": True, **self._truth(method, arguments)})

    def _truth(self, method: str, arguments: Body) -> Body:
        match method:
            case "auth.test":
                return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID, "team": "Agency", "url": self.url}
            case "apps.connections.open":
                return {"url": f"{self.url.replace('http', 'ws', 1)}/link?ticket=invented-ticket"}
            case "chat.postMessage":
                shown = {**arguments, "ts": self.moment()}
                self.shown.append(shown)
                return {"channel": arguments["channel"], "ts": shown["ts"]}
            case "files.info":
                return {"file": self.keep(arguments["file"], self.files[arguments["file"]])}
            case "files.getUploadURLExternal":
                file_id = f"F0OURS{len(self.uploads)}"
                self.uploads[file_id] = b""
                return {"file_id": file_id, "upload_url": f"{self.url}/upload/{file_id}"}
            case "files.completeUploadExternal":
                files = json.loads(arguments["files"])
                self.shown.append({**arguments, "files": files})
                return {"files": files}
        return {"ok": False, "error": "unknown_method"}

    async def _upload(self, request: web.Request) -> web.Response:
        if self._answers["upload"]:
            return web.Response(status=self._answers["upload"].popleft().status)
        self.uploads[request.match_info["file"]] = await request.read()
        return web.Response(text="OK")

    async def _download(self, request: web.Request) -> web.Response:
        """Without the right token: 200 and the sign-in page."""
        file = self.files[request.match_info["file"]]
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.tokens_of_downloads.append(token)
        if file.redirect:
            raise web.HTTPFound(file.redirect)
        if token != BOT_TOKEN:
            return web.Response(text="<html>Sign in to Slack</html>", content_type="text/html")
        return web.Response(body=file.content, content_type=file.media_type)

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._sockets.append(socket)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                self.acks.append(json.loads(message.data)["envelope_id"])
        return socket


@asynccontextmanager
async def fake_slack() -> AsyncIterator[FakeSlack]:
    slack = FakeSlack()
    runner = web.AppRunner(slack.application(), shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield slack
    finally:
        await runner.cleanup()
