"""People in Telegram and in Slack: what they type, press and send, and what they see, against `recourse serve`."""

import html
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from bot.pretend.slack import BOT_TOKEN, SIGNING_SECRET, FakeSlack, KeptFile
from bot.pretend.telegram import TOKEN, FakeTelegram
from tests.parts import office
from tests.parts.program import Installation, Server, serving
from tests.parts.waiting import free_port, until_async

CODE = re.compile(r"\b([A-Z0-9]{4}-?[A-Z0-9]{4})\b")
LINK = re.compile(r"(https?://\S+/go/[\w-]+)")
TICKET = re.compile(r"\b\d{4}-\d{6}-\d\b")


@dataclass(frozen=True)
class Shown:
    """One message of ours as the person sees it; what each button brings back, by its label."""

    name: str
    text: str
    buttons: Mapping[str, str] = field(default_factory=dict)
    file: bytes | None = None


class Person(ABC):
    """Somebody in a direct chat with the bot. `deeds` are what the platform sent for each thing they did."""

    def __init__(self) -> None:
        self.deeds: list[Any] = []
        self._heard = 0

    @abstractmethod
    async def opens(self) -> None: ...

    @abstractmethod
    async def says(self, text: str) -> None: ...

    @abstractmethod
    async def edits(self, deed: Any, text: str) -> None:
        """Change what was said before; `deed` is one of `deeds`."""

    @abstractmethod
    async def sends_file(self, content: bytes, name: str) -> None: ...

    @abstractmethod
    async def presses_on(self, shown: Shown, label: str) -> None: ...

    @abstractmethod
    async def again(self, deed: Any) -> None:
        """The platform delivers it once more."""

    @abstractmethod
    def seen(self) -> list[Shown]:
        """All that was shown in this chat by us, oldest first."""

    async def hears(self, words: str) -> str:
        """Wait for a message with these words, newer than the one heard last: its text."""

        async def look() -> str | None:
            for place, shown in enumerate(self.seen()[self._heard :], start=self._heard + 1):
                if words in shown.text:
                    self._heard = place
                    return shown.text
            return None

        try:
            return await until_async(look, f"{words!r} in a chat")
        except TimeoutError as error:
            raise AssertionError(f"{error}; it ends with {[shown.text for shown in self.seen()[-2:]]}") from error

    async def presses(self, label: str) -> None:
        """The button of this label on the newest message that has one."""
        await self.presses_on(self.last_with(label), label)

    def last_with(self, label: str) -> Shown:
        return next(shown for shown in reversed(self.seen()) if label in shown.buttons)

    async def answers(self, *turns: tuple[str, str]) -> str:
        """(what is said, words of what is heard then): the last thing heard. "[label]" is pressed."""
        heard = ""
        for said, expected in turns:
            await (self.presses(said[1:-1]) if said.startswith("[") else self.says(said))
            heard = await self.hears(expected)
        return heard


class InTelegram(Person):
    """They come with their phone's language, which is Spanish, and ask for English."""

    def __init__(self, telegram: FakeTelegram, number: int) -> None:
        super().__init__()
        self.telegram = telegram
        self.number = number

    async def opens(self) -> None:
        await self.says("/start")
        await self.answers(("english", "Which e-mail address"))

    async def says(self, text: str) -> None:
        self.telegram.says(text, self.number)
        self._did()

    async def edits(self, deed: Any, text: str) -> None:
        self.telegram.edits(deed["message"]["message_id"], self.number, text=text)
        self._did()

    async def sends_file(self, content: bytes, name: str) -> None:
        self.telegram.sends_file(content, name, person=self.number)
        self._did()

    async def presses_on(self, shown: Shown, label: str) -> None:
        self.telegram.presses(int(shown.name), shown.buttons[label], self.number)
        self._did()

    def _did(self) -> None:
        self.deeds.append(dict(self.telegram.waiting[-1]))

    async def again(self, deed: Any) -> None:
        self.telegram.waiting.insert(0, deed)
        self.telegram.is_silent()
        await self.telegram.until_confirmed()

    def seen(self) -> list[Shown]:
        ours = [message for (place, _), message in sorted(self.telegram.messages.items()) if place == self.number]
        return [self._shown(message) for message in ours if message["from"]["is_bot"]]

    def _shown(self, message: dict[str, Any]) -> Shown:
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = {button["text"]: button["callback_data"] for row in rows for button in row}
        document = message.get("document")
        file = self.telegram.files[document["file_id"]].content if document else None
        return Shown(str(message["message_id"]), message.get("text") or message.get("caption", ""), buttons, file)

    def has_message(self, deed: Any) -> bool:
        return (self.number, deed["message"]["message_id"]) in self.telegram.messages


