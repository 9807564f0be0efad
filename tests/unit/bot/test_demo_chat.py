"""What the demo sees of a chat, and that it fails over what should not be there."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.demo_chat import Heard, Talk, days_before, expect
from bot.demo_stage import Stage
from bot.demo_web import read_page
from complaints.errors import Broken
from templates.pages import ChatView, PageLine, chat_page

ASKED = Heard("1", "Is it right?\n\nThen press “File it”.", {"File it": "4:0", "Change an answer": "4:1"})


class Parrot:
    """A chat that says each thing back."""

    def __init__(self) -> None:
        self.ours = [ASKED]

    async def say(self, text: str) -> None:
        self.ours.append(Heard(str(len(self.ours) + 1), text))

    async def press(self, line: Heard, label: str) -> None:
        await self.say(line.buttons[label])

    async def lines(self) -> Sequence[Heard]:
        return self.ours


async def test_a_talk_is_shown_and_kept_as_it_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    talk = Talk(Stage(tmp_path, tmp_path, scene=7), Parrot())
    assert await talk.hears("right?", 0.0) == ASKED.text
    assert await talk.answers(("[Change an answer]", "4:1"), ("hello", "Hello")) == "hello"
    talk.keep("chat")
    assert (tmp_path / "07-chat.txt").read_text().splitlines() == [
        "< Is it right?",
        "<",
        "< Then press “File it”.",
        "< [File it] [Change an answer]",
        "> [Change an answer]",
        "< 4:1",
        "> hello",
        "< hello",
    ]
    shown = capsys.readouterr().out
    assert "    Then press “File it”.\n    [File it] [Change an answer]\n  → [Change an answer]\n  ← 4:1   (" in shown


async def test_a_button_that_is_not_there_cannot_be_pressed(tmp_path: Path) -> None:
    talk = Talk(Stage(tmp_path, tmp_path), Parrot())
    await talk.hears("right?", 0.0)
    with pytest.raises(Broken, match=r"no button \[Skip\].*File it"):
        await talk.answers(("[Skip]", "anything"))


async def test_what_is_not_said_fails_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.demo_stage.PATIENCE", 0.05)
    talk = Talk(Stage(tmp_path, tmp_path), Parrot())
    with pytest.raises(Broken, match=r"in vain for 'Too early' in a chat; heard last: 'Is it right\?"):
        await talk.hears("Too early", 0.0)
    with pytest.raises(Broken, match="'CC-1' is missing"):
        expect("Plan: CountyCare", "CountyCare", "CC-1")
    with pytest.raises(Broken, match="'CountyCare' should not be in"):
        expect("Plan: CountyCare", without=["CountyCare"])


def test_the_chats_page_is_read_as_a_person_reads_it() -> None:
    review = (
        "Tracking number: <1> & more.\n\nThis is what will be filed:\n• Plan: CountyCare\n• Dates: none\n\nIs it right?"
    )
    lines = [
        PageLine(1, True, "Which plan?", choices=("Meridian", "CountyCare"), turn=1),
        PageLine(2, False, "county care"),
        PageLine(3, True, review, choices=("File it", "Change an answer"), turn=2),
    ]
    page = read_page(chat_page(ChatView("en", lines, form_token="ab12", client_id="c0ffee", last_seq=3)))
    assert page.said == [(True, "Which plan?"), (False, "county care"), (True, review)]
    assert [line.text for line in page.lines] == ["Which plan?", review]
    assert page.lines[-1].buttons == {"File it": "2:0", "Change an answer": "2:1"}
    assert page.lines[0].buttons == {}
    assert (page.token, page.client_id) == ("ab12", "c0ffee")


def test_days_are_written_as_an_office_writes_them() -> None:
    assert days_before(date(2026, 11, 24), 40) == "10/15/2026"
