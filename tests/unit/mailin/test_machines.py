"""Machines are recognised by header and envelope, people with odd but harmless headers are not."""

import pytest

from mailin.letter import MachineSign
from mailin.limits import Unreadable
from mailin.machines import YIELDING
from mailin.reading import read_letter
from tests.unit.mailin.machine_mails import ANN, AWAY, BOUNCES, HELPDESKS, PEOPLE, MachineMail

OURS = frozenset({"complaints@recourse.example"})

OUT_OF_OFFICE_EXCHANGE = """\
From: Ann Doe <ann@clinic.example>
Subject: Automatic reply: Ticket 2026-000001-1
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All

I am away until Monday."""
VACATION_GMAIL = """\
From: Ann Doe <ann@clinic.example>
Subject: Away Re: your ticket
Precedence: bulk
X-Autoreply: yes
Auto-Submitted: auto-replied

Back next week."""
OLD_VACATION = "From: ann@clinic.example\nPrecedence: junk\n\nAway."
SUPPRESSED = "From: ann@clinic.example\nX-Auto-Response-Suppress: DR, OOF, AutoReply\n\nx"
LIST_MAIL = "From: ann@clinic.example\nList-Id: Billers <billers.lists.example>\n\nHello all"
LIST_PRECEDENCE = "From: ann@clinic.example\nPrecedence: list\n\nHello all"
BOUNCE = """\
From: Mail Delivery System <MAILER-DAEMON@mx.clinic.example>
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Could not be delivered.
--b
Content-Type: message/delivery-status

Action: failed
--b--"""
READ_RECEIPT = BOUNCE.replace("delivery-status", "disposition-notification").replace("MAILER-DAEMON", "ann")
BARE_STATUS = BOUNCE.replace("multipart/report; report-type=delivery-status;", "multipart/mixed;").replace(
    "MAILER-DAEMON", "ann"
)
EXIM_BOUNCE = "From: ann@clinic.example\nX-Failed-Recipients: b@clinic.example\n\nfailed"
MEETING_ANSWER = """\
From: Ann Doe <ann@clinic.example>
Subject: Accepted: review
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain

Accepted
--b
Content-Type: text/calendar; charset="utf-8"; method=REPLY

BEGIN:VCALENDAR
--b--"""
OUR_LOOP = "From: ann@clinic.example\nX-Recourse-Loop: 1\n\nx"
OUR_FROM = "From: Recourse <Complaints@Recourse.example>\n\nx"
RETURN_PATH = "Return-Path: <>\nFrom: ann@clinic.example\n\nx"
PERSON = """\
From: Ann Doe <ann@clinic.example>
Subject: Automatic reply was wrong, no-reply please
Auto-Submitted: no (rfc3834)
Precedence: normal
X-Auto-Response-Suppress: DR, RN
Return-Path: <ann@clinic.example>
Listing: 5
X-Mailer: bulk 1.0
Disposition-Notification-To: ann@clinic.example
Content-Class: urn:content-classes:message

A complaint."""
INVITATION = MEETING_ANSWER.replace("REPLY", "REQUEST")
FORWARDED_BOUNCE = f"""\
From: Ann Doe <ann@clinic.example>
Subject: your answer bounced
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: text/plain

See attached.
--outer
Content-Type: message/rfc822

{BOUNCE}
--outer--"""


@pytest.mark.parametrize(
    ("mail", "sign"),
    [
        (OUT_OF_OFFICE_EXCHANGE, MachineSign.AUTO_REPLIED),
        (VACATION_GMAIL, MachineSign.AUTO_REPLIED),
        (OLD_VACATION, MachineSign.PRECEDENCE),
        (SUPPRESSED, MachineSign.RESPONSE_SUPPRESSED),
        (LIST_MAIL, MachineSign.MAILING_LIST),
        (LIST_PRECEDENCE, MachineSign.PRECEDENCE),
        (BOUNCE, MachineSign.REPORT),
        (READ_RECEIPT, MachineSign.REPORT),
        (BARE_STATUS, MachineSign.REPORT),
        (EXIM_BOUNCE, MachineSign.REPORT),
        (MEETING_ANSWER, MachineSign.CALENDAR_REPLY),
        (OUR_LOOP, MachineSign.OUR_OWN),
        (OUR_FROM, MachineSign.OUR_OWN),
        (RETURN_PATH, MachineSign.NULL_SENDER),
        (PERSON, None),
        (INVITATION, None),
        (FORWARDED_BOUNCE, None),
        ("From: ann@clinic.example\nAuto-Submitted: no\nAuto-Submitted: auto-replied\n\nx", MachineSign.AUTO_REPLIED),
    ],
)
def test_the_sign_in_a_mail(mail: str, sign: MachineSign | None) -> None:
    letter = read_letter(mail.replace("\n", "\r\n").encode(), "ann@clinic.example", OURS)
    assert not isinstance(letter, Unreadable)
    assert letter.machine is sign


@pytest.mark.parametrize("local", ["MAILER-DAEMON", "postmaster", "noreply", "no-reply", "no_reply", "do-not-reply",
    "donotreply", "bounce", "bounces+123=a", "bounce-77", "owner-billers", "billers-bounces", "clinic-noreply",
    "noreply-billing", "auto-reply", "listserv"])  # fmt: skip
def test_robots_by_their_address(local: str) -> None:
    for mail_from, sender in ((f"{local}@x.example", "ann@x.example"), ("ann@x.example", f"{local}@x.example")):
        letter = read_letter(f"From: {sender}\r\n\r\nx".encode(), mail_from, OURS)
        assert not isinstance(letter, Unreadable)
        assert letter.machine is MachineSign.ROBOT_ADDRESS


@pytest.mark.parametrize(
    "local", ["norma.reply", "bouncer", "owner", "daemonte", "billing", "replynow", "jo.postmaster"]
)
def test_people_whose_address_looks_like_one(local: str) -> None:
    letter = read_letter(f"From: {local}@x.example\r\n\r\nx".encode(), f"{local}@x.example", OURS)
    assert not isinstance(letter, Unreadable)
    assert letter.machine is None


def test_the_null_sender() -> None:
    letter = read_letter(b"From: ann@x.example\r\n\r\nx", "", OURS)
    assert not isinstance(letter, Unreadable)
    assert letter.machine is MachineSign.NULL_SENDER


@pytest.mark.parametrize("mail", [*BOUNCES, *AWAY, *HELPDESKS], ids=lambda mail: mail.name)
def test_every_kind_of_machine_shows_itself(mail: MachineMail) -> None:
    letter = read_letter(mail.raw, mail.mail_from, OURS)
    assert not isinstance(letter, Unreadable)
    assert letter.machine is mail.sign


@pytest.mark.parametrize("headers", [headers for _, headers in PEOPLE], ids=[name for name, _ in PEOPLE])
def test_people_who_write_of_machines_are_people(headers: str) -> None:
    letter = read_letter(f"{headers}\n\nx".replace("\n", "\r\n").encode(), ANN, OURS)
    assert not isinstance(letter, Unreadable)
    assert letter.machine is None


@pytest.mark.parametrize("mail", [*BOUNCES, *AWAY], ids=lambda mail: mail.name)
def test_what_comes_back_by_itself_does_not_yield_but_for_what_shows_too_little(mail: MachineMail) -> None:
    """An address that staff want answered anyway gets no answer to these; the two others end at the budgets."""
    too_little = {"vacation(1)", "the same with a sender"}
    assert (mail.sign in YIELDING) is (mail.name in too_little)
