"""Mail that is no plain complaint: odd files, machines, replies, senders nobody can tell, and what surprises us."""

import csv
import io
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.enclosures import XLSX
from tests.parts.correspondence import (
    HEADERS,
    MEMBER,
    RIN,
    Correspondence,
    ago,
    corresponding,
    files_of,
    mail,
    row,
    text_of,
    with_sheet,
    workbook,
)
from tests.parts.program import PORTAL, installation
from tests.parts.waiting import until_async
from tests.unit.sheets.files import OLE

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Correspondence]:
    async with corresponding(installation(tmp_path_factory.mktemp("odd"))) as correspondence:
        yield correspondence


# Odd files


def csv_of(*rows: list[Any]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([["MCO", *HEADERS], *(["Meridian", *cells] for cells in rows)])
    return file.getvalue().encode()


def inline(message: EmailMessage, body: bytes) -> EmailMessage:
    main, _, sub = XLSX.partition("/")
    message.add_attachment(body, maintype=main, subtype=sub, disposition="inline", filename="image001.png")
    return message


def nameless(message: EmailMessage, body: bytes) -> EmailMessage:
    message.add_attachment(body, maintype="application", subtype="octet-stream")
    return message


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("comma", lambda letter: with_sheet(letter, csv_of(row("CS-1")), "claims.csv", "text/csv")),
        ("octets", lambda letter: with_sheet(letter, workbook(row("OC-1")), "claims", "application/octet-stream")),
        ("wrongname", lambda letter: with_sheet(letter, workbook(row("WR-1")), "scan.pdf", "application/pdf")),
        ("umlaut", lambda letter: with_sheet(letter, workbook(row("UM-1")), "Übersicht Müller № 7.xlsx")),
        ("inline", lambda letter: inline(letter, workbook(row("IN-1")))),
        ("nameless", lambda letter: nameless(letter, workbook(row("NL-1")))),
        ("logo", lambda letter: with_sheet(with_sheet(letter, b"\x89PNG\r\n\x1a\n", "logo.png", "image/png"),
                                           workbook(row("LO-1")))),
    ],
)  # fmt: skip
async def test_a_sheet_is_a_sheet_whatever_it_is_called(portal: Correspondence, name: str, letter: Any) -> None:
    office = await portal.office(name)
    became = await portal.write(letter(mail(office)))
    assert (became.outcome, (await portal.ticket(became.ticket))["claims"]) == ("ticket", 1)


PASSWORD_PROTECTED = OLE + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "file", "kind", "short", "told"),
    [
        ("letter.pdf", b"%PDF-1.7 a letter", "application/pdf", "the file is a PDF", "a PDF"),
        ("claims.xlsx", PASSWORD_PROTECTED, XLSX, "the file has a password", "password"),
        ("claims.xlsx", workbook(row("CO-1"))[:3000], XLSX, "the file is not complete", "only the first part"),
        ("claims.xlsx", workbook(), XLSX, "no claims in the sheet", "no claims"),
        ("claims.xls", OLE + "Workbook".encode("utf-16-le"), "application/vnd.ms-excel", "the file could not be read",
         "an old Excel workbook (.xls)"),
    ],
    ids=["pdf", "password", "corrupt", "empty", "old"],
)  # fmt: skip
async def test_a_file_that_is_no_readable_sheet_is_answered_with_a_blank_one(
    portal: Correspondence, request: pytest.FixtureRequest, name: str, file: bytes, kind: str, short: str, told: str
) -> None:
    office = await portal.office(f"file-{request.node.callspec.id}")
    became = await portal.write(with_sheet(mail(office, "As discussed."), file, name, kind))
    assert became.outcome == "could_not_read"
    assert became.answer["Subject"] == f"Not filed: {short}"
    assert told in became.text
    assert list(files_of(became.answer)) == ["claim-sheet.xlsx"]


LOGO = b"\x89PNG\r\n\x1a\n" + bytes(5_000)


