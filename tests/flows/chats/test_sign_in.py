"""Who is this: signing in and out in Telegram and Slack, and what somebody may do who did not."""

from tests.flows.chats.test_filing import all_is_done, numbers_on_tickets
from tests.parts import office
from tests.parts.messengers import Messengers, files, to_the_last_question

STRANGER = "nobody@riverside.example"
WRONG = "CCCC-3333"


async def test_checks_a_dispute_without_an_address_and_signs_in_to_file(messengers: Messengers) -> None:
    person = messengers.person("slack")
    async with messengers.serving("slack"):
        await person.opens()
        await person.answers(("[Check first]", "Which plan"))
        await to_the_last_question(person, "MD-1")
        asked = await person.answers(("prior authorization", "registered provider"))
        assert "File it" not in person.seen()[-1].buttons
        assert "Type the e-mail address" in asked
        await person.answers(("file it", "That is not an e-mail address"))
        assert await numbers_on_tickets(messengers) == []
        await person.answers((office.CLINIC, "a code is on its way"))
        await person.answers((await messengers.code_for(office.CLINIC), "Is it right?"))
        await files(person)
        await person.answers(("sign out", "You are signed out"))
        await person.answers(("new complaint", "Which e-mail address"), ("[Check first]", "Which plan"))
        await to_the_last_question(person, "MD-2")
        await person.answers(("prior authorization", "registered provider"), ("yes", "That is not an e-mail address"))
        number = (await messengers.place.done("tickets", "list", "--json")).json[0]["number"]
        await person.answers((f"status {number}", "Say “sign in” first"))
    assert await numbers_on_tickets(messengers) == ["MD-1"]


async def test_hears_too_early_at_the_date_and_is_asked_nothing_more(messengers: Messengers) -> None:
    person = messengers.person("slack")
    async with messengers.serving("slack"):
        await person.opens()
        await person.answers(("[Check first]", "Which plan"), ("Meridian", "Which tracking number"))
        heard = await person.answers(("MD-1", "When did you send"), ("3 days ago", "You can change the answer"))
        assert "When did the plan answer" not in heard
        assert "The date is different" in person.seen()[-1].buttons


async def test_a_code_of_another_chat_does_not_work_here(messengers: Messengers) -> None:
    """Whoever reads a code out to somebody else lets them in nowhere."""
    mine, theirs = messengers.person("slack", 1), messengers.person("slack", 2)
    async with messengers.serving("slack"):
        for person, number in ((theirs, 1), (mine, 2)):
            await person.opens()
            await person.answers((office.CLINIC, "a code is on its way"))
            await messengers.code_for(office.CLINIC, number)
        first = await messengers.code_for(office.CLINIC)
        second = await messengers.code_for(office.CLINIC, 2)
        await mine.answers((first, "You have 4 more tries"))
        await theirs.answers((second, "You have 4 more tries"), (first, "You file here for"))
        await theirs.answers(
            (first, " read ")
        )  # no code any more: “I read …”, and of one without a digit “could not read”
        await mine.answers((second, "You file here for"))


async def test_five_wrong_codes_end_it_and_the_right_one_comes_too_late(messengers: Messengers) -> None:
    person = messengers.person("slack")
    async with messengers.serving("slack"):
        await person.opens()
        await person.answers((office.CLINIC, "a code is on its way"))
        code = await messengers.code_for(office.CLINIC)
        await person.answers(
            *((WRONG, f"You have {left} more tries") for left in (4, 3, 2)),
            (WRONG, "one more try"),
            (WRONG, "you need a new one"),
            (code, "That is not an e-mail address"),
            (office.CLINIC, "a code is on its way"),
            (code, "You have 4 more tries"),
        )
        await person.answers((await messengers.code_for(office.CLINIC, 2), "You file here for"))


async def test_an_unknown_address_hears_the_same_and_gets_no_mail(messengers: Messengers) -> None:
    person = messengers.person("slack")
    async with messengers.serving("slack"):
        await person.opens()
        unknown = await person.answers((STRANGER, "a code is on its way")), await person.answers((WRONG, "tries"))
        known = await person.answers((office.CLINIC, "a code is on its way")), await person.answers((WRONG, "tries"))
        assert unknown == known
        await messengers.code_for(office.CLINIC)
        await all_is_done(messengers)
    assert [str(mail["To"]) for mail in messengers.place.answers()] == [office.CLINIC]
