"""A local Telegram: its Bot API, its files, and the people who use it, as a real HTTP server on loopback.

It is as strict as the real one where that matters (lengths, tokens, chats that are blocked), records what it was asked,
fails when it is told to, and gives every update again until it was confirmed.
"""

import asyncio
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from bot.pretend.waiting import until_async

TOKEN = "4711:invented-Token_x"  # noqa: S105  of nobody
BOT_ID, BOT_NAME = 4711, "recourse_bot"
CLERK = 1001
GROUP = -2001

Json = dict[str, Any]


@dataclass
class Call:
    """One request: the method, its arguments with JSON read, and the files in it."""

    method: str
    arguments: Json
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Answer:
    """What a method answers once in place of the truth."""

    status: int
    body: Json | str
    does_it: bool = False
    """It is done all the same: only the answer is lost."""
    hangs: bool = False


def refusal(status: int, description: str, **parameters: Any) -> Answer:
    body: Json = {"ok": False, "error_code": status, "description": description}
    return Answer(status, body | ({"parameters": parameters} if parameters else {}))


def too_many(seconds: int) -> Answer:
    return refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


BLOCKED = "Forbidden: bot was blocked by the user"
HANGS = Answer(200, "", hangs=True)
PAGE = Answer(502, "<html>Bad Gateway</html>")


@dataclass
class KeptFile:
    """A file that somebody sent. `told_size` is what Telegram says of it; `refused` the status of its download."""

    content: bytes
    name: str
    told_size: int | None = None
    refused: int = 0


class Refused(Exception):
    """400, with a description."""


