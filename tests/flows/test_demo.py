"""`recourse demo`, as a newcomer runs it."""

import email
import email.policy
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

WITHOUT_EXTRAS = """
import sys
sys.modules |= {"slack_bolt": None, "aiogram": None}
from bot.cli import main
main()
"""
"""The program where neither extra is installed."""

TICKET = r"\d{4}-\d{6}-\d"


def play(folder: Path, *how: str) -> str:
    """What it tells; its mails and transcripts are in `mails` below the folder."""
    (folder / "temporary").mkdir(exist_ok=True)
    ended = subprocess.run(
        [sys.executable, *how, "demo", "--keep", "mails"],
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder / "temporary")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert list((folder / "temporary").iterdir()) == [], "its temporary directory is still there"
    return ended.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def without_extras(folder: Path) -> str:
    return play(folder, "-c", WITHOUT_EXTRAS)


@pytest.fixture(scope="module")
def story(folder: Path, without_extras: str) -> str:
    """Where an older one has left its mails."""
    return play(folder, "-m", "bot")


def test_without_the_extras_it_says_what_it_leaves_out(without_extras: str) -> None:
    assert "Left out: slack_bolt is not installed here. It comes with recourse[slack]." in without_extras
    assert "Left out: aiogram is not installed here. It comes with recourse[telegram]." in without_extras
    assert re.search(rf"Ticket {TICKET} is open", without_extras), "the web chat was left out too"
    assert "That was the whole story" in without_extras


def test_the_demo_tells_the_whole_story_and_leaves_its_mails(folder: Path, story: str) -> None:
    for line in (
        "Recourse takes mail to complaints@portal.example on 127.0.0.1:",
        "    | Tracking number: PDXGR4410023",
        "1. A claim sheet with 20 eligible claims",
        "your 20 claims against Meridian Health Plan of Illinois",
        "17 claims filed, 3 need you",
        "too early until",
        "[attached: claim-sheet-filled.xlsx]",
        "[attached: registration-sheet.xlsx]",
        "filed already",
        "outcome no_answer",
        "is closed: the plan paid",
        "It stands in the thread of the first mail",
        "9. One complaint in the web chat; the server is restarted in the middle",
        "10. One complaint in Slack",
        "11. One complaint in Telegram",
        "[YouthCare HealthChoice Illinois]",
    ):
        assert line in story
    assert "Left out" not in story
    mails = sorted((folder / "mails").glob("*.eml"))
    answers = [path for path in mails if "answer" in path.name]
    assert len(answers) == 7
    assert [path.name for path in mails if "code" in path.name] == ["09-code.eml", "10-code.eml", "11-code.eml"]
    assert len(mails) == 17
    for path in mails:
        parsed = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert parsed["Message-ID"]
    for path in answers:
        assert "</html>" in path.with_suffix(".html").read_text(encoding="utf-8")


def after(transcript: str, said: str) -> str:
    """What is heard after this was said, up to what is said next."""
    _, found, rest = transcript.partition(f"\n> {said}\n")
    assert found, f"{said!r} was not said"
    return rest.partition("\n> ")[0]


def test_the_web_chat_says_no_early_and_takes_a_change(folder: Path, story: str) -> None:
    transcript = (folder / "mails" / "09-web-chat.txt").read_text(encoding="utf-8")
    assert "Too early" in after(transcript, "12 days ago")
    assert "[The date is different]" in after(transcript, "12 days ago")
    assert "Tracking number: CC-77102" in after(transcript, "skip")
    review = after(transcript, "CC-77120")
    for kept in ("Plan: CountyCare", "Tracking number: CC-77120", "Claim number: 1913700CJT00", "Pay the claim."):
        assert f"{kept}\n" in review
    assert "012345678" not in review
    assert re.search(rf"Ticket {TICKET} is open", after(transcript, "[File it]"))
    assert "The server is stopped ...\n  ... and started again. The page shows the same" in story


@pytest.mark.parametrize(("name", "hello"), [("10-slack", "hello"), ("11-telegram", "/start")])
def test_a_platforms_chat_ends_in_a_ticket(folder: Path, story: str, name: str, hello: str) -> None:
    transcript = (folder / "mails" / f"{name}-chat.txt").read_text(encoding="utf-8")
    assert transcript.startswith(f"> {hello}\n< This is Recourse")
    assert "a code is on its way" in after(transcript, "billing@lakeside.example")
    assert "Plan: Meridian Health Plan of Illinois\n" in after(transcript, "prior authorization")
    assert re.search(rf"Ticket {TICKET} is open", after(transcript, "[File it]"))
    assert "/go/" in after(transcript, "[File it]"), "no link for the member's details"
    assert "member’s name" not in transcript


def test_the_closure_is_told_in_telegram(folder: Path, story: str) -> None:
    transcript = (folder / "mails" / "11-telegram-chat.txt").read_text(encoding="utf-8")
    *_, last = re.findall(r"^< (.*)$", transcript, re.MULTILINE)
    ticket = re.search(rf"Ticket ({TICKET}) is open", transcript)
    assert ticket
    assert last.startswith(f"Ticket {ticket[1]} is closed: the plan paid.")
    assert f"$ recourse tickets close {ticket[1]} --disposition paid" in story
