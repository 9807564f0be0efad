"""One conversation of the demo, on any channel: what is typed, pressed and heard, and the transcript of it."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

import click

from bot import demo_letters as letters
from bot.demo_stage import (
    Stage,
    echo_wrapped,
    filled,
    keep_mail,
    keep_transcript,
    milliseconds,
    next_mail,
    tell,
    text_of,
    wait_for,
)
from complaints.errors import Broken

_CODE = re.compile(r"^([A-Z0-9]{4}-?[A-Z0-9]{4})\s*$", re.MULTILINE)
_UNBROKEN = "\N{NO-BREAK SPACE}"
_TICKET = re.compile(r"\b\d{4}-\d{6}-\d\b")


@dataclass(frozen=True, slots=True)
class Heard:
    """One line of ours as the person sees it. `name` is the platform's for it; `buttons` is what each brings back."""

    name: str
    text: str
    buttons: Mapping[str, str] = field(default_factory=dict)


class Chat(Protocol):
    """A chat as one person has it open."""

    async def say(self, text: str) -> None: ...

    async def press(self, line: Heard, label: str) -> None: ...

    async def lines(self) -> Sequence[Heard]:
        """All that we said in it, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Platform:
    """A stand-in that runs: what the server must be told of it, a person's chat there, and how they begin it."""

    settings: Mapping[str, str]
    chat: Chat
    hello: str


@dataclass(slots=True)
class Talk:
    """A conversation that is played. It is shown as it goes on, and kept as text at its end."""

    stage: Stage
    chat: Chat
    count: int = 0
    """How many lines of ours were heard."""
    last: Heard = Heard("", "")
    transcript: list[str] = field(default_factory=list)

    async def answers(self, *turns: tuple[str, str]) -> str:
        """(what is said, words of what is heard then): the last thing heard. "[label]" is pressed."""
        for said, expected in turns:
            began = time.monotonic()
            if said.startswith("["):
                if said[1:-1] not in self.last.buttons:
                    raise Broken(f"there is no button {said} to press; there are {list(self.last.buttons)}")
                await self.chat.press(self.last, said[1:-1])
            else:
                await self.chat.say(said)
            click.echo(f"  → {said}")
            self.transcript.append(f"> {said}")
            await self.hears(expected, began)
        return self.last.text

    async def hears(self, words: str, began: float) -> str:
        """Show the lines that come, up to one with these words. Broken: none has them."""

        async def look() -> Heard | None:
            lines = await self.chat.lines()
            for line in lines[self.count :]:
                self._show(line, milliseconds(began))
                if words.lower() in line.text.lower():
                    return line
            return None

        try:
            await wait_for(look, f"{words!r} in a chat")
        except Broken as broken:
            raise Broken(f"{broken}; heard last: {self.last.text!r}") from broken
        return self.last.text

    async def sign_in(self, expected: str) -> None:
        """By the code that is mailed to the registered address."""
        await self.answers((letters.CLINIC, "on its way"))
        mail = await next_mail(self.stage, lambda mail: _CODE.search(text_of(mail)) is not None, "a mail with a code")
        keep_mail(self.stage, mail, "code")
        tell(f"The code comes by mail to {mail['To']}, and to nobody else: “{mail['Subject']}”.")
        found = _CODE.search(text_of(mail))
        if found is None:
            raise Broken("the mail with the code has none")
        await self.answers((found[1], expected))

    async def file(self) -> str:
        """Press what files it; the ticket's number, as it was said."""
        found = _TICKET.search(await self.answers(("[File it]", "how it stands")))
        if found is None:
            raise Broken(f"no ticket number was said: {self.last.text!r}")
        return found[0]

    def keep(self, name: str) -> None:
        keep_transcript(self.stage, name, self.transcript)

    def _show(self, line: Heard, took: str) -> None:
        self.count += 1
        self.last = line
        first, *rest = [part for part in line.text.splitlines() if part.strip()]
        click.secho(filled(f"{first}   {took}", "  ← ", "    "), fg="green")
        echo_wrapped("\n".join(rest), "    ")
        self.transcript.extend(f"< {part}".rstrip() for part in line.text.strip().splitlines())
        if line.buttons:
            labels = " ".join(f"[{label}]" for label in line.buttons)
            whole = " ".join(f"[{label.replace(' ', _UNBROKEN)}]" for label in line.buttons)
            click.echo(filled(whole, "    ", "    ").replace(_UNBROKEN, " "))
            self.transcript.append(f"< {labels}")


def days_before(today: date, days: int) -> str:
    return (today - timedelta(days=days)).strftime("%m/%d/%Y")


def expect(text: str, *words: str, without: Sequence[str] = ()) -> None:
    """Broken: the text lacks one of the words, or has one of those it must not have."""
    for word in words:
        if word not in text:
            raise Broken(f"{word!r} is missing in {text!r}")
    for word in without:
        if word in text:
            raise Broken(f"{word!r} should not be in {text!r}")