class InSlack(Person):
    """`name` tells them apart: U<name> in the direct channel D<name>."""

    def __init__(self, slack: FakeSlack, name: str) -> None:
        super().__init__()
        self.slack = slack
        self.user, self.channel = f"U{name}", f"D{name}"

    async def opens(self) -> None:
        await self.answers(("hello", "Which e-mail address"))

    async def says(self, text: str) -> None:
        await self._does(self.slack.message(text, user=self.user, channel=self.channel))

    async def edits(self, deed: Any, text: str) -> None:
        await self._does(self.slack.edit(deed, text))

    async def sends_file(self, content: bytes, name: str) -> None:
        file = self.slack.keep(f"F{len(self.slack.files)}", KeptFile(name, content))
        message = self.slack.message("", user=self.user, channel=self.channel, subtype="file_share", files=[file])
        await self._does(message)

    async def presses_on(self, shown: Shown, label: str) -> None:
        body = self.slack.press(shown.buttons[label], shown.name)
        body["user"]["id"], body["channel"]["id"] = self.user, self.channel
        body["container"]["channel_id"] = self.channel
        await self._does(body)

    async def _does(self, body: Any) -> None:
        self.deeds.append(body)
        assert await self.slack.deliver(body) == 200

    async def again(self, deed: Any) -> None:
        assert await self.slack.deliver(deed, retry=1) == 200

    def seen(self) -> list[Shown]:
        return [
            self._shown(message)
            for message in self.slack.shown
            if self.channel in (message.get("channel"), message.get("channel_id"))
        ]

    def _shown(self, message: dict[str, Any]) -> Shown:
        rows = [block["elements"] for block in message.get("blocks", []) if block["type"] == "actions"]
        buttons = {button["text"]["text"]: button["value"] for row in rows for button in row}
        file = self.slack.uploads[message["files"][0]["id"]] if "files" in message else None
        text = html.unescape(message.get("text") or message.get("initial_comment", ""))
        return Shown(message.get("ts", ""), text, buttons, file)


@dataclass
class Messengers:
    """One installation with the local Slack and the local Telegram; either is switched on where a test says so."""

    place: Installation
    slack: FakeSlack
    telegram: FakeTelegram
    port: int = field(default_factory=free_port)

    def person(self, platform: str, number: int = 1001) -> Person:
        return InTelegram(self.telegram, number) if platform == "telegram" else InSlack(self.slack, f"0CLERK{number}")

    def settings(self, *platforms: str) -> dict[str, str]:
        found = {"RECOURSE_HTTP_LISTEN": f"127.0.0.1:{self.port}"}
        if "telegram" in platforms:
            found |= {"RECOURSE_TELEGRAM_TOKEN": TOKEN, "RECOURSE_TELEGRAM_API": self.telegram.url}
        if "slack" in platforms:
            found |= {
                "RECOURSE_SLACK_BOT_TOKEN": BOT_TOKEN,
                "RECOURSE_SLACK_SIGNING_SECRET": SIGNING_SECRET,
                "RECOURSE_SLACK_API": self.slack.api_url,
            }
        return found

    @asynccontextmanager
    async def serving(self, *platforms: str) -> AsyncIterator[Server]:
        async with serving(self.place, settings=self.settings(*platforms)) as server:
            self.slack.events_url = f"{server.web}/slack/events"
            yield server

    async def mails_to(self, address: str, count: int = 1) -> list[EmailMessage]:
        """All answers that went to this address, once there are so many."""

        async def look() -> list[EmailMessage] | None:
            found = [mail for mail in self.place.answers() if address in str(mail["To"])]
            return found if len(found) >= count else None

        return await until_async(look, f"{count} mails to {address}")

    async def code_for(self, address: str, number: int = 1) -> str:
        """The sign-in code in this mail to the address, the first or a later one."""
        body = (await self.mails_to(address, number))[number - 1].get_body(("plain",))
        assert body is not None
        found = CODE.search(body.get_content())
        assert found, body.get_content()
        return found[1]

    async def signs_in(self, person: Person, address: str = office.CLINIC) -> None:
        """By the code from the mail, from the question for the address to the first about the complaint."""
        await person.answers((address, "a code is on its way"))
        await person.answers((await self.code_for(address), "Which plan"))


async def to_the_last_question(person: Person, tracking_number: str, days: int = 40) -> None:
    """From the plan to the category: what a chat of the tier `reference` may ask."""
    await person.answers(
        ("Meridian", "Which tracking number"),
        (tracking_number, "When did you send"),
        (day_before_today(days), "When did the plan answer"),
        ("[No answer yet]", "managed care"),
        ("[Medicaid managed care]", "What kind of problem"),
    )


async def to_review(person: Person, tracking_number: str, days: int = 40) -> str:
    """From the plan to the review."""
    await to_the_last_question(person, tracking_number, days)
    return await person.answers(("prior authorization", "Is it right?"))


async def files(person: Person) -> tuple[str, str]:
    """Press what files it: the ticket's number, and what is said last."""
    await person.presses("File it")
    last = await person.hears("To hear how it stands")
    found = TICKET.search(last)
    assert found, last
    return found[0], last


def day_before_today(days: int) -> str:
    return f"{office.today() - timedelta(days=days):%m/%d/%Y}"
