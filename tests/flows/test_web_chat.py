"""A person in the web chat, with Debian's Chromium: with script and without, on a phone, through a restart."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser

from complaints.deadlines import local_date
from complaints.policy import load_policy
from tests.parts.browser import PHONE, faults, open_browser, width
from tests.parts.program import Installation, serving
from tests.parts.waiting import free_port
from tests.parts.web_chat import WebChat, mailed_code, open_chat

pytestmark = pytest.mark.real("chromium")

CLINIC = "billing@lakeside.example"


def filed_days_ago(days: int) -> str:
    day = local_date(datetime.now(UTC), load_policy()) - timedelta(days=days)
    return f"{day:%m/%d/%Y}"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as running:
        yield running


async def to_review(chat: WebChat, place: Installation) -> str:
    """From the sign-in to the review, as somebody does it who has everything at hand."""
    await chat.says(CLINIC)
    await chat.hears("on its way")
    await chat.answers(
        (await mailed_code(place), "Which plan"),
        ("[CountyCare]", "Which tracking number"),
        ("CC-77120", "When did you send"),
        (filed_days_ago(40), "When did the plan answer"),
        ("[No answer yet]", "managed care"),
        ("[Medicaid managed care]", "What kind of problem"),
        ("prior auth", "number for the claim"),
        ("1913700CJT00", "When was the service"),
        (filed_days_ago(90), "member’s name"),
        ("Sample, Pat", "RIN"),
        ("012345678", "What happened"),
        ("Denied although it was authorized.", "What should the plan do"),
        ("Pay the claim.", "Is there a file"),
    )
    await chat.sends_file("denial.pdf", b"%PDF-1.4 a made-up denial")
    await chat.hears("The file is kept")
    return await chat.answers(("[That is all]", "Is it right?"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
async def test_a_complaint_is_filed_on_a_phone(on_sqlite: Installation, browser: Browser, script: bool) -> None:
    await on_sqlite.register(CLINIC)
    async with serving(on_sqlite) as server:
        chat = await open_chat(browser, script=script)
        await chat.begin(server.web)
        review = await to_review(chat, on_sqlite)
        assert "CC-77120" in review
        assert "012345678" not in review
        assert await width(chat.page) <= PHONE
        await chat.answers(("[File it]", "To hear how it stands"))
    listed = await on_sqlite.done("tickets", "list", "--json")
    assert len(listed.json) == 1
    assert listed.json[0]["number"] in " ".join(await chat.page.locator("#log .ours").all_inner_texts())


async def test_no_page_has_a_fault_that_axe_knows(on_sqlite: Installation, browser: Browser) -> None:
    async with serving(on_sqlite) as server:
        for scheme in ("light", "dark"):
            chat = await open_chat(browser)
            await chat.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await chat.page.goto(server.web)
            assert await faults(chat.page) == []
            await chat.begin(server.web, "Empezar en español")
            await chat.page.locator("#chat[data-connected]").wait_for()
            assert await faults(chat.page) == []
            await chat.answers(("countycare", "número de seguimiento"))
            assert await faults(chat.page) == []
            await chat.page.goto(f"{server.web}/go/nothing")
            assert await faults(chat.page) == []


async def test_the_language_may_be_switched_at_any_time(on_sqlite: Installation, browser: Browser) -> None:
    async with serving(on_sqlite) as server:
        for script in (True, False):
            chat = await open_chat(browser, script=script)
            await chat.begin(server.web)
            await chat.page.get_by_role("button", name="Español").click()
            await chat.page.locator("html[lang=es]").wait_for()
            assert await chat.page.locator("#send").inner_text() == "Enviar"
            await chat.says("english")
            await chat.page.locator("html[lang=en]").wait_for()


async def test_what_is_written_while_the_server_is_away_is_sent_when_it_is_back(
    on_sqlite: Installation, browser: Browser
) -> None:
    settings = {"RECOURSE_HTTP_LISTEN": f"127.0.0.1:{free_port()}"}
    chat = await open_chat(browser)
    async with serving(on_sqlite, settings=settings) as server:
        await chat.begin(server.web)
        await chat.answers(("[Check first]", "Which plan"))
        await chat.page.locator("#chat[data-connected]").wait_for()
        assert await server.stop() == 0
    await chat.page.locator("#chat:not([data-connected])").wait_for()
    await chat.says("meridian")
    await chat.page.get_by_text("The connection is lost").wait_for()
    assert await chat.page.locator(".pending").count() == 1
    async with serving(on_sqlite, settings=settings):
        await chat.hears("Which tracking number")
        assert await chat.said_lines() == ["Check first", "meridian"]
        assert await chat.page.locator(".pending").count() == 0
        assert not await chat.page.locator("#status").is_visible()


async def test_a_killed_server_loses_no_line(on_sqlite: Installation, browser: Browser) -> None:
    settings = {"RECOURSE_HTTP_LISTEN": f"127.0.0.1:{free_port()}"}
    chat = await open_chat(browser)
    async with serving(on_sqlite, settings=settings) as server:
        await chat.begin(server.web)
        await chat.page.locator("#chat[data-connected]").wait_for()
        await chat.says("check first")
        await server.kill()
    async with serving(on_sqlite, settings=settings):
        await chat.answers(("meridian", "Which tracking number"))
        assert await chat.said_lines() == ["check first", "meridian"]
        heard = await chat.lines.all_inner_texts()
        await chat.page.reload()
        assert await chat.lines.all_inner_texts() == heard


async def test_a_double_click_says_a_thing_once(on_sqlite: Installation, browser: Browser) -> None:
    async with serving(on_sqlite) as server:
        for script in (True, False):
            chat = await open_chat(browser, script=script)
            await chat.begin(server.web)
            await chat.page.locator("#choices").get_by_role("button", name="Check first").dblclick()
            await chat.hears("Which plan")
            await chat.page.fill("#text", "meridian")
            await chat.page.locator("#send").dblclick()
            await chat.hears("Which tracking number")
            assert await chat.said_lines() == ["Check first", "meridian"]


async def test_two_windows_of_one_browser_show_the_same(on_sqlite: Installation, browser: Browser) -> None:
    async with serving(on_sqlite) as server:
        one = await open_chat(browser)
        await one.begin(server.web)
        other = WebChat(await one.page.context.new_page(), script=True)
        await other.page.goto(f"{server.web}/chat")
        await one.answers(("[Check first]", "Which plan"))
        await other.hears("Which plan")
        await other.answers(("meridian", "Which tracking number"))
        await one.hears("Which tracking number")
        assert await one.lines.all_inner_texts() == await other.lines.all_inner_texts()


async def test_the_keyboard_alone_is_enough(on_sqlite: Installation, browser: Browser) -> None:
    async with serving(on_sqlite) as server:
        chat = await open_chat(browser, width=1200)
        await chat.begin(server.web)
        keyboard = chat.page.keyboard
        await chat.page.locator("#text:focus").wait_for()
        await keyboard.press("Shift+Tab")
        await keyboard.press("Enter")
        await chat.hears("Which plan")
        await chat.page.locator("#text:focus").wait_for()
        await keyboard.type("meridian")
        await keyboard.press("Enter")
        await chat.hears("Which tracking number")
        await keyboard.type("first line")
        await keyboard.press("Shift+Enter")
        await keyboard.type("second line")
        assert await chat.page.input_value("#text") == "first line\nsecond line"


async def test_what_is_too_large_stays_where_it_was_typed(on_sqlite: Installation, browser: Browser) -> None:
    async with serving(on_sqlite) as server:
        for script in (True, False):
            chat = await open_chat(browser, script=script)
            await chat.begin(server.web)
            await chat.sends_file("large.pdf", b"x" * (10 * 1024 * 1024 + 1))
            await chat.page.get_by_text("larger than 10 MB").wait_for()
            await chat.says("x" * 10_001)
            await chat.page.get_by_text("too long for one message").wait_for()
            assert len(await chat.page.input_value("#text")) == 10_001
            assert await chat.said_lines() == []
