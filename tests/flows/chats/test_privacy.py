"""What may be said where: member data that is volunteered on the tier `reference`, and the other tiers."""

from functools import partial
from pathlib import Path

import pytest

from bot.pretend.telegram import refusal
from tests.flows.chats.test_filing import numbers_on_tickets
from tests.parts import office
from tests.parts.correspondence import row, workbook
from tests.parts.looking import rows
from tests.parts.messengers import LINK, TICKET, InTelegram, Messengers, files, to_review, to_the_last_question
from tests.parts.visitor import CLIENT_ID, TOKEN, Visitor, visitor
from tests.parts.waiting import until_async

NAME, SURNAME, RIN = "Ottoline", "Quillfeather", "918273645"
VOLUNTEERED = f"it is about our patient {NAME} {SURNAME}, RIN {RIN}"


def places_of(folder: Path, *secrets: str) -> list[str]:
    """The files below the folder that hold one of these words, as any text of a database, log or mail would."""
    holders = []
    for path in folder.rglob("*"):
        body = path.read_bytes().lower() if path.is_file() else b""
        if any(
            form in body for secret in secrets for form in (secret.lower().encode(), secret.lower().encode("utf-16-le"))
        ):
            holders.append(path.name)
    return holders


async def _is_deleted(person: InTelegram) -> bool:
    return not any(SURNAME in str(message) for message in person.telegram.messages.values())


@pytest.mark.parametrize("platform", ["telegram", "slack"])
async def test_volunteers_member_data_and_none_of_it_is_kept(messengers: Messengers, platform: str) -> None:
    """At every question and in an edit; then the whole folder is searched, the log with it."""
    person = messengers.person(platform)
    told = "I am deleting your message" if platform == "telegram" else "Please delete it here"
    async with messengers.serving(platform):
        await person.opens()
        await person.answers((VOLUNTEERED, told))
        await messengers.signs_in(person)
        await person.answers(
            (VOLUNTEERED, told),
            (f"Meridian, member {NAME} {SURNAME}", told),
            (f"{RIN} {SURNAME}", told),
            ("change the tracking number", "Which tracking number"),
            ("MD-87", "When did you send"),
        )
        await person.edits(person.deeds[-1], f"MD-88 is of {NAME} {SURNAME} born 3/4/1961, RIN {RIN}")
        await person.hears(told)
        await person.answers(
            (f"the one of {SURNAME}", told),
            (f"MCO: Meridian\nTracking number: MD-86\nMember name: {SURNAME}, {NAME}\nRIN: {RIN}", told),
        )
        if isinstance(person, InTelegram):
            await until_async(partial(_is_deleted, person), "the messages to be deleted")
        await person.answers(("start over", "Start over?"), ("yes", "Which plan"))
        await to_review(person, "MD-89")
        await files(person)
    assert await numbers_on_tickets(messengers) == ["MD-89"]
    assert not any(word in shown.text for shown in person.seen() for word in (NAME, SURNAME, RIN))
    assert places_of(messengers.place.folder, NAME, SURNAME, RIN) == []
    assert places_of(messengers.place.folder, "MD-89") != [], "the search finds nothing at all"


def token_in(page: str) -> str:
    found = TOKEN.search(page)
    assert found, page
    return found[1]


async def test_what_telegram_does_not_let_us_delete_the_person_is_asked_to(messengers: Messengers) -> None:
    person = messengers.person("telegram")
    messengers.telegram.answers["deleteMessage"].append(refusal(400, "Bad Request: message can't be deleted"))
    async with messengers.serving("telegram"):
        await person.opens()
        await person.answers((VOLUNTEERED, "I am deleting your message"))
        await person.hears("I could not delete it here. Please delete it yourself.")


