"""Whole mails: twins that say the same, one subject line, nobody's markup and no member data."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.lifecycle import Disposition
from complaints.model import Field, Flaw, Place
from complaints.notices import ClosureNotice, CouldNotRead, Notice, PartlyAccepted, Receipt, Rejection, SeveralSheets
from complaints.verdict import Finding, ReasonCode
from templates.rendering import Rendered, render
from tests.unit.templates.samples import (
    MAIL_ADDRESS,
    MEMBER_MARKS,
    MERIDIAN,
    PROVIDER,
    SAMPLES,
    claim,
    no_number,
    too_early,
    too_late,
    verdict,
)

VOID = {"meta", "br", "img", "hr", "link", "input"}

every_sample = pytest.mark.parametrize("make", SAMPLES.values(), ids=SAMPLES.keys())


class Page(HTMLParser):
    """The words a reader of the HTML sees, and the tags it is made of. Fails on tags that are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            hidden = tag in {"head", "style"} or "display:none" in (dict(attrs).get("style") or "")
            self._open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if not any(hidden for _, hidden in self._open):
            self.words.append(data)


def rendered(notice: Notice) -> Rendered:
    return render(notice, mail_address=MAIL_ADDRESS)


def words_of_text(text: str) -> list[str]:
    return [word for line in text.splitlines() for word in line.removeprefix("- ").split()]


def assert_twins(mail: Rendered) -> None:
    """The HTML says word for word what the text says, so every number, date and reason is in both."""
    assert "".join(Page(mail.html).words).split() == words_of_text(mail.text)


@every_sample
def test_text_and_html_say_the_same(make: Callable[[], Notice]) -> None:
    assert_twins(rendered(make()))


@every_sample
def test_no_leftovers(make: Callable[[], Notice]) -> None:
    mail = rendered(make())
    for words in (mail.subject, mail.text, " ".join(Page(mail.html).words)):
        assert "None" not in words
        assert not {"{", "}", "<"} & set(words)
    assert "\n\n\n" not in mail.text
    assert not any(line != line.strip() for line in mail.text.splitlines())


@every_sample
def test_the_footer_says_who_speaks_and_where_replies_go(make: Callable[[], Notice]) -> None:
    last = rendered(make()).text.splitlines()[-1]
    assert last.startswith("Recourse, intake for the HFS Provider Resolution portal.")
    assert MAIL_ADDRESS in last


@every_sample
def test_html_fetches_nothing_and_names_its_language(make: Callable[[], Notice]) -> None:
    page = Page(rendered(make()).html)
    assert ("html", {"lang": "en", "dir": "ltr"}) in page.tags
    assert not {"img", "link", "script", "iframe", "style", "form"} & {tag for tag, _ in page.tags}
    targets = [attributes[name] for _, attributes in page.tags for name in ("href", "src") if name in attributes]
    assert targets == [f"mailto:{MAIL_ADDRESS}"]


@every_sample
def test_no_member_data(make: Callable[[], Notice]) -> None:
    mail = rendered(make())
    for mark in MEMBER_MARKS:
        assert mark not in mail.subject + mail.text + mail.html


@every_sample
def test_only_what_exists_is_promised(make: Callable[[], Notice]) -> None:
    said = rendered(make()).text
    for promise in ("HOLD", "WITHDRAW", "chat", "each step"):
        assert promise not in said


def flags_of(notice: Notice) -> tuple[bool, bool]:
    """Whether their own workbook, and whether the current claim sheet goes with it."""
    parts = notice.answers if isinstance(notice, SeveralSheets) else (notice,)
    return tuple(any(getattr(part, flag, False) for part in parts) for flag in ("marked", "current_sheet"))  # type: ignore[return-value]


