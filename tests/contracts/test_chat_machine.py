"""Chats under everything that platforms and crashes do: late, repeated, edited, concurrent, cut off in the middle.

Each example is a conversation of its own. What is asked: every event is taken once and answered, nothing is filed
twice, and a conversation whose events came in disorder ends where the right order leads.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat_ports import EventKind
from tests.contracts.chat_houses import Did, new_chat, open_houses

ANSWERS = [
    "Meridian",
    "Aetna",
    "M-5501",
    "M-5502",
    "Oct 15",
    "6 weeks ago",
    "yesterday",
    "not yet",
    "Medicaid",
    "claims",
]
TALK = [*ANSWERS, "skip", "back", "change the date", "help", "why", "status", "español", "nonsense !!"]
FILING = [*TALK, "yes", "file it", "another like this one", "start over", "cancel"]


def said(words: Sequence[str]) -> st.SearchStrategy[Did]:
    return st.sampled_from(words).map(lambda text: Did(EventKind.SAID, {"text": text}))


def edited(words: Sequence[str]) -> st.SearchStrategy[Did]:
    return st.tuples(st.integers(0, 9), st.sampled_from(words)).map(
        lambda drawn: Did(EventKind.EDITED, {"event": str(drawn[0]), "text": drawn[1]})
    )


PRESSED = st.tuples(st.integers(0, 15), st.integers(0, 8)).map(
    lambda drawn: Did(EventKind.PRESSED, {"turn": drawn[0], "choice": drawn[1]})
)


QUICK = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@QUICK
@given(data=st.data())
def test_disorder_ends_where_the_right_order_leads(database_url: str, data: st.DataObject) -> None:
    """Events late and repeated, turns taken in between and cut off: the answers are those of the right order."""
    script = data.draw(st.lists(said(TALK) | edited(ANSWERS), min_size=1, max_size=10))
    order = data.draw(st.permutations(range(len(script))))
    extra = data.draw(st.lists(st.sampled_from(range(len(script))), max_size=4))
    cuts = data.draw(st.lists(st.sampled_from(["drain", "crash", "nothing"]), min_size=len(order), max_size=len(order)))

    async def play() -> None:
        async with AsyncExitStack() as stack:
            houses = await open_houses(stack, database_url)
            live, disordered = await new_chat(houses), await new_chat(houses)
            for place, did in enumerate(script):
                await live.arrives(place, did)
                await live.drain(place)
            for place, cut in zip([*order], cuts, strict=True):
                await disordered.arrives(place, script[place])
                if cut != "nothing":
                    await disordered.drain(place, crashes=cut == "crash")
            for place in extra:  # delivered again: the ack was lost
                assert not await disordered.arrives(place, script[place])
                await disordered.drain(place)
            right, found = await live.ends(), await disordered.ends()
            values = {key: answer.value for key, answer in right.answers.items()}
            assert {key: answer.value for key, answer in found.answers.items()} == values
            assert found.asking == right.asking

    asyncio.run(play())


@QUICK
@given(data=st.data())
def test_whatever_happens_nothing_is_filed_twice(database_url: str, data: st.DataObject) -> None:
    """Everything at once, in two processes on PostgreSQL: never an exception, never silence, never two tickets."""
    words = ["Meridian", "M-5501", "Oct 15", "not yet", "Medicaid", "claims", *["skip"] * 6, "no"]
    beginning = [Did(EventKind.SAID, {"text": text}) for text in words]
    rest = data.draw(st.lists(said(FILING) | PRESSED | edited(ANSWERS), min_size=1, max_size=8))
    script = [*beginning, *rest]
    swaps = data.draw(st.lists(st.integers(0, len(script) - 2), max_size=3))
    order = list(range(len(script)))
    for at in swaps:
        order[at], order[at + 1] = order[at + 1], order[at]
    cuts = data.draw(st.lists(st.sampled_from(["drain", "both", "crash", "nothing", "again"]), min_size=len(order)))

    async def play() -> None:
        async with AsyncExitStack() as stack:
            houses = await open_houses(stack, database_url)
            chat = await new_chat(houses)
            for place, cut in zip(order, cuts, strict=False):
                await chat.arrives(place, script[place])
                if cut == "again":
                    assert not await chat.arrives(place, script[place])
                if cut == "both":
                    await asyncio.gather(chat.drain(0), chat.drain(1))
                elif cut != "nothing":
                    await chat.drain(place, crashes=cut == "crash")
            await chat.ends()
            numbers = await chat.tracking_numbers_on_tickets()
            assert len(numbers) == len(set(numbers)), numbers

    asyncio.run(play())


def test_a_review_is_filed_once_by_two_presses_in_two_processes(database_url: str) -> None:
    async def play() -> None:
        async with AsyncExitStack() as stack:
            houses = await open_houses(stack, database_url)
            chat = await new_chat(houses)
            words = ["Meridian", "M-1", "Oct 15", "not yet", "Medicaid", "claims", *["skip"] * 6, "no"]
            for place, text in enumerate(words):
                await chat.arrives(place, Did(EventKind.SAID, {"text": text}))
            review = await chat.ends()
            press = Did(EventKind.PRESSED, {"turn": review.turn, "choice": 0})
            await asyncio.gather(chat.arrives(50, press), chat.arrives(51, press), chat.arrives(50, press))
            await asyncio.gather(chat.drain(0), chat.drain(1))
            await chat.ends()
            assert await chat.tracking_numbers_on_tickets() == ["M-1"]

    asyncio.run(play())