class FakeTelegram:
    """Telegram as one bot sees it."""

    def __init__(self) -> None:
        self.url = ""
        self.language = "es"
        """What everybody's phone is set to."""
        self.calls: list[Call] = []
        self.answers: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self.files: dict[str, KeptFile] = {}
        self.messages: dict[tuple[int, int], Json] = {}
        self.blocked: set[int] = set()
        self.webhook: Json | None = None
        self.waiting: list[Json] = []
        """The updates that were not confirmed."""
        self.next_update = 900_000_001
        self._message_ids = itertools.count(1)
        self._news = asyncio.Event()
        self._closing = asyncio.Event()
        self._silent = asyncio.Event()
        self._methods: dict[str, Callable[[Json, dict[str, bytes]], Any]] = {
            "getMe": lambda _arguments, _files: {**_bot(), "can_join_groups": True},
            "sendMessage": self._send_message,
            "sendDocument": self._send_document,
            "deleteMessage": self._delete_message,
            "getFile": self._get_file,
            "answerCallbackQuery": lambda _arguments, _files: True,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
        }

    # What people do. Each returns the id of the message, or of what was done.

    def says(self, text: str, person: int = CLERK, **more: Any) -> int:
        return self._writes(person, {"text": text, **more})

    def sends_file(
        self, content: bytes, name: str, caption: str = "", told_size: int | None = None, person: int = CLERK
    ) -> int:
        file = {"file_name": name, **self._file(content, name, told_size)}
        return self._writes(person, {"document": file, **({"caption": caption} if caption else {})})

    def sends_photo(self, content: bytes, person: int = CLERK) -> int:
        sizes = [
            {"width": side, "height": side, **self._file(content[: side * 10], "photo.jpg", None)} for side in (90, 800)
        ]
        return self._writes(person, {"photo": sizes})

    def edits(self, message_id: int, person: int = CLERK, **new: Any) -> None:
        message = self.messages[person, message_id]
        message.update(new, edit_date=int(time.time()))
        self.tell("edited_message", dict(message))

    def replaces_file(self, message_id: int, content: bytes, name: str, person: int = CLERK) -> None:
        self.edits(message_id, person, document={"file_name": name, **self._file(content, name, None)})

    def presses(self, message_id: int, data: str, person: int = CLERK, name: str = "") -> str:
        name = name or f"press-{self.next_update}"
        message = self.messages[person, message_id]
        self.tell("callback_query", {"id": name, "from": self._who(person), "message": message, "data": data})
        return name

    def blocks(self, person: int = CLERK, *, blocked: bool = True) -> None:
        (self.blocked.add if blocked else self.blocked.discard)(person)
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        change = {"chat": chat(person), "from": self._who(person), "date": int(time.time())}
        members = {
            "old_chat_member": {"status": old, "user": _bot()},
            "new_chat_member": {"status": new, "user": _bot()},
        }
        self.tell("my_chat_member", change | members)

    def says_in_group(self, text: str, person: int = CLERK, **more: Any) -> int:
        return self._writes(person, {"text": text, **more}, group=GROUP)

    def tell(self, kind: str, what: Json) -> int:
        """Make an update of it."""
        number = self.next_update
        self.next_update += 1
        self.waiting.append({"update_id": number, kind: what})
        self._news.set()
        return number

    def is_silent(self) -> None:
        """Let the open poll end as if nothing had come for its whole time."""
        self._silent.set()
        self._news.set()

    def _who(self, person: int) -> Json:
        return {"id": person, "is_bot": False, "first_name": "Invented", "language_code": self.language}

    # What one looks at.

    def asked(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def until_asked(self, method: str, times: int = 1) -> list[Call]:
        async def there() -> list[Call] | None:
            calls = self.asked(method)
            return calls if len(calls) >= times else None

        return await until_async(there, f"{times} × {method}")

    async def until_confirmed(self) -> None:
        async def none() -> bool:
            return not self.waiting

        await until_async(none, "the confirmation of all updates")

    async def deliver(self, door: str, secret: str | None = None) -> list[int]:
        """Post what waits to a webhook, in order; what was not answered 200 waits on. The statuses."""
        told = secret if secret is not None else (self.webhook or {}).get("secret_token", "")
        statuses = []
        async with ClientSession() as session:
            for update in [*self.waiting]:
                headers = {"X-Telegram-Bot-Api-Secret-Token": told}
                async with session.post(door, json=update, headers=headers) as response:
                    statuses.append(response.status)
                if response.status == 200:
                    self.waiting.remove(update)
        return statuses

    # The server.

    async def answer(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN:
            return _said(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        method = request.match_info["method"]
        arguments, files = await _read(request)
        self.calls.append(Call(method, arguments, files))
        told = self.answers[method].popleft() if self.answers[method] else None
        if told and told.hangs:
            await self._closing.wait()
        if told and not told.does_it:
            return _said(told.status, told.body)
        if method == "getUpdates":
            return await self._get_updates(arguments)
        try:
            result = self._methods[method](arguments, files)
        except Refused as refused:
            status = 403 if str(refused).startswith("Forbidden") else 400
            return _said(status, {"ok": False, "error_code": status, "description": str(refused)})
        return _said(told.status, told.body) if told else _said(200, {"ok": True, "result": result})

    async def download(self, request: web.Request) -> web.StreamResponse:
        file = self.files.get(request.match_info["path"])
        if request.match_info["token"] != TOKEN or file is None or file.refused:
            status = file.refused if file and file.refused else 404
            return _said(status, {"ok": False, "error_code": status, "description": "Not Found"})
        return web.Response(body=file.content)

    def close(self) -> None:
        self._closing.set()
        self._news.set()

    async def _get_updates(self, arguments: Json) -> web.Response:
        if self.webhook:
            description = "Conflict: can't use getUpdates method while webhook is active"
            return _said(409, {"ok": False, "error_code": 409, "description": description})
        if offset := int(arguments.get("offset", 0)):
            self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        wanted = arguments["allowed_updates"]
        until = asyncio.get_running_loop().time() + float(arguments.get("timeout", 0))
        while not (found := [update for update in self.waiting if set(update) & set(wanted)]):
            self._news.clear()
            try:
                async with asyncio.timeout_at(until):
                    await self._news.wait()
            except TimeoutError:
                break
            if self._silent.is_set() or self._closing.is_set():
                self._silent.clear()
                break
        return _said(200, {"ok": True, "result": found[:100]})

    def _send_message(self, arguments: Json, _files: dict[str, bytes]) -> Json:
        if not arguments.get("text", "").strip():
            raise Refused("Bad Request: message text is empty")
        if len(arguments["text"]) > 4096:
            raise Refused("Bad Request: message is too long")
        return self._shown(arguments, {"text": arguments["text"]})

    def _send_document(self, arguments: Json, files: dict[str, bytes]) -> Json:
        if len(arguments.get("caption", "")) > 1024:
            raise Refused("Bad Request: message caption is too long")
        name, content = next(iter(files.items()))
        document = {"file_name": name, **self._file(content, name, None)}
        return self._shown(arguments, {"document": document, "caption": arguments.get("caption", "")})

    def _shown(self, arguments: Json, what: Json) -> Json:
        person = int(arguments["chat_id"])
        if person in self.blocked:
            raise Refused(BLOCKED)
        for row in arguments.get("reply_markup", {}).get("inline_keyboard", []):
            if any(not 1 <= len(button["callback_data"].encode()) <= 64 for button in row):
                raise Refused("Bad Request: BUTTON_DATA_INVALID")
        markup = {"reply_markup": arguments["reply_markup"]} if "reply_markup" in arguments else {}
        return self._message(person, _bot(), what | markup)

    def _delete_message(self, arguments: Json, _files: dict[str, bytes]) -> bool:
        if self.messages.pop((int(arguments["chat_id"]), int(arguments["message_id"])), None) is None:
            raise Refused("Bad Request: message to delete not found")
        return True

    def _get_file(self, arguments: Json, _files: dict[str, bytes]) -> Json:
        name = arguments["file_id"]
        if name not in self.files:
            raise Refused("Bad Request: wrong file_id or the file is temporarily unavailable")
        size = _size(self.files[name])
        if size > 20 << 20:
            raise Refused("Bad Request: file is too big")
        return {"file_id": name, "file_unique_id": f"u{name}", "file_size": size, "file_path": name}

    def _set_webhook(self, arguments: Json, _files: dict[str, bytes]) -> bool:
        if not arguments["url"].startswith("https://"):
            raise Refused("Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = arguments
        return True

    def _delete_webhook(self, _arguments: Json, _files: dict[str, bytes]) -> bool:
        self.webhook = None
        return True

    def _writes(self, person: int, what: Json, group: int = 0) -> int:
        message = self._message(group or person, self._who(person), what)
        self.tell("message", message)
        return int(message["message_id"])

    def _message(self, place: int, sender: Json, what: Json) -> Json:
        number = next(self._message_ids)
        message = {"message_id": number, "from": sender, "chat": chat(place), "date": int(time.time()), **what}
        self.messages[place, number] = message
        return message

    def _file(self, content: bytes, name: str, told_size: int | None) -> Json:
        kept = KeptFile(content, name, told_size)
        number = f"file{len(self.files) + 1}"
        self.files[number] = kept
        return {"file_id": number, "file_unique_id": f"u{number}", "file_size": _size(kept)}


def chat(place: int) -> Json:
    return {"id": place, "type": "private"} if place > 0 else {"id": place, "type": "group", "title": "Billing"}


def _bot() -> Json:
    return {"id": BOT_ID, "is_bot": True, "first_name": "Recourse", "username": BOT_NAME}


def _size(file: KeptFile) -> int:
    return len(file.content) if file.told_size is None else file.told_size


def _said(status: int, body: Json | str) -> web.Response:
    return web.Response(status=status, text=body) if isinstance(body, str) else web.json_response(body, status=status)


async def _read(request: web.Request) -> tuple[Json, dict[str, bytes]]:
    """The arguments of a form, as the Bot API takes them: what is no string is JSON."""
    arguments: Json = {}
    files: dict[str, bytes] = {}
    for key, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[value.filename] = value.file.read()
        elif isinstance(value, str):
            arguments[key] = json.loads(value) if value[:1] in "[{" and key != "text" else value
    return arguments, files


@asynccontextmanager
async def fake_telegram() -> AsyncIterator[FakeTelegram]:
    telegram = FakeTelegram()
    app = web.Application(client_max_size=64 << 20)
    app.router.add_post("/bot{token}/{method}", telegram.answer)
    app.router.add_get("/file/bot{token}/{path}", telegram.download)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    telegram.url = f"http://{host}:{port}"
    try:
        yield telegram
    finally:
        telegram.close()
        await runner.cleanup()