async def test_a_logo_below_a_question_is_no_file_that_could_not_be_read(portal: Correspondence) -> None:
    office = await portal.office("logo-question")
    became = await portal.write(with_sheet(mail(office, "How do I file?"), LOGO, "image001.png", "image/png"))
    assert became.outcome == "no_complaint"


async def test_a_photo_of_a_sheet_is_named_as_a_picture(portal: Correspondence) -> None:
    office = await portal.office("photo")
    became = await portal.write(with_sheet(mail(office), LOGO + bytes(200_000), "IMG_2041.png", "image/png"))
    assert became.outcome == "could_not_read"
    assert "a picture" in became.text


async def test_two_sheets_in_one_mail_are_two_complaints_and_one_answer(portal: Correspondence) -> None:
    office = await portal.office("two-sheets")
    letter = with_sheet(with_sheet(mail(office), workbook(row("TS-1"))), workbook(row("TS-2")), "more.xlsx")
    became = await portal.write(letter)
    assert became.outcome == "ticket"
    assert became.answer["Subject"].startswith("Your 2 sheets are filed: tickets ")


async def test_a_complaint_in_words_counts_though_its_file_cannot_be_read(portal: Correspondence) -> None:
    office = await portal.office("words-and-pdf")
    told = f"MCO: Molina\nTracking number: WP-1\nDate submitted to MCO: {ago(40):%m/%d/%Y}\n"
    became = await portal.write(with_sheet(mail(office, told), b"%PDF-1.7", "denial.pdf", "application/pdf"))
    assert became.outcome == "ticket"


async def test_a_question_without_a_complaint_gets_the_how_to_and_the_sheet(portal: Correspondence) -> None:
    office = await portal.office("asking")
    became = await portal.write(mail(office, "Hello, how can I file a complaint about Meridian? Thanks, Dana"))
    assert became.outcome == "no_complaint"
    assert became.answer["Subject"] == "Not filed: we found no complaint in your mail"
    assert list(files_of(became.answer)) == ["claim-sheet.xlsx"]


# Machines


def bounce(letter: EmailMessage) -> None:
    letter.make_mixed()
    letter.replace_header("Content-Type", 'multipart/report; report-type=delivery-status; boundary="b1"')


def calendar(letter: EmailMessage) -> None:
    letter.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", params={"method": "REPLY"})


def header(name: str, value: str) -> Any:
    return lambda letter: letter.add_header(name, value)


@pytest.mark.parametrize(
    ("sign", "change", "envelope"),
    [
        ("null_sender", lambda letter: None, ""),
        ("null_sender", header("Return-Path", "<>"), None),
        ("robot_address", lambda letter: None, "MAILER-DAEMON@machines.example"),
        ("auto_replied", header("Auto-Submitted", "auto-replied"), None),
        ("auto_replied", header("X-Autoreply", "yes"), None),
        ("precedence", header("Precedence", "bulk"), None),
        ("mailing_list", header("List-Id", "<claims.lists.example>"), None),
        ("response_suppressed", header("X-Auto-Response-Suppress", "OOF, DR"), None),
        ("report", bounce, None),
        ("calendar_reply", calendar, None),
        ("our_own", header("X-Recourse-Loop", PORTAL), None),
    ],
)
async def test_a_machine_is_never_answered_and_always_listed(
    portal: Correspondence, sign: str, change: Any, envelope: str | None
) -> None:
    letter = mail(await portal.office("machines", hfs_id="036555000001"), "I am out of the office.")
    change(letter)
    became = await portal.write(letter, envelope)
    assert (became.outcome, became.detail, became.answers) == ("no_answer", sign, ())
    listed = await portal.ask("letters.list", outcome="no_answer")
    assert became.letter in [one["id"] for one in listed]