async def test_slack_with_a_contract_takes_the_filled_sheet_and_asks_for_the_member(messengers: Messengers) -> None:
    place = messengers.place
    refused = await place.run("channels", "tier", "telegram", "phi", "--note", "no")
    assert refused.code != 0
    assert "Telegram signs no business associate agreement" in refused.err
    await place.done("channels", "tier", "slack", "phi", "--note", "BAA signed on 2026-10-01, in the safe")
    decided = {row["channel"]: row for row in (await place.done("channels", "list", "--json")).json}
    assert (decided["slack"]["tier"], decided["slack"]["note"]) == ("phi", "BAA signed on 2026-10-01, in the safe")
    assert (decided["telegram"]["tier"], decided["telegram"]["who"]) == ("reference", None)
    person = messengers.person("slack")
    async with messengers.serving("slack"):
        await person.opens()
        await messengers.signs_in(person)
        await to_the_last_question(person, "MD-1")
        await person.answers(
            ("prior authorization", "number for the claim"),
            ("skip", "When was the service"),
            ("skip", "member’s name"),
            (f"{SURNAME}, {NAME}", "RIN"),
            (RIN, "What happened"),
            ("Denied although it was authorized.", "What should the plan do"),
            ("skip", "Is there a file"),
        )
        await person.sends_file(b"%PDF-1.4 an invented denial", "denial.pdf")
        await person.hears("The file is kept")
        review = await person.answers(("[That is all]", "Is it right?"))
        assert RIN not in review
        first, _ = await files(person)
        await person.answers(("claim sheet", "Here is the claim sheet"))
        await person.hears(".xlsx")
        await person.sends_file(office.workbook(7), "claims.xlsx")
        await person.hears("20 claims")
        await person.hears("To hear how it stands")
        await person.sends_file(workbook(row("MD-2"), row(None)), "a table of our own.xlsx")
        await person.hears("claim-sheet-marked.xlsx")
    assert len(await numbers_on_tickets(messengers)) == 22
    kept = await rows(place.database_url, f"SELECT ticket, rin, member_name FROM claims WHERE ticket = '{first}'")
    assert kept == [(first, RIN, f"{SURNAME}, {NAME}")]


async def test_an_opaque_chat_hands_the_draft_over_to_our_own_page(messengers: Messengers) -> None:
    await messengers.place.done("channels", "tier", "telegram", "opaque", "--note", "as the agency wishes")
    person = messengers.person("telegram")
    async with messengers.serving("telegram") as server:
        await person.opens()
        await messengers.signs_in(person)
        await person.answers(
            ("Meridian", "How many weeks ago"),
            ("6", "managed care"),
            ("[Medicaid managed care]", "What kind of problem"),
        )
        link = LINK.search(await person.answers(("prior authorization", "on our own page")))
        assert link
        async with visitor(server.web) as browser:
            path = link[1].removeprefix(server.web)
            _, page = await browser.get(path)
            assert (await browser.post(path, {"token": token_in(page)}))[0] == 303
            await until_async(partial(_asks, browser, "Which tracking number"), "the first question on our page")
            await say_on_page(browser, "MD-4711", "not yet", *["skip"] * 7)
            await until_async(partial(_asks, browser, "Is it right?"), "the review on our page")
            assert "Plan: Meridian Health Plan of Illinois" in await browser.page()
            await say_on_page(browser, "file it")
            await until_async(partial(_asks, browser, "To hear how it stands"), "the ticket on our page")
            number = TICKET.search(await browser.page())
            assert number
            assert (await browser.post(path, {"token": token_in(page)}))[0] in (403, 410)
        assert number[0] not in str(person.seen())
        await person.answers(("hello", "another like this one"))
    assert await numbers_on_tickets(messengers) == ["MD-4711"]


async def _asks(browser: Visitor, words: str) -> bool:
    return words in await browser.page()


async def say_on_page(browser: Visitor, *texts: str) -> None:
    """By the plain form, one after the other."""
    for text in texts:
        page = await browser.page()
        client_id = CLIENT_ID.search(page)
        assert client_id
        await browser.post("/chat", {"token": token_in(page), "seq": client_id[1], "text": text})
