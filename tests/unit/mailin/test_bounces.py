"""What mails to a bounce address tell: only a failure that is said clearly is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailin.bounces import UNCLEAR, Fate, Told, read_bounce
from mailin.letter import Letter
from mailin.reading import read_letter

BOUNCE = "portal+b.7.abcdefghijklmnop@example.org"
DAEMON = "From: MAILER-DAEMON@mx.lakeside.example\n"


def told(mail: str, mail_from: str = "") -> Told:
    raw = mail.replace("\n", "\r\n").encode()
    letter = read_letter(raw, mail_from, frozenset({"portal@example.org"}))
    assert isinstance(letter, Letter)
    return read_bounce(raw, letter, mail_from)


def report(*recipients: str, kind: str = "message/delivery-status", encoding: str = "7bit") -> str:
    """A delivery status notification (RFC 3464) with these groups of fields."""
    groups = "\n\n".join(("Reporting-MTA: dns; mx.lakeside.example\nStatus-Of-This-Group: none", *recipients))
    return (
        f"{DAEMON}To: {BOUNCE}\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nI am sorry.\n"
        f"--b\nContent-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n{groups}\n"
        "--b\nContent-Type: text/rfc822-headers\n\nFrom: portal@example.org\nSubject: Ticket\n\n--b--\n"
    )


@pytest.mark.parametrize(
    ("recipients", "expected"),
    [
        (["Final-Recipient: rfc822; gone@lakeside.example\nAction: failed\nStatus: 5.1.1"], Told(Fate.FAILED, "5.1.1")),
        (["Action: Failed (gone)\nStatus: 4.4.1 (expired)"], Told(Fate.FAILED, "4.4.1")),
        (["Action: failed\nDiagnostic-Code: smtp; 550\n 5.2.1 disabled"], Told(Fate.FAILED, "5.2.1")),
        (["Action: failed"], Told(Fate.FAILED)),
        (["Status: 5.0.0"], Told(Fate.FAILED, "5.0.0")),
        (["Action: delayed\nStatus: 4.4.1"], Told(Fate.DELAYED, "4.4.1")),
        (["Action: delivered\nStatus: 2.0.0"], Told(Fate.DELIVERED, "2.0.0")),
        (["Action: relayed\nStatus: 2.0.0"], Told(Fate.DELIVERED, "2.0.0")),
        (["Action: expanded\nStatus: 2.0.0"], Told(Fate.DELIVERED, "2.0.0")),
        (["Action: delivered\nStatus: 2.0.0", "Action: failed\nStatus: 5.1.1"], Told(Fate.FAILED, "5.1.1")),
        (["Action: delayed\nAction: failed\nStatus: 4.0.0"], Told(Fate.DELAYED, "4.0.0")),
        (["Action: exploded"], UNCLEAR),
        ([], UNCLEAR),
    ],
)
def test_a_delivery_status_notification_is_read(recipients: list[str], expected: Told) -> None:
    assert told(report(*recipients)) == expected


def test_a_report_in_another_charset_or_encoding_is_read_too() -> None:
    group = "Action: failed\nStatus: 5.1.6"
    assert told(report(group, kind="message/global-delivery-status")) == Told(Fate.FAILED, "5.1.6")
    assert told(report("Action: fail=65d\nStatus: 5.1.6", encoding="quoted-printable")) == Told(Fate.FAILED, "5.1.6")


def mail(subject: str, text: str, headers: str = DAEMON) -> str:
    return f"{headers}To: {BOUNCE}\nSubject: {subject}\n\n{text}\n"


QMAIL = """Hi. This is the qmail-send program at lakeside.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<gone@lakeside.example>:
Sorry, no mailbox here by that name. (#5.1.1)
"""


@pytest.mark.parametrize(
    ("letter", "mail_from", "expected"),
    [
        (mail("Mail delivery failed", "550 5.1.1 unknown", f"{DAEMON}X-Failed-Recipients: gone@lakeside.example\n"), "",
         Told(Fate.FAILED, "5.1.1")),
        (mail("failure notice", QMAIL), "", Told(Fate.FAILED, "5.1.1")),
        (mail("failure notice", QMAIL.replace("permanent", "temporary")), "", UNCLEAR),
        (mail("Undeliverable: Ticket 2026-000001-5", "550 5.4.1 Recipient address rejected",
              "From: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@lakeside.example\n"), "",
         Told(Fate.FAILED, "5.4.1")),
        (mail("Returned mail: see transcript for details", "User unknown"), "", Told(Fate.FAILED)),
        (mail("Mail system", "Delivery failed: 5.7.1 refused"), "", Told(Fate.FAILED, "5.7.1")),
        (mail("Warning: could not send message for past 4 hours", "451 4.4.1 still trying"), "", UNCLEAR),
        (mail("Delivery delayed", "5.1.1"), "", UNCLEAR),
        (mail("Out of office: Undeliverable until Monday", "Call me", "From: dana@lakeside.example\n"), "", UNCLEAR),
        (mail("Undeliverable", "I am away", f"{DAEMON}Auto-Submitted: auto-replied\n"), "", UNCLEAR),
        (mail("Undeliverable", "Your mail came back here", "From: dana@lakeside.example\n"),
         "dana@lakeside.example", UNCLEAR),
        (mail("Your ticket", "Our server is 5.10.20.30, version 5.1.1.1"), "", UNCLEAR),
        (mail("", ""), "", UNCLEAR),
    ],
)  # fmt: skip
def test_older_forms_are_read_as_far_as_they_are_clear(letter: str, mail_from: str, expected: Told) -> None:
    assert told(letter, mail_from) == expected


@given(
    st.lists(st.sampled_from(["Action: failed", "Status: 5.1.1", "Action", ":", " x", "", "\0", "Status: 9", "A: ü"]))
)
def test_any_report_is_read_without_surprise(lines: list[str]) -> None:
    assert told(report("\n".join(lines))).fate in Fate