@pytest.mark.parametrize(
    "fields",
    [
        b"From: a@plain.example\r\nFrom: billing@plain.example\r\n",
        b"From: billing@plain.example, office@plain.example\r\n",
        b"From: billing@plain.example <someone@evil.example>\r\n",
        b"Sender: billing@plain.example\r\n",
    ],
    ids=["two fields", "two addresses", "two meanings", "none"],
)
async def test_mail_without_one_plain_sender_is_kept_for_staff(portal: Correspondence, fields: bytes) -> None:
    office = await portal.office("plain", hfs_id="036555000002")
    became = await portal.write(fields + b"Message-ID: <p@plain.example>\r\n\r\nMCO: Meridian\r\n", office)
    assert (became.outcome, became.detail, became.answers) == ("parked", "no one plain From address", ())
    assert became.letter in [one["id"] for one in await portal.ask("letters.list", outcome="parked")]


# Replies


def quoted(answer: EmailMessage, mark: str = "> ") -> str:
    return "".join(f"{mark}{line}\n" for line in text_of(answer).splitlines())


def reply(office: str, answer: EmailMessage, text: str) -> EmailMessage:
    return mail(office, text, Subject=f"Re: {answer['Subject']}", In_Reply_To=answer["Message-ID"])


@pytest.mark.parametrize(
    ("name", "words", "mark"),
    [("thanks", f"Thank you. {MEMBER} has called again.\n\n", "> "), ("only-quoted", "", "> "), ("bare", "Thanks", "")],
)
async def test_a_reply_to_a_receipt_goes_to_its_ticket(
    portal: Correspondence, name: str, words: str, mark: str
) -> None:
    office = await portal.office(name)
    filed = await portal.write(with_sheet(mail(office), workbook(row(f"RE-{name}-1"))))
    attribution = f"On Monday, the intake <{PORTAL}> wrote:\n" if mark else "\n"
    became = await portal.write(reply(office, filed.answer, f"{words}{attribution}{quoted(filed.answer, mark)}"))
    assert (became.outcome, became.ticket, became.answers) == ("added_to_ticket", filed.ticket, ())
    timeline = (await portal.ticket(filed.ticket))["timeline"]
    assert [(one["event"], one["detail"]) for one in timeline[1:]] == [("mail_added", f"letter {became.letter}")]


@pytest.mark.parametrize(
    ("name", "file", "kind"),
    [("remittance.pdf", b"%PDF-1.7 a remittance", "application/pdf"), ("image001.png", LOGO, "image/png")],
    ids=["document", "logo"],
)
async def test_a_reply_with_a_document_or_a_logo_goes_to_its_ticket_as_well(
    portal: Correspondence, request: pytest.FixtureRequest, name: str, file: bytes, kind: str
) -> None:
    office = await portal.office(f"with-{request.node.callspec.id}")
    filed = await portal.write(with_sheet(mail(office), workbook(row(f"RD-{kind}-1"))))
    became = await portal.write(with_sheet(reply(office, filed.answer, "Please add this."), file, name, kind))
    assert (became.outcome, became.ticket, became.answers) == ("added_to_ticket", filed.ticket, ())


async def test_another_providers_person_adds_nothing_to_a_ticket(portal: Correspondence) -> None:
    office, other = await portal.office("mine"), await portal.office("theirs")
    filed = await portal.write(with_sheet(mail(office), workbook(row("OP-1"))))
    became = await portal.write(reply(other, filed.answer, "Please withdraw this ticket."))
    assert (became.outcome, became.ticket, became.answers) == ("no_answer", None, ())
    assert [one["event"] for one in (await portal.ticket(filed.ticket))["timeline"]] == ["opened"]


@pytest.mark.parametrize("mark", ["> ", ""], ids=["quoted", "bare"])
async def test_our_own_example_coming_back_files_nothing(portal: Correspondence, mark: str) -> None:
    office = await portal.office(f"example{len(mark)}")
    asked = await portal.write(mail(office, "How does this work?"))
    became = await portal.write(reply(office, asked.answer, f"Thanks!\n\n{quoted(asked.answer, mark)}"))
    assert (became.outcome, became.detail, became.answers) == ("no_answer", "reply_without_complaint", ())


