"""Whatever a person does in whatever order, the engine answers, forgets nothing, and says the same again."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.privacy import Tier
from conversations.engine import step
from conversations.events import (
    ChatEvent,
    CodeRefused,
    Edited,
    FileCame,
    Linked,
    Opened,
    Pressed,
    Said,
    SheetCame,
    Submitted,
    TimePassed,
    Unlinked,
)
from conversations.session import Session
from conversations.turn import Submit
from tests.parts.talk import CLINIC, PERSON, SECOND, Talk
from tests.unit.conversations.sheets import sheet_with

PLANS = ["Meridian", "Aetna", "illinicare", "Medicaid", "Medicare", "claims", "yes", "no", "none", "skip", "2", "1"]
NUMBERS = ["M-5501", "193450004656", "1.93E+11", "2026-004187-3", "CDFH2345", "billing@lakeside.example", "", " "]
DAYS = ["Oct 15", "13/10/2026", "6 weeks ago", "last Friday", "November 20", "tomorrow"]
COMMANDS = [
    "back",
    "change",
    "change the date",
    "help",
    "why",
    "status",
    "status 2026-004187-9",
    "start over",
    "cancel",
]
OTHERS = ["stop", "another like this one", "español", "english", "sign in", "unlink", "sheet", "file it", "hello"]
PASTES = ["I have 20 claims", "MCO: Aetna\nTracking number: A-1", "MCO: Aetna\nTracking number: A-1, A-2"]
PRIVATE = ["my patient Pat Sample, RIN 012345678"]
WORDS = st.sampled_from([*PLANS, *NUMBERS, *DAYS, *COMMANDS, *OTHERS, *PASTES, *PRIVATE])
SAID = st.builds(Said, WORDS | st.text(max_size=40))
EVENTS: st.SearchStrategy[ChatEvent] = st.one_of(
    SAID,
    SAID,
    st.builds(Pressed, st.integers(0, 30), st.integers(-1, 12)),
    st.builds(Edited, st.sampled_from([f"e{number}" for number in range(1, 25)]), WORDS),
    st.sampled_from([Opened(), FileCame("a" * 64), FileCame(None), SheetCame(sheet_with("M-1", "M-2"), "b" * 64)]),
    st.sampled_from([CodeRefused(0), CodeRefused(3), Linked(), Unlinked()]),
    st.sampled_from([TimePassed(ends=False), TimePassed(ends=True)]),
)
TIERS = st.sampled_from(list(Tier))
PEOPLE = st.sampled_from([("", ()), (PERSON, (CLINIC,)), (PERSON, (CLINIC, SECOND))])


@given(st.lists(EVENTS, max_size=25), TIERS, PEOPLE)
@settings(max_examples=300, deadline=None)
def test_every_event_is_answered_and_the_session_survives_json(
    events: list[ChatEvent], tier: Tier, who: tuple[str, tuple[object, ...]]
) -> None:
    person, providers = who
    talk = Talk(tier=tier, person=person, providers=providers)  # type: ignore[arg-type]
    for event in events:
        turn = talk.take(event)
        if isinstance(turn.effect, Submit):
            turn = talk.take(Submitted(None))
        assert turn.says or turn.effect or event == TimePassed(ends=True), f"silence after {event!r}"
        assert Session.from_json(talk.session.to_json()) == talk.session


@given(st.lists(EVENTS, max_size=15), TIERS)
@settings(max_examples=100, deadline=None)
def test_the_same_events_lead_to_the_same_session(events: list[ChatEvent], tier: Tier) -> None:
    once, again = Talk(tier=tier), Talk(tier=tier)
    for event in events:
        once.take(event)
        again.take(event)
    assert once.session == again.session
    assert once.heard == again.heard


@given(st.lists(EVENTS, max_size=12), st.sampled_from(["back", "help", "why", "status", "change", "español"]))
@settings(max_examples=150, deadline=None)
def test_a_command_never_loses_an_answer(events: list[ChatEvent], command: str) -> None:
    talk = Talk()
    for event in events:
        talk.take(event)
    before = talk.answers
    talk.session = replace(talk.session, offers=())  # nothing on the screen has the same words
    talk.say(command)
    if before and "what_happened" not in (talk.session.asking,):
        assert {key: value for key, value in talk.answers.items() if key in before} == before


@given(st.lists(EVENTS, max_size=12), st.sampled_from(["e1", "e2", "e3", "e4", "e5"]), WORDS)
@settings(max_examples=150, deadline=None)
def test_an_edit_touches_only_what_the_edited_words_gave(events: list[ChatEvent], event: str, words: str) -> None:
    talk = Talk()
    for each in events:
        talk.take(each)
    given_by_it = {key for key, answer in talk.session.answers.items() if answer.event == event}
    before = talk.answers
    if not given_by_it:
        return
    talk.edit(event, words)
    others = {key: value for key, value in before.items() if key not in given_by_it}
    assert {key: talk.answers.get(key) for key in others} == others


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_nothing_typed_on_the_reference_tier_is_kept_in_the_session_beyond_its_answer(text: str) -> None:
    talk = Talk(tier=Tier.REFERENCE)
    talk.open()
    turn = step(talk.session, Said(f"{text} member name: Pat Sample, RIN 012345678"), talk.context("x"))
    assert "Pat Sample" not in str(turn.session.to_json())
    assert "012345678" not in str(turn.session.to_json())
