"""What comes back to an office that mails workbooks: marked, with the ticket in it, and recognized when corrected.

One server for all tests, each test an office of its own. SQLite; the books are tested on both engines elsewhere.
"""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
import pytest_asyncio

from sheets.marks import STATUS_HEADER, SUMMARY_SHEET
from tests.flows.test_mail_conversation import reply
from tests.parts.correspondence import (
    HEADERS,
    Correspondence,
    ago,
    corresponding,
    files_of,
    mail,
    row,
    with_sheet,
    workbook,
)
from tests.parts.program import installation

pytestmark = pytest.mark.asyncio(loop_scope="module")

OCTETS = "application/octet-stream"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Correspondence]:
    async with corresponding(installation(tmp_path_factory.mktemp("workbooks"))) as correspondence:
        yield correspondence


def opened(answer: EmailMessage, name: str) -> Any:
    return openpyxl.load_workbook(BytesIO(files_of(answer)[name]))


def saved(book: Any) -> bytes:
    body = BytesIO()
    book.save(body)
    return body.getvalue()


def statuses(sheet: Any, header_row: int = 3) -> dict[int, str]:
    """Row → what the status column says of it."""
    column = next(cell.column for cell in sheet[header_row] if cell.value == STATUS_HEADER)
    found = {number: sheet.cell(number, column).value for number in range(header_row + 1, sheet.max_row + 1)}
    return {number: said for number, said in found.items() if said}


async def test_a_partly_accepted_workbook_comes_back_marked(portal: Correspondence) -> None:
    office = await portal.office("marked")
    body = workbook(row("MK-1"), row(None), row("1.93E+11"), row("MK-4", ago(70)))
    became = await portal.write(with_sheet(mail(office), body))
    assert became.outcome == "partly"
    marked = opened(became.answer, "claim-sheet-marked.xlsx")
    assert marked.sheetnames[0] == SUMMARY_SHEET
    sheet = marked.worksheets[1]
    said = statuses(sheet)
    assert list(said) == [4, 5, 6, 7]
    assert str(became.ticket) in said[4]
    assert not any(str(became.ticket) in said[number] for number in (5, 6, 7))
    assert "tracking number" in sheet["A5"].comment.text
    assert "1.93E+11" in sheet["A6"].comment.text
    assert sheet["B7"].comment is not None
    assert sheet["A4"].comment is None
    assert [sheet.cell(3, column).value for column in range(1, 6)] == list(HEADERS)
    current = opened(became.answer, "claim-sheet-current.xlsx")
    assert "MK-1" in {cell.value for line in current["Claims"].iter_rows() for cell in line}


async def test_a_corrected_workbook_is_recognized_under_any_name_and_from_a_colleague(portal: Correspondence) -> None:
    office = await portal.office("stamped", hfs_id="036112346001")
    first = await portal.write(with_sheet(mail(office), workbook(row("ST-1"), row(None), row("1.93E+11"))))
    marked = opened(first.answer, "claim-sheet-marked.xlsx")
    marked.worksheets[1]["A5"] = "ST-2"
    marked.worksheets[1].append(row("ST-4"))
    body = BytesIO()
    with ZipFile(body, "w") as archive:
        archive.writestr("whatever.bin", saved(marked))

    await portal.ask("providers.add", name="Stamped Clinic", hfs_id="036112346001", npi=None,
                     email="colleague@stamped.example", person="", role="provider")  # fmt: skip
    second = await portal.write(with_sheet(mail("colleague@stamped.example", "Hi."), body.getvalue(), "x.zip", OCTETS))
    assert second.outcome == "partly"
    assert "1 row fixed, 1 still wrong, 1 new row" in str(second.answer["Subject"])
    assert await portal.tracking_numbers(second.ticket) == ["ST-2", "ST-4"]
    again = opened(second.answer, "claim-sheet-marked.xlsx")
    assert again.sheetnames.count(SUMMARY_SHEET) == 1
    said = statuses(again.worksheets[1])
    assert str(first.ticket) in said[4]
    assert str(second.ticket) in said[5]
    assert again.worksheets[1]["A5"].comment is None


