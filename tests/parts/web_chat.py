"""The web chat as a person uses it in a browser, with script or without: the same steps either way."""

import re
from dataclasses import dataclass

from playwright.async_api import Browser, Locator, Page

from tests.parts.browser import PHONE
from tests.parts.program import Installation
from tests.parts.waiting import until_async

CODE = re.compile(r"^([A-Z0-9]{4}-?[A-Z0-9]{4})\s*$", re.MULTILINE)
WAIT = 30_000.0
"""Milliseconds until we call it a failure."""


@dataclass(frozen=True, slots=True)
class WebChat:
    """One browser window with one conversation."""

    page: Page
    script: bool

    @property
    def lines(self) -> Locator:
        return self.page.locator("#log .line[data-seq]")

    async def begin(self, web: str, button: str = "Start") -> None:
        await self.page.goto(web)
        await self.page.get_by_role("button", name=button).click()
        await self.hears("Recourse")

    async def says(self, text: str) -> None:
        await self.page.fill("#text", text)
        await self.page.locator("#send").click()

    async def presses(self, label: str) -> None:
        await self.page.locator("#choices").get_by_role("button", name=label, exact=True).click()

    async def hears(self, words: str) -> str:
        """Wait until the last line is one of ours with these words; the whole line."""
        last = self.page.locator("#log > .line:last-child.ours .bubble", has_text=words)
        await last.wait_for(timeout=WAIT)
        return await last.inner_text()

    async def answers(self, *turns: tuple[str, str]) -> str:
        """(what is said, words of what is heard then): the last thing heard. "[label]" is pressed."""
        heard = ""
        for said, expected in turns:
            await (self.presses(said[1:-1]) if said.startswith("[") else self.says(said))
            heard = await self.hears(expected)
        return heard

    async def sends_file(self, name: str, body: bytes) -> None:
        await self.page.set_input_files("#file", {"name": name, "mimeType": "application/pdf", "buffer": body})
        if not self.script:
            await self.page.locator("#send").click()

    async def said_lines(self) -> list[str]:
        """What the person said, as the transcript shows it."""
        return await self.page.locator("#log .theirs[data-seq] .bubble").all_inner_texts()


async def open_chat(browser: Browser, *, script: bool = True, width: int = PHONE) -> WebChat:
    context = await browser.new_context(java_script_enabled=script, viewport={"width": width, "height": 844})
    return WebChat(await context.new_page(), script)


async def mailed_code(place: Installation, after: int = 0) -> str:
    """The sign-in code in the mail that is newer than the first `after` ones."""

    async def look() -> str | None:
        for mail in place.answers()[after:]:
            body = mail.get_body(("plain",))
            if body is not None and (found := CODE.search(body.get_content())):
                return found[1]
        return None

    return await until_async(look, "a mail with a code")
