"""The demo's web chat, as a browser without script has it: pages and plain forms over HTTP, with one cookie."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from bot.demo_chat import Heard, Talk, days_before, expect
from bot.demo_stage import Stage, begin_scene, tell
from complaints.errors import Broken

WRONG, RIGHT = "CC-77102", "CC-77120"
"""The tracking number as it is typed first, and as it is."""

ANSWERED = ("CountyCare", "1913700CJT00", "Pay the claim.")
"""Of what was answered before and after the restart: a review must list it."""


class WebStory:
    """From the welcome page to the ticket number, in two runs of the server. Broken: it does not go as it must."""

    def __init__(self, stage: Stage, today: date) -> None:
        self._chat = WebChat(stage.http_port)
        self._talk = Talk(stage, self._chat)
        self._today = today
        self._before: Sequence[tuple[bool, str]] = ()

    async def begin(self) -> None:
        """Up to a question that waits while the server is stopped."""
        stage, talk = self._talk.stage, self._talk
        begin_scene(stage, "One complaint in the web chat; the server is restarted in the middle")
        tell(f"{stage.web} in a browser without script: every answer is a form.")
        began = time.monotonic()
        await asyncio.to_thread(self._chat.begin)
        await talk.hears("e-mail address", began)
        await talk.sign_in("Which plan")
        no = await talk.answers(
            ("[CountyCare]", "Which tracking number"),
            (WRONG, "When did you send"),
            ("12 days ago", "Too early"),
        )
        expect(no, "day 12", "day 30")
        await talk.answers(
            ("[The date is different]", "When did you send"),
            (days_before(self._today, 40), "When did the plan answer"),
        )
        self._before = await self._said()
        tell("The server is stopped ...")

    async def go_on(self) -> None:
        """From that question on."""
        said = await self._said()
        if said != self._before:
            raise Broken("after the restart the chat's page shows something else")
        tell(f"... and started again. The page shows the same {len(said)} lines, and its question waits.")
        review = await self._talk.answers(
            ("[No answer yet]", "managed care"),
            ("[Medicaid managed care]", "What kind of problem"),
            ("prior auth", "number for the claim"),
            ("1913700CJT00", "When was the service"),
            (days_before(self._today, 90), "member’s name"),
            ("Sample, Pat", "RIN"),
            ("012345678", "What happened"),
            ("Denied although it was authorized.", "What should the plan do"),
            ("Pay the claim.", "Is there a file"),
            ("skip", "Is it right?"),
        )
        expect(review, WRONG, *ANSWERED)
        change = ("change the tracking number", "Which tracking number"), (RIGHT, "Is it right?")
        expect(await self._talk.answers(*change), RIGHT, *ANSWERED, without=[WRONG])
        await self._talk.file()
        self._talk.keep("web-chat")

    async def _said(self) -> Sequence[tuple[bool, str]]:
        return (await asyncio.to_thread(self._chat.read)).said


@dataclass(frozen=True, slots=True)
class Page:
    """The chat's page: all that was said, with who said it; our lines; what its forms carry unseen."""

    said: Sequence[tuple[bool, str]]
    lines: Sequence[Heard]
    token: str
    client_id: str


class WebChat:
    """A `Chat` in a browser."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookie = ""

    def begin(self) -> None:
        self._post("/chat/start", {"language": "en"})

    async def say(self, text: str) -> None:
        await asyncio.to_thread(self._send, "text", text)

    async def press(self, line: Heard, label: str) -> None:
        await asyncio.to_thread(self._send, "press", line.buttons[label])

    async def lines(self) -> Sequence[Heard]:
        return (await asyncio.to_thread(self.read)).lines

    def read(self) -> Page:
        return read_page(self._ask("GET", "/chat"))

    def _send(self, name: str, value: str) -> None:
        page = self.read()
        self._post("/chat", {"token": page.token, "seq": page.client_id, name: value})

    def _post(self, path: str, form: Mapping[str, str]) -> None:
        self._ask("POST", path, urlencode(form))

    def _ask(self, method: str, path: str, form: str | None = None) -> str:
        """One request. A POST is answered with a redirect when it was taken. Broken: it was not."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"Origin": f"http://127.0.0.1:{self._port}", "Cookie": self._cookie}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, form, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, HTTPException) as error:
            raise Broken(f"{method} {path} was not answered ({error})") from error
        finally:
            connection.close()
        if answer.status != (200 if form is None else 303):
            raise Broken(f"{method} {path} was answered with {answer.status}")
        if cookie := answer.headers.get("Set-Cookie"):
            self._cookie = cookie.partition(";")[0]
        return text


def read_page(html: str) -> Page:
    """What a person sees on the chat's page. Its buttons belong to the last line of ours."""
    reader = _Reader()
    reader.feed(html)
    lines = [Heard(str(place), text) for place, (ours, text) in enumerate(reader.said) if ours]
    if lines:
        lines[-1] = Heard(lines[-1].name, lines[-1].text, reader.buttons)
    return Page(reader.said, lines, reader.hidden.get("token", ""), reader.hidden.get("seq", ""))


_BREAKS = {"p": "\n\n", "br": "\n", "li": "\n• "}


@dataclass(slots=True)
class _Taken:
    """Text that is being read: until the element that holds it ends."""

    tag: str
    done: Callable[[str], None]
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Reads bubbles, buttons and hidden fields; the last form's fields win, which is the composer's."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[bool, str]] = []
        self.buttons: dict[str, str] = {}
        self.hidden: dict[str, str] = {}
        self._ours = False
        self._taken: _Taken | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        classes = told.get("class", "").split()
        if self._taken is not None:
            self._taken.text.append(_BREAKS.get(tag, ""))
        elif "line" in classes:
            self._ours = "ours" in classes
        elif "bubble" in classes and "dots" not in classes:
            self._taken = _Taken(tag, self._say)
        elif "choice" in classes:
            value = told["value"]
            self._taken = _Taken(tag, lambda label: self.buttons.update({label: value}))
        elif tag == "input" and told.get("type") == "hidden":
            self.hidden[told["name"]] = told["value"]

    def handle_endtag(self, tag: str) -> None:
        if self._taken is not None and tag == self._taken.tag:
            taken, self._taken = self._taken, None
            taken.done("".join(taken.text).strip())

    def handle_data(self, data: str) -> None:
        if self._taken is not None:
            self._taken.text.append(data)

    def _say(self, text: str) -> None:
        self.said.append((self._ours, text))
