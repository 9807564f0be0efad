"""One person's direct messages with the bot, in the local Slack. Events reach the server signed, over HTTP."""

import html
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import ClientError

from bot.demo_chat import Heard, Platform
from bot.pretend.slack import BOT_TOKEN, SIGNING_SECRET, Body, FakeSlack, fake_slack
from complaints.errors import Broken


class SlackChat:
    """A `Chat` in Slack."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    async def say(self, text: str) -> None:
        await self._deliver(self._slack.message(text))

    async def press(self, line: Heard, label: str) -> None:
        await self._deliver(self._slack.press(line.buttons[label], line.name))

    async def lines(self) -> Sequence[Heard]:
        return [_heard(message) for message in self._slack.shown]

    async def _deliver(self, body: Body) -> None:
        try:
            status = await self._slack.deliver(body)
        except ClientError as error:
            raise Broken(f"an event of Slack's was not answered ({type(error).__name__})") from error
        if status != 200:
            raise Broken(f"an event of Slack's was answered with {status}")


def _heard(message: Body) -> Heard:
    rows = [block["elements"] for block in message.get("blocks", []) if block["type"] == "actions"]
    buttons = {button["text"]["text"]: button["value"] for row in rows for button in row}
    return Heard(message["ts"], html.unescape(message["text"]), buttons)


@asynccontextmanager
async def open_slack(web: str) -> AsyncIterator[Platform]:
    async with fake_slack() as slack:
        slack.events_url = f"{web}/slack/events"
        settings = {
            "RECOURSE_SLACK_BOT_TOKEN": BOT_TOKEN,
            "RECOURSE_SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "RECOURSE_SLACK_API": slack.api_url,
        }
        yield Platform(settings, SlackChat(slack), "hello")
