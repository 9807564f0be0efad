"""The HTML of every answer in a real browser: nothing is cut off on a small phone, and all of it can be read."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page

from templates.rendering import render
from tests.parts.browser import DESK, NARROW, PHONE, open_browser, width
from tests.unit.templates.samples import MAIL_ADDRESS, SAMPLES

FAINT_TEXT = """() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.offsetParent === null) continue;
    const look = getComputedStyle(node.parentElement);
    const contrast = (paper + 0.05) / (light(look.color) + 0.05);
    if (contrast < 4.5 || parseFloat(look.fontSize) < 14) faint.push(`${node.data.trim()} (${contrast})`);
  }
  return faint;
}"""
"""Texts below WCAG's contrast of 4.5 to 1, or smaller than 14 pixels."""

WIDTH_OF_TEXT = "() => document.querySelector('[role=main]').getBoundingClientRect().width"


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with open_browser() as browser:
        yield await browser.new_page()


@pytest.mark.real("chromium")
async def test_every_answer_fits_and_can_be_read(page: Page) -> None:
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    for name, make in SAMPLES.items():
        mail = render(make(), mail_address=MAIL_ADDRESS)
        await page.set_content(mail.html)
        for window in (NARROW, PHONE, DESK):
            await page.set_viewport_size({"width": window, "height": 800})
            assert await width(page) <= window, f"{name} on {window}"
        assert await page.evaluate(WIDTH_OF_TEXT) <= 600, name
        assert await page.evaluate(FAINT_TEXT) == [], name
        assert await page.locator("html").get_attribute("lang") == "en", name
        assert await page.title() == mail.subject, name
        assert await page.locator("h1").count() == 1, name
    assert asked_for == []


@pytest.mark.real("chromium")
async def test_long_words_do_not_widen_the_page(page: Page) -> None:
    address = f"{'a' * 60}@{'portal-' * 12}.example"
    await page.set_viewport_size({"width": NARROW, "height": 800})
    for name, make in SAMPLES.items():
        await page.set_content(render(make(), mail_address=address).html)
        assert await width(page) <= NARROW, name