async def test_the_same_rows_again_are_no_second_complaint(portal: Correspondence) -> None:
    office = await portal.office("twice")
    first = await portal.write(with_sheet(mail(office), workbook(row("TW-1"), row(None))))
    marked = files_of(first.answer)["claim-sheet-marked.xlsx"]
    second = await portal.write(with_sheet(mail(office, "Did you get it?"), marked))
    assert second.ticket is None
    assert (second.outcome, second.detail) == ("rejected", "missing_tracking_number, duplicate")


async def test_a_stranger_with_somebodys_marked_workbook_learns_nothing(portal: Correspondence) -> None:
    office, other = await portal.office("owner"), await portal.office("other")
    first = await portal.write(with_sheet(mail(office), workbook(row("OW-1"), row(None))))
    marked = opened(first.answer, "claim-sheet-marked.xlsx")
    marked.worksheets[1]["A5"] = "OW-2"
    second = await portal.write(with_sheet(mail(other), saved(marked)))
    assert second.outcome == "ticket"
    assert "fixed" not in second.text
    assert str(first.ticket) not in second.text


async def test_several_workbooks_are_several_complaints_and_one_answer(portal: Correspondence) -> None:
    office = await portal.office("several")
    letter = with_sheet(mail(office), workbook(row("SV-1")))
    with_sheet(letter, workbook(row("SV-2", ago(12)), mco="Molina"), "second.xlsx")
    with_sheet(letter, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") * 2)
    became = await portal.write(letter)
    assert became.outcome == "partly"
    assert set(files_of(became.answer)) >= {"claim-sheet-2-marked.xlsx"}
    assert "claim-sheet-1-marked.xlsx" not in files_of(became.answer)
    for word in (str(became.ticket), "Molina", "password"):
        assert word in became.text
    assert await portal.tracking_numbers(became.ticket) == ["SV-1"]


async def test_words_complete_the_one_of_several_sheets_that_is_open(portal: Correspondence) -> None:
    office = await portal.office("wordy")
    letter = with_sheet(with_sheet(mail(office), workbook(row("WO-1"))), workbook(row(None), row("x", "2/30/2026")))
    first = await portal.write(letter)
    second = await portal.write(reply(office, first, "Row 4: WO-2222"))
    assert await portal.tracking_numbers(second.ticket) == ["WO-2222"]
    assert "1 row fixed, 1 still wrong" in str(second.answer["Subject"])
    third = await portal.write(reply(office, second, f"Row 5: date submitted to the MCO: {ago(40):%m/%d/%Y}"))
    assert await portal.tracking_numbers(third.ticket) == ["x"]
    assert third.outcome == "ticket"


async def test_tabs_for_several_plans_are_several_complaints(portal: Correspondence) -> None:
    office = await portal.office("tabs")
    book = openpyxl.load_workbook(BytesIO(workbook(row("TB-1"))))
    second = book.create_sheet("Molina")
    for cells in (["MCO:", "Molina"], [], HEADERS, row("TB-2", ago(12))):
        second.append(list(cells))
    became = await portal.write(with_sheet(mail(office), saved(book)))
    assert await portal.tracking_numbers(became.ticket) == ["TB-1"]
    marked = opened(became.answer, "claim-sheet-marked.xlsx")
    assert str(became.ticket) in statuses(marked.worksheets[1])[4]
    assert marked.worksheets[2]["B4"].comment is not None


async def test_a_hostile_file_is_told_plainly_and_staff_see_it(portal: Correspondence) -> None:
    office = await portal.office("hostile")
    bomb = openpyxl.Workbook()
    bomb.worksheets[0]["XFD1048576"] = 1
    became = await portal.write(with_sheet(mail(office), saved(bomb)))
    assert became.outcome == "could_not_read"
    assert "refused file: far_cells" in became.detail
