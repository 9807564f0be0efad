"""A person files in Telegram or Slack, on the tier `reference`: with the real `recourse serve`, all the way."""

import asyncio

import pytest

from tests.parts import office
from tests.parts.looking import rows
from tests.parts.messengers import LINK, TICKET, Messengers, day_before_today, files, to_review
from tests.parts.visitor import TOKEN, visitor
from tests.parts.waiting import until_async

PLATFORMS = pytest.mark.parametrize("platform", ["telegram", "slack"])
DETAILS = {"member_name": "Quillfeather, Ottoline", "rin": "918273645", "service_from": "", "service_to": ""}


def token_in(page: str) -> str:
    found = TOKEN.search(page)
    assert found, page
    return found[1]


async def numbers_on_tickets(messengers: Messengers) -> list[str]:
    found = await rows(messengers.place.database_url, "SELECT tracking_number FROM claims ORDER BY id")
    return [number for (number,) in found]


async def all_is_done(messengers: Messengers) -> None:
    async def nothing_waits() -> bool:
        undone = "SELECT count(*) FROM jobs WHERE kind NOT IN ('chat_timer', 'reconcile')"  # those are for later
        return await rows(messengers.place.database_url, undone) == [(0,)]

    await until_async(nothing_waits, "all work to be done")


@PLATFORMS
async def test_signs_in_files_and_adds_the_members_details_by_the_link(messengers: Messengers, platform: str) -> None:
    person = messengers.person(platform)
    async with messengers.serving(platform) as server:
        await person.opens()
        await messengers.signs_in(person)
        review = await to_review(person, "MD-77120")
        assert "MD-77120" in review
        number, last = await files(person)
        link = LINK.search(last)
        assert link
        assert link[1].startswith(server.web), "the link leads elsewhere"
        path = link[1].removeprefix(server.web)
        async with visitor(server.web) as browser:
            status, page = await browser.get(path)
            assert (status, number in page) == (200, True)
            button = {"token": token_in(page)}
            assert (await browser.post(path, button))[0] == 303
            assert (await browser.post(path, button))[0] == 410, "the link was used twice"
            _, form = await browser.get("/details")
            filled = {"token": token_in(form), **DETAILS}
            assert (await browser.post("/details", filled))[0] == 200
            assert (await browser.post("/details", filled))[0] == 410, "the form was sent twice"
        async with visitor(server.web) as stranger:
            assert (await stranger.get(path))[0] == 410
    (added,) = (await messengers.place.done("tickets", "show", number, "--json")).json["details"]
    assert (added["who"], added["fields"]) == (office.CLINIC, {name: told for name, told in DETAILS.items() if told})
    shown = (await messengers.place.done("tickets", "show", number)).out
    assert "rin" in shown
    assert DETAILS["rin"] not in shown
    listed = await messengers.place.done("tickets", "list", "--json")
    assert [ticket["number"] for ticket in listed.json] == [number]


async def test_presses_file_it_twice_and_hears_the_same_number(messengers: Messengers) -> None:
    person = messengers.person("slack")
    async with messengers.serving("slack"):
        await person.opens()
        await messengers.signs_in(person)
        await to_review(person, "MD-1")
        review = person.last_with("File it")
        await person.presses_on(review, "File it")
        await person.presses_on(review, "File it")
        first = TICKET.search(await person.hears("To hear how it stands"))
        assert first
        again = await person.hears("That was filed already")
        assert first[0] in again
    assert await numbers_on_tickets(messengers) == ["MD-1"]


@PLATFORMS
async def test_edits_the_tracking_number_before_filing(messengers: Messengers, platform: str) -> None:
    person = messengers.person(platform)
    async with messengers.serving(platform):
        await person.opens()
        await messengers.signs_in(person)
        await person.answers(("Meridian", "Which tracking number"), ("MD-WRONG-1", "When did you send"))
        mistaken = person.deeds[-1]
        await person.answers(
            (day_before_today(40), "When did the plan answer"),
            ("[No answer yet]", "managed care"),
            ("[Medicaid managed care]", "What kind of problem"),
            ("prior authorization", "Is it right?"),
        )
        old_review = person.last_with("File it")
        await person.edits(mistaken, "MD-RIGHT-2")
        review = await person.hears("Is it right?")
        assert "MD-RIGHT-2" in review
        assert "MD-WRONG-1" not in review
        await person.presses_on(old_review, "File it")
        assert "earlier question" in await person.hears("Is it right?")
        assert await numbers_on_tickets(messengers) == []
        await files(person)
        await person.edits(mistaken, "MD-LATE-3")
        await person.hears("the edit does not change it")
    assert await numbers_on_tickets(messengers) == ["MD-RIGHT-2"]


async def test_presses_an_old_button_and_is_answered(messengers: Messengers) -> None:
    person = messengers.person("telegram")
    async with messengers.serving("telegram"):
        await person.opens()
        await person.answers(("[Check first]", "Which plan"))
        plans = person.seen()[-1]
        chosen, other = list(plans.buttons)[:2]
        await person.presses_on(plans, chosen)
        await person.hears("Which tracking number")
        await person.presses_on(plans, other)
        answered = await person.hears("earlier question")
        assert "Which tracking number" in answered


async def test_goes_on_after_the_server_was_killed(messengers_on_either: Messengers) -> None:
    """Killed twice, once as "File it" was pressed; what was done before is delivered again, and changes nothing."""
    messengers = messengers_on_either
    platform = "telegram" if messengers.place.database_url.startswith("sqlite") else "slack"
    person = messengers.person(platform)
    async with messengers.serving(platform) as server:
        await person.opens()
        await messengers.signs_in(person)
        await person.answers(("Meridian", "Which tracking number"), ("MD-4711", "When did you send"))
        await server.kill()
    if platform == "telegram":
        await person.says(day_before_today(40))  # it is kept until we are back
    async with messengers.serving(platform) as server:
        if platform == "slack":
            await person.says(day_before_today(40))
        await person.hears("When did the plan answer")
        before = len(person.seen())
        for deed in person.deeds[-4:]:
            await person.again(deed)
        await all_is_done(messengers)
        assert len(person.seen()) == before
        await person.answers(
            ("[No answer yet]", "managed care"),
            ("[Medicaid managed care]", "What kind of problem"),
            ("prior authorization", "Is it right?"),
        )
        await person.presses("File it")
        pressed = person.deeds[-1]
        await server.kill()
    async with messengers.serving(platform):
        await person.again(pressed)
        await person.hears("To hear how it stands")
        await person.again(pressed)
        await all_is_done(messengers)
    assert await numbers_on_tickets(messengers) == ["MD-4711"]


async def test_types_faster_than_we_answer(messengers: Messengers) -> None:
    """All answers at once, delivered in any order: Slack promises none."""
    person = messengers.person("slack")
    async with messengers.serving("slack"):
        await person.opens()
        await messengers.signs_in(person)
        slack = messengers.slack
        said = ["Meridian", "MD-900", day_before_today(40), "not yet", "Medicaid", "prior authorization"]
        bodies = [slack.message(text, user="U0CLERK1001", channel="D0CLERK1001") for text in said]
        statuses = await asyncio.gather(*(slack.deliver(body) for body in reversed(bodies)))
        assert set(statuses) == {200}
        review = await person.hears("Is it right?")
        assert "MD-900" in review
        await files(person)
    assert await numbers_on_tickets(messengers) == ["MD-900"]
