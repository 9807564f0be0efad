"""Debian's Chromium, driven by Playwright; and axe, which knows the rules of accessible pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from tests.parts.requirement import require

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NARROW, PHONE, DESK = 360, 390, 1200
"""Widths in CSS pixels."""


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """A browser without a window. Skips the test where none is installed."""
    require("chromium", CHROMIUM.exists())
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        await browser.close()


async def faults(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is now, one line each."""
    found = await Axe().run(page)
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:200]}"
        for fault in found.response["violations"]
        for node in fault["nodes"]
    ]


async def width(page: Page) -> int:
    """How wide the page is; wider than its window means that it must be scrolled sideways."""
    wide: int = await page.evaluate("() => document.documentElement.scrollWidth")
    return wide
