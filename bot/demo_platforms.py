"""The demo's scenes in Slack and Telegram, each with the platform's local stand-in and its real library in the server.

Both libraries are extras: without one its scene is left out, and the story says so.
"""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import date
from importlib.util import find_spec

import click

from bot import demo_letters as letters
from bot.demo_chat import Platform, Talk, days_before, expect
from bot.demo_stage import Stage, begin_scene, next_mail, recourse, tell

LIBRARIES = {"Slack": ("slack_bolt", "aiohttp"), "Telegram": ("aiogram",)}


def missing(name: str) -> Sequence[str]:
    """The libraries of this platform that are not installed."""
    return [library for library in LIBRARIES[name] if find_spec(library) is None]


@asynccontextmanager
async def stand_ins(stage: Stage) -> AsyncIterator[Mapping[str, Platform]]:
    """Run those whose libraries are installed, and let the next server know of them."""
    found = {}
    async with AsyncExitStack() as stack:
        for name in LIBRARIES:
            if not missing(name):
                found[name] = await stack.enter_async_context(_stand_in(name, stage))
                stage.settings |= found[name].settings
        yield found


def _stand_in(name: str, stage: Stage) -> AbstractAsyncContextManager[Platform]:
    """Imported only here: both need aiohttp, which not everybody has."""
    if name == "Slack":
        from bot.demo_slack import open_slack

        return open_slack(stage.web)
    from bot.demo_telegram import open_telegram

    return open_telegram()


async def tell_on_platforms(stage: Stage, platforms: Mapping[str, Platform], today: date) -> None:
    """A complaint on each platform; the one in Telegram is closed. Broken: one did not end as it must."""
    for number, name in enumerate(LIBRARIES):
        begin_scene(stage, f"One complaint in {name}")
        if name not in platforms:
            extra = f"recourse[{name.lower()}]"
            tell(f"Left out: {', '.join(missing(name))} is not installed here. It comes with {extra}.")
            continue
        tell(f"{name} is a local stand-in here; no member's data is asked for, since others run the platform.")
        talk = Talk(stage, platforms[name].chat)
        ticket = await _filed(talk, platforms[name].hello, f"MD-88{number + 310}", today)
        if name == "Telegram":
            await _closed(talk, ticket)
        talk.keep(f"{name.lower()}-chat")


async def _filed(talk: Talk, hello: str, tracking_number: str, today: date) -> str:
    await talk.answers((hello, "e-mail address"))
    await talk.sign_in("Which plan")
    review = await talk.answers(
        ("Meridian", "Which tracking number"),
        (tracking_number, "When did you send"),
        (days_before(today, 40), "When did the plan answer"),
        ("[No answer yet]", "managed care"),
        ("[Medicaid managed care]", "What kind of problem"),
        ("prior authorization", "Is it right?"),
    )
    expect(review, tracking_number, letters.MERIDIAN)
    return await talk.file()


async def _closed(talk: Talk, ticket: str) -> None:
    """Staff close it, and the person reads that where they filed it."""
    click.echo(f"\n  $ recourse tickets close {ticket} --disposition paid\n")
    began = time.monotonic()
    await recourse(talk.stage, "tickets", "close", ticket, "--disposition", "paid")
    expect(await talk.hears("closed", began), ticket)
    copy = await next_mail(
        talk.stage, lambda mail: ticket in mail["Subject"] and mail["To"] == letters.SECOND_ADDRESS, "the copy"
    )
    click.echo(f"  {letters.SECOND_ADDRESS} was told by mail: “{copy['Subject']}”.")