@every_sample
def test_what_is_attached_is_told_and_nothing_else(make: Callable[[], Notice]) -> None:
    notice = make()
    text = rendered(notice).text
    marked, current = flags_of(notice)
    assert ("own workbook" in text) == marked
    assert ("current claim sheet" in text) == current


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("receipt", "Ticket 2026-004187-3: your 20 claims against Meridian Health Plan of Illinois"),
        ("partly accepted", "Ticket 2026-004190-7: 17 claims filed, 3 need you"),
        ("partly accepted, nothing to do", "Ticket 2026-004190-7: 1 claim filed, 1 not"),
        ("rejected, too early", "Not filed yet: too early until Saturday, December 12"),
        ("rejected, one in words", "Not filed: no tracking number"),
        ("rejected, many", "Not filed: which MCO is not clear, no tracking number and 7 more reasons"),
        ("already filed", "Ticket 2026-004101-6: filed already"),
        ("sheet required", f"Not filed yet: 2 complaints against {MERIDIAN} go on the claim sheet"),
        ("not registered", "Not filed: this mail address is not registered"),
        ("closed: paid", "Ticket 2026-004187-3 is closed: the plan paid"),
        ("corrected, one still wrong", "Ticket 2026-004190-7: 2 rows fixed, 1 still wrong"),
        ("corrected, nothing left", "Ticket 2026-004190-7: 1 row fixed, 1 new row"),
        ("completed in words", f"Ticket 2026-004187-3: your claim against {MERIDIAN}"),
        ("completed, still wrong", "Not filed yet: no tracking number"),
        ("status: open", "Ticket 2026-004187-3: open"),
        ("status: closed", "Ticket 2026-004187-3: closed, the plan paid"),
        ("status: several", "You have 2 open tickets"),
        ("status: none open", "You have no open ticket"),
        ("status: not theirs", "No ticket 2026-004187-3 of yours"),
        ("several: all filed", "Your 2 sheets are filed: tickets 2026-004187-3 and 2026-004101-6"),
        ("several: tickets", "Your 5 sheets are filed: 5 tickets"),
        ("several: one needs you", "2 of your 3 sheets are filed, 1 needs you"),
        ("several: in part", "1 of your 2 sheets is filed in part, 1 needs you"),
        ("several: of all kinds", "2 of your 6 sheets are filed, 1 in part, 2 need you, 1 not"),
        ("several: none", "Not filed: your 2 sheets need you"),
        ("several: nothing to do", "Not filed: your 2 sheets"),
        ("several: none, one to mend", "Not filed: 1 of your 2 sheets needs you"),
        ("registration received", "We have your registration sheet, and staff will check it"),
        ("registration, some wrong", "Registration: 3 rows with staff, 4 rows need you"),
        ("registration, all wrong", "Not registered yet: 1 row needs you"),
        ("registration, no table", "Not registered yet: no registrations in the file"),
        ("registration, of long ago", "Registered already: there is nothing to do"),
        ("registration approved", "Registered: you can file complaints now"),
        ("registration refused", "Not registered: staff could not approve your registration sheet"),
    ],
)
def test_subjects(name: str, subject: str) -> None:
    assert rendered(SAMPLES[name]()).subject == subject


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("receipt", ("20 claims", MERIDIAN, PROVIDER, "Wednesday, December 9, 2026", "Friday, October 2, 2026",
                     "30 days", "Please check", "Row 17, column A", "You need to do nothing")),
        ("partly accepted", ("17 of your 20 claims", "Row 9, column C", "1.93E+11", "Row 20, column D",
                             "not filed twice", "Wednesday, December 9, 2026")),
        ("rejected, too early", ("Row 14, column D", "Saturday, December 12, 2026", "Monday, January 11, 2027")),
        ("rejected, many", ("Rows 14 to 33, column C", "Cell B3", "Correct your sheet and reply with it")),
        ("rejected, one in words", ("Reply with what is missing or wrong", "You need not repeat the rest")),
        ("corrected, one still wrong", ("2 of your 5 claims", "1 claim is not on a ticket:", "Row 7, column C",
                                        "Since your mail of Tuesday, November 24, 2026: 2 rows fixed, 1 still wrong.",
                                        "Rows 4 and 8 are on ticket 2026-004101-6 already.")),
        ("corrected, nothing left", ("Row 4 is on ticket 2026-004101-6 already.", "You need to do nothing")),
        ("completed in words", ("the tracking number is right now",)),
        ("completed, still wrong", ("1 row still wrong", "Row 4 is on ticket 2026-004101-6 already.")),
        ("completed in words, still wrong", ("the name of the MCO is right now", "no tracking number")),
        ("status: open", ("State: open", MERIDIAN, PROVIDER, "20 claims", "Opened: Tuesday, November 24, 2026",
                          "sends the dispute to the MCO by Wednesday, December 9, 2026", "30 days")),
        ("status: open for long", ("was to send the dispute to the MCO by Wednesday, December 9, 2026",)),
        ("status: closed", ("closed, the plan paid", "Closed: Friday, January 8, 2027", "Nothing more happens")),
        ("status: withdrawn", ("State: withdrawn",)),
        ("status: mistyped", ("The last digit of 2026-004187-4 does not fit the others, so a digit is mistyped.",)),
        ("status: mistyped, theirs", ("did you mean 2026-004187-3?",)),
        ("status: several", ("Ticket 2026-004187-3", "in review by HFS", "at most 20")),
        ("sheet required", ("2 complaints", "2 required cells are empty or not right yet", "attached", "Complaint 2")),
        ("not registered", ("registration sheet", "HFS provider ID", "from day 30 to day 60")),
        ("could not read", ("a PDF", "A blank claim sheet is attached")),
        ("a person will look", ("Tuesday, November 24, 2026", "kept")),
        ("closed: paid", ("Friday, January 8, 2027", "20 claims", "Paid with check 4471.")),
        ("partly accepted, marked", ("Your own workbook is attached", "reply with it", "not filed twice")),
        ("partly accepted, marked, current sheet", ("Two files are attached", "one of them")),
        ("rejected, too late, marked", ("beside each row", "use that one next time")),
        ("several: one needs you", ("Sheet 1 of 3: 3 claims against", "Sheet 3 of 3: 2 claims against CountyCare",
                                    "Row 5, column C", "Wednesday, December 9, 2026", "not filed twice")),
        ("several: in part", ("17 of your 20 claims", "3 claims are not on the ticket:", "a picture")),
        ("several: of all kinds", ("A blank claim sheet is attached, for what could not be read",)),
        ("several: corrected", ("2 rows fixed, 1 still wrong", "Rows 4 and 8 are on ticket")),
        ("registration, some wrong", ("3 rows are with staff now", "Rows 5 and 6, column B", "exactly 12 digits",
                                      "Row 9, column F", "leave those rows in", "own workbook")),
        ("registration, all wrong", ("The e-mail address is missing", "billing@clinic.example")),
        ("registration, no table", ("a column for the provider or facility name",)),
        ("registration, once more", ("2 rows are with staff already", "registered for that provider already")),
        ("registration approved", ("dana@clinic.example: Lakeside Family Clinic", MAIL_ADDRESS)),
        ("registration refused", ("Staff wrote: The HFS ID belongs to another provider.", "November 24, 2026")),
    ],
)  # fmt: skip
def test_facts_are_told(name: str, facts: tuple[str, ...]) -> None:
    text = rendered(SAMPLES[name]()).text
    assert [fact for fact in facts if fact not in text] == []


