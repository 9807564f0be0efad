"""A conversation that lies idle, or waits for its day: days pass by setting every date in the database back."""

import re
import sqlite3
from datetime import date, timedelta

from tests.flows.chats.test_filing import numbers_on_tickets
from tests.parts.looking import rows
from tests.parts.messengers import Messengers, Person, day_before_today, files
from tests.parts.waiting import until_async

DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
UNDONE = """SELECT count(*) FROM jobs
    WHERE kind NOT IN ('chat_timer', 'reconcile') OR attempts > 0 OR due <= strftime('%Y-%m-%d %H:%M:%f', 'now')"""
"""All but the timers that nobody has begun to ring, and the next night's accounts."""


def days_pass(messengers: Messengers, days: int) -> None:
    """While no server runs."""

    def earlier(text: str) -> str:
        return DAY.sub(lambda found: str(date.fromisoformat(found[0]) - timedelta(days=days)), text)

    with sqlite3.connect(messengers.place.folder / "recourse.sqlite3") as database:
        database.create_function("earlier", 1, lambda text: text and earlier(text))
        database.execute("UPDATE conversations SET session = earlier(session), checkpoint = earlier(checkpoint)")
        database.execute("UPDATE chat_events SET external_id = earlier(external_id) WHERE kind = 'time'")
        database.execute("UPDATE jobs SET due = earlier(due) WHERE kind = 'chat_timer'")
    database.close()


async def new_words(messengers: Messengers, person: Person, days: int) -> list[str]:
    """What is said in the chat when the server runs again after so many days."""
    days_pass(messengers, days)
    before = len(person.seen())

    async def all_is_done() -> bool:
        return await rows(messengers.place.database_url, UNDONE) == [(0,)]

    async with messengers.serving("slack"):
        await until_async(all_is_done, "all that is due to be done")
    return [shown.text for shown in person.seen()[before:]]


async def test_says_nothing_for_30_days_and_is_reminded_once_before_it_ends(messengers: Messengers) -> None:
    person = messengers.person("slack")
    async with messengers.serving("slack"):
        await person.opens()
        await messengers.signs_in(person)
        await person.answers(("Meridian", "Which tracking number"), ("MD-1", "When did you send"))
    assert await new_words(messengers, person, 21) == []
    (reminder,) = await new_words(messengers, person, 3)
    assert "Your answers are kept for 7 more days" in reminder
    assert "When did you send" in reminder
    assert await new_words(messengers, person, 3) == []
    (end,) = await new_words(messengers, person, 4)
    assert "For 30 days I heard nothing from you" in end
    assert await new_words(messengers, person, 40) == []
    async with messengers.serving("slack"):
        await person.answers(("hello", "Which plan"))
    sessions = await rows(messengers.place.database_url, "SELECT session, checkpoint FROM conversations")
    assert "MD-1" not in str(sessions)


async def test_answers_after_the_reminder_and_has_another_30_days(messengers: Messengers) -> None:
    person = messengers.person("slack")
    async with messengers.serving("slack"):
        await person.opens()
        await messengers.signs_in(person)
        await person.answers(("Meridian", "Which tracking number"))
    assert len(await new_words(messengers, person, 24)) == 1
    async with messengers.serving("slack"):
        await person.answers(("MD-1", "When did you send"))
    assert await new_words(messengers, person, 21) == []
    assert "7 more days" in str(await new_words(messengers, person, 3))


async def test_comes_too_early_and_is_reminded_on_the_first_day_it_may_be_filed(messengers: Messengers) -> None:
    person = messengers.person("slack")
    async with messengers.serving("slack"):
        await person.opens()
        await messengers.signs_in(person)
        await person.answers(
            ("Meridian", "Which tracking number"),
            ("MD-1", "When did you send"),
            (day_before_today(20), "You can change the answer"),
            ("[Keep my answers, remind me then]", "I keep your answers and write to you on"),
        )
    assert await new_words(messengers, person, 8) == []
    (reminder,) = await new_words(messengers, person, 3)
    assert "your complaint can be filed now" in reminder
    assert "When did the plan answer" in reminder
    assert await new_words(messengers, person, 5) == []
    async with messengers.serving("slack"):
        await person.answers(
            ("[No answer yet]", "managed care"),
            ("[Medicaid managed care]", "What kind of problem"),
            ("prior authorization", "Is it right?"),
        )
        await files(person)
    assert await numbers_on_tickets(messengers) == ["MD-1"]
    for days in (8, 16, 7):
        assert await new_words(messengers, person, days) == []
