"""What we write to people comes back quoted, with marks and without: it must never be read as a complaint of theirs."""

import textwrap
from collections.abc import Callable
from datetime import date

import pytest

from complaints.eligibility import judge
from complaints.mcos import load_roster
from complaints.model import Complaint, Entry, Source
from complaints.notices import EXAMPLE_IN_WORDS, NoComplaint, Notice
from conversations.completing import complete
from conversations.labelled_text import read_text
from conversations.status_asked import status_asked
from mailin.html_text import html_to_text
from mailin.quoting import without_quotes
from templates.rendering import Rendered, render
from tests.unit.complaints.making import facts, row, said, sheet
from tests.unit.templates.samples import MAIL_ADDRESS, SAMPLES

TODAY = date(2026, 11, 24)

EARLIER = (
    judge(sheet(*(row(at, tracking_number=Entry()) for at in range(1, 45))), facts(), TODAY),
    judge(sheet(*(row(at, tracking_number=Entry(), dispute_date=Entry()) for at in (5, 9, 12))), facts(), TODAY),
    judge(sheet(row(8), mco=""), facts(), TODAY),
    judge(Complaint(Source.TEXT, (row(1, tracking_number=Entry()),), mco=said("Meridian")), facts(), TODAY),
    judge(Complaint(Source.TEXT, (row(1, dispute_date=Entry()),), mco=said("Meridian")), facts(), TODAY),
    judge(Complaint(Source.TEXT, (row(1),)), facts(), TODAY),
)
"""Complaints with gaps of all kinds, which a careless reading of our own words would fill."""

COMING_BACK: dict[str, Callable[[Rendered], str]] = {
    "as it is": lambda mail: mail.text,
    "marked": lambda mail: quoted(mail.text),
    "marked, and nothing else in the mail": lambda mail: without_quotes(quoted(mail.text)),
    "below a few words": lambda mail: f"Please see below.\n\n{mail.text}",
    "from the HTML": lambda mail: html_to_text(mail.html),
    "wrapped": lambda mail: "\n".join(textwrap.fill(line, 72) for line in mail.text.splitlines()),
}


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


@pytest.mark.parametrize("comes_back", COMING_BACK.values(), ids=COMING_BACK.keys())
@pytest.mark.parametrize("make", SAMPLES.values(), ids=SAMPLES.keys())
def test_our_own_mail_is_no_complaint(make: Callable[[], Notice], comes_back: Callable[[Rendered], str]) -> None:
    assert read_text(comes_back(render(make(), mail_address=MAIL_ADDRESS)), TODAY) is None


@pytest.mark.parametrize("comes_back", COMING_BACK.values(), ids=COMING_BACK.keys())
@pytest.mark.parametrize("make", SAMPLES.values(), ids=SAMPLES.keys())
def test_our_own_mail_asks_for_no_status(make: Callable[[], Notice], comes_back: Callable[[Rendered], str]) -> None:
    mail = render(make(), mail_address=MAIL_ADDRESS)
    assert status_asked(f"Re: {mail.subject}", comes_back(mail)) is None
    assert status_asked(mail.subject, comes_back(mail)) is None


@pytest.mark.parametrize("comes_back", COMING_BACK.values(), ids=COMING_BACK.keys())
@pytest.mark.parametrize("make", SAMPLES.values(), ids=SAMPLES.keys())
def test_our_own_mail_completes_nothing(make: Callable[[], Notice], comes_back: Callable[[Rendered], str]) -> None:
    answer = comes_back(render(make(), mail_address=MAIL_ADDRESS))
    for earlier in EARLIER:
        assert complete(earlier, answer, load_roster(), TODAY) is None


def test_a_complaint_written_above_our_example_is_read_alone() -> None:
    ours = render(NoComplaint(), mail_address=MAIL_ADDRESS).text
    complaint = read_text(f"MCO: Aetna\nTracking number: PDXGR1\nDate submitted to MCO: 10/20/2026\n\n{ours}", TODAY)
    assert complaint is not None
    assert complaint.mco.value == "Aetna"
    assert [claim.tracking_number.value for claim in complaint.claims] == ["PDXGR1"]


def test_our_example_is_written_as_we_read_it() -> None:
    ours = render(NoComplaint(), mail_address=MAIL_ADDRESS).text
    changed = ours.replace(EXAMPLE_IN_WORDS[1][1], "CC-20261015-7")
    complaint = read_text(changed, TODAY)
    assert complaint is not None
    assert complaint.mco.value == "CountyCare"
    assert [claim.dispute_date.value for claim in complaint.claims] == [date(2026, 10, 15)]