def test_five_hundred_faulty_rows_stay_a_readable_mail() -> None:
    assert len(rendered(SAMPLES["rejected, far too many"]()).html) < 100_000  # where Gmail cuts mails off
    same = rendered(Rejection(verdict([claim(row) for row in range(500)], [no_number(row) for row in range(500)])))
    assert same.text.count("tracking number") == 2  # the headline and one reason
    assert "Rows 0 to 499, column C" in same.text


def test_different_early_dates_name_no_single_day_in_the_subject() -> None:
    early = [too_early(row, date(2026, 11, row)) for row in (5, 6, 7)]
    assert rendered(Rejection(verdict([claim(5), claim(6), claim(7)], early))).subject == "Not filed yet: too early"


nasty = st.one_of(
    st.text(max_size=80),
    st.sampled_from(["<b>x</b>&amp;", "a\r\nBcc: y@z.example", "{{ 7 * 7 }}{% raw %}", "\u202egnp.exe", "- x", "\x00"]),
)


@settings(deadline=None)
@given(nasty, nasty, nasty, st.sampled_from(ReasonCode), st.sampled_from(sorted(Field)), st.sampled_from(Flaw))
def test_whatever_is_in_the_strings_stays_text(
    read: str, name: str, choice: str, code: ReasonCode, field: Field, flaw: Flaw
) -> None:
    finding = Finding(code, field=field, row=2, place=Place(2, "C"), read=read, flaw=flaw, ticket=name or None,
                      choices=(choice,), successor=name or None)  # fmt: skip
    judged = verdict([claim(1), claim(2)], [finding, replace(finding, row=None), too_late(2)], mco=name)
    notices: list[Notice] = [
        Receipt(name, name, judged, date(2026, 12, 9)),
        PartlyAccepted(name, name, judged, date(2026, 12, 9)),
        Rejection(judged),
        CouldNotRead((finding,)),
        ClosureNotice(name, name, name, 2, Disposition.PAID, read, date(2027, 1, 8)),
    ]
    for notice in notices:
        mail = rendered(notice)
        assert mail.subject.isprintable()
        page = Page(mail.html)
        assert {tag for tag, _ in page.tags} <= {"html", "head", "meta", "title", "body", "div", "table", "tr", "td",
                                                 "h1", "h2", "p", "strong", "span", "a"}  # fmt: skip
        assert all(line.isprintable() for line in mail.text.split("\n"))
        assert "".join(page.words).split() == "".join(Page(mail.html).words).split()
        assert "49" not in mail.text or "49" in read + name + choice


def test_what_is_on_a_ticket_from_before_is_not_told_as_wrong() -> None:
    for name in ("corrected, one still wrong", "corrected, nothing left", "completed, still wrong"):
        assert "This claim is already on ticket" not in rendered(SAMPLES[name]()).text


def test_a_number_of_somebody_else_and_one_of_nobody_read_alike() -> None:
    """The report has nothing by which it could tell them apart; that is said in one place and shown in the other."""
    text = rendered(SAMPLES["status: not theirs"]()).text
    assert "No ticket of yours has this number" in text
    assert "2026-004187-3" in text
