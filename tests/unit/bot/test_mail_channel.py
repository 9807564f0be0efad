"""An answer as it goes over the wire, and what becomes of it in a Maildir."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.channels.mail import Maildir, OutgoingMail, compose, open_carrier
from complaints.errors import Unavailable
from tickets.ports import Attachment

OURS = "complaints@portal.example"
MAIL = OutgoingMail(
    message_id="<notice-7.20261124150405.abcdefghijklmnop.recourse@portal.example>",
    to="billing@lakeside.example",
    subject="Ticket 2026-000001-5: your 20 claims against Blue Cross Community Health Plans, and some more words",
    text="It covers “20 claims”.\n",
    html="<p>It covers “20 claims”.</p>",
    date=datetime(2026, 11, 24, 22, 55, tzinfo=UTC),
    envelope_from="complaints+b.7.abcdefghijklmnop@portal.example",
    in_reply_to="<monday@lakeside.example>",
    references=("<before@lakeside.example>",),
    attachments=(Attachment("claim-sheet.xlsx", "application/vnd.ms-excel", b"PK\x00\xff"),),
)


def sent(mail: OutgoingMail) -> EmailMessage:
    return email.message_from_bytes(compose(mail, OURS), policy=email.policy.default)


def test_an_answer_speaks_for_a_machine_and_stands_in_its_thread() -> None:
    message = sent(MAIL)
    assert message["Message-ID"] == MAIL.message_id
    assert message["In-Reply-To"] == "<monday@lakeside.example>"
    assert message["References"] == "<before@lakeside.example> <monday@lakeside.example>"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Recourse-Loop"] == OURS
    assert message["Subject"] == MAIL.subject


def test_it_has_text_and_html_twins_and_its_sheet() -> None:
    message = sent(MAIL)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().strip() == MAIL.text.strip()
    assert html.get_content().strip() == MAIL.html
    (sheet,) = message.iter_attachments()
    assert (sheet.get_filename(), sheet.get_content()) == ("claim-sheet.xlsx", b"PK\x00\xff")


def test_a_notice_that_answers_no_mail_is_no_reply() -> None:
    message = sent(replace(MAIL, in_reply_to=None, references=()))
    assert message["In-Reply-To"] is None
    assert message["References"] is None
    assert message["Auto-Submitted"] == "auto-generated"


async def test_a_mail_is_put_into_the_maildir_once(tmp_path: Path) -> None:
    carrier = open_carrier(f"maildir:{tmp_path / 'answers'}", OURS)
    assert isinstance(carrier, Maildir)
    await carrier.send(MAIL)
    await carrier.send(MAIL)
    (path,) = (tmp_path / "answers" / "new").iterdir()
    assert path.read_bytes().startswith(b"Return-Path: <complaints+b.7.abcdefghijklmnop@portal.example>\r\nFrom: ")
    path.rename(tmp_path / "answers" / "cur" / f"{path.name}:2,S")  # somebody has read it
    await carrier.send(MAIL)
    assert list((tmp_path / "answers" / "new").iterdir()) == []


async def test_a_maildir_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match="cannot write to the Maildir"):
        await open_carrier(f"maildir:{tmp_path / 'answers'}", OURS).send(MAIL)