async def test_a_new_complaint_in_a_reply_is_filed(portal: Correspondence) -> None:
    office = await portal.office("one-more")
    filed = await portal.write(with_sheet(mail(office), workbook(row("OM-1"))))
    told = f"One more.\nMCO: Meridian\nTracking number: OM-2\nDispute date: {ago(33):%m/%d/%Y}\nRIN: {RIN}\n\n"
    became = await portal.write(reply(office, filed.answer, told + quoted(filed.answer)))
    assert became.outcome == "ticket"
    assert became.ticket != filed.ticket
    assert await portal.tracking_numbers(became.ticket) == ["OM-2"]


# Surprises


async def test_a_letter_that_keeps_surprising_us_is_parked_and_read_again_after_repair(tmp_path: Path) -> None:
    """The cause is a real one: a counter that was set back, as by a table restored from an older backup."""
    async with corresponding(installation(tmp_path)) as portal:
        office = await portal.office("surprised")
        await portal.write(with_sheet(mail(office), workbook(row("SU-1"))))
        _sql(portal, "UPDATE counters SET value = value - 1")
        letter_id = await portal.send(with_sheet(mail(office), workbook(row("SU-2"))))

        async def set_back() -> bool:
            return "set back after attempt 1" in portal.server.log.read_text()

        await until_async(set_back, "the first attempt to fail")
        _sql(portal, "UPDATE jobs SET due = '2020-01-01 00:00:00.000000', strikes = 7")
        parked = await portal.became(letter_id)
        assert (parked.outcome, parked.detail, parked.ticket) == ("parked", "IntegrityError", None)
        assert parked.answer["Subject"] == "We have your mail, and a person will look at it"
        listed = await portal.place.done("letters", "list", "--outcome", "parked", "--json")
        assert [one["id"] for one in listed.json] == [letter_id]

        _sql(portal, "UPDATE counters SET value = value + 1")
        await portal.place.done("letters", "retry", str(letter_id))
        again = await portal.became(letter_id)
        assert again.outcome == "ticket"
        assert await portal.tracking_numbers(again.ticket) == ["SU-2"]
        assert {str(one["Subject"]).partition(":")[0] for one in again.answers} == {
            "We have your mail, and a person will look at it",
            f"Ticket {again.ticket}",
        }


async def test_a_letter_whose_bytes_are_lost_is_parked_where_staff_see_it(tmp_path: Path) -> None:
    """Nobody can be told then, because nobody knows any more who wrote; and nothing else stops."""
    async with corresponding(installation(tmp_path)) as portal:
        office = await portal.office("lost")
        first = await portal.write(with_sheet(mail(office), workbook(row("LS-1"))))
        _sql(portal, f"DELETE FROM files WHERE digest = (SELECT digest FROM letters WHERE id = {first.letter})")
        _sql(portal, f"UPDATE letters SET outcome = 'parked' WHERE id = {first.letter}")
        await portal.place.done("letters", "retry", str(first.letter))

        async def parked() -> Any:
            return await portal.ask("letters.list", outcome="parked")

        (seen,) = await until_async(parked, "the letter to be parked again")
        assert seen["detail"] == f"the bytes of letter {first.letter} are missing"
        assert (await portal.write(with_sheet(mail(office), workbook(row("LS-2"))))).outcome == "ticket"


def _sql(portal: Correspondence, statement: str) -> None:
    """Something goes wrong in the database, or is mended there, beside the running program."""
    path = portal.place.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=30)) as connection, connection:
        connection.execute(statement)


async def test_a_registration_sheet_with_a_wrong_row_is_told_what_is_wrong_in_it(
    portal: Correspondence,
) -> None:
    sheet = b"Provider name,HFS provider ID,E-mail\nHillside Clinic,12,billing@hillside.example\n"
    became = await portal.write(with_sheet(mail("billing@hillside.example"), sheet, "registration.csv", "text/csv"))
    assert (became.outcome, became.ticket) == ("registration", None)
    assert became.answer["Subject"] == "Not registered yet: 1 row needs you"
    assert "Row 2, column B: The HFS provider ID does not have exactly 12 digits." in became.text
