"""What we write to people comes back quoted, with marks and without: it must never be read as a complaint of theirs."""

import textwrap
from collections.abc import Callable
from datetime import date

import pytest

from complaints.notices import EXAMPLE_IN_WORDS, NoComplaint, Notice
from conversations.labelled_text import read_text
from mailin.html_text import html_to_text
from mailin.quoting import without_quotes
from templates.rendering import Rendered, render
from tests.unit.templates.samples import MAIL_ADDRESS, SAMPLES

TODAY = date(2026, 11, 24)

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
