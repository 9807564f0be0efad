"""What becomes of a ticket that was filed in a chat, where the person can be reached there and where they cannot."""

from email.message import EmailMessage

from bot.pretend.slack import refusal
from tests.flows.chats.test_filing import all_is_done
from tests.parts import office
from tests.parts.messengers import InTelegram, Messengers, Person, files, to_review

COLLEAGUE = "front.desk@lakeside.example"


async def filed(messengers: Messengers, person: Person, tracking_number: str = "MD-1") -> str:
    """By somebody who just came: the ticket's number."""
    await person.opens()
    await messengers.signs_in(person)
    await to_review(person, tracking_number)
    number, _ = await files(person)
    return number


async def close(messengers: Messengers, number: str) -> None:
    await messengers.place.done("tickets", "close", number, "--disposition", "paid", "--note", "Paid in full.")


def about_closing(messengers: Messengers) -> list[tuple[str, EmailMessage]]:
    mails = [mail for mail in messengers.place.answers() if "closed" in str(mail["Subject"]).lower()]
    return [(str(mail["To"]), mail) for mail in mails]


async def test_hears_of_the_closure_in_the_chat_and_colleagues_by_mail(messengers_on_either: Messengers) -> None:
    messengers = messengers_on_either
    await messengers.place.register(COLLEAGUE)
    person = messengers.person("telegram")
    async with messengers.serving("telegram"):
        number = await filed(messengers, person)
        await close(messengers, number)
        told = await person.hears("is closed: the plan paid")
        assert number in told
        assert "Paid in full" not in told, "a note may say more than this tier carries"
        await messengers.mails_to(COLLEAGUE)
        await all_is_done(messengers)
    assert [address for address, _ in about_closing(messengers)] == [COLLEAGUE]
    assert (await messengers.place.done("chats", "list", "--undeliverable", "--json")).json == []


async def test_blocked_the_bot_and_hears_of_the_closure_by_mail(messengers_on_either: Messengers) -> None:
    messengers = messengers_on_either
    place, person = messengers.place, messengers.person("telegram")
    assert isinstance(person, InTelegram)
    async with messengers.serving("telegram"):
        number = await filed(messengers, person)
        messengers.telegram.blocks(person.number)
        await messengers.telegram.until_confirmed()
        await close(messengers, number)
        await messengers.mails_to(office.CLINIC, 2)
        await all_is_done(messengers)
        assert [address for address, _ in about_closing(messengers)] == [office.CLINIC]
        (chat,) = (await place.done("chats", "list", "--undeliverable", "--json")).json
        assert (chat["channel"], chat["person"], chat["gone"]) == ("telegram", office.CLINIC, True)
        assert [(line["ticket"], "Telegram" in line["error"]) for line in chat["undeliverable"]] == [(number, True)]
        shown = (await place.done("tickets", "show", number, "--json")).json["notices"]
        assert [one["state"] for one in shown if one["to"] == "telegram"][-1:] == ["undeliverable"]
        assert number in (await place.done("chats", "list")).out
        assert "1 chat lines that never got there" in (await place.run("doctor")).out
        messengers.telegram.blocks(person.number, blocked=False)
        await person.answers((f"status {number}", "is closed"))
        (chat,) = (await place.done("chats", "list", "--json")).json
        assert not chat["gone"]


async def test_signed_out_and_left_and_still_hears_of_the_closure_by_mail(messengers: Messengers) -> None:
    person = messengers.person("slack")
    async with messengers.serving("slack"):
        number = await filed(messengers, person)
        await person.answers(("sign out", "You are signed out"))
        messengers.slack.answer_next("chat.postMessage", refusal("user_disabled"))
        await close(messengers, number)
        await messengers.mails_to(office.CLINIC, 2)
        await all_is_done(messengers)
    assert [address for address, _ in about_closing(messengers)] == [office.CLINIC]
