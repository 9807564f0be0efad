"""A claim sheet that was opened and saved by LibreOffice is read like the one we gave out."""

import subprocess
from pathlib import Path

import pytest

from complaints.cells import Workbook
from complaints.claim_sheet import SHEET_VERSION
from complaints.model import Category, Complaint
from complaints.sheet_reading import SheetFault, read_claim_sheet
from complaints.verdict import ReasonCode
from sheets.reading import read_file
from sheets.writing import claim_sheet
from tests.parts.requirement import required_program
from tests.unit.sheets.claims import FIRST_ROW, MCOS, TODAY, claim, filled_by_openpyxl, values_of

pytestmark = pytest.mark.real("libreoffice")
CLAIMS = [claim(number) for number in range(20)]


def saved_by_libreoffice(data: bytes, to: str, folder: Path) -> bytes:
    """The same sheet after LibreOffice opened it and saved it as `to`."""
    required_program("libreoffice", "soffice")
    given, out = folder / "claims.xlsx", folder / "saved"
    given.write_bytes(data)
    profile = (folder / "profile").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", to, "--outdir", out, given],
        check=True,
        capture_output=True,
        timeout=120,
    )
    (saved,) = out.iterdir()
    return saved.read_bytes()


def book_in(data: bytes, name: str) -> Workbook:
    book = read_file(data, name)
    assert isinstance(book, Workbook), book
    return book


@pytest.mark.parametrize("to", ["xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1"], ids=["xlsx", "csv"])
def test_twenty_claims_come_back_whole(to: str, tmp_path: Path) -> None:
    saved = saved_by_libreoffice(filled_by_openpyxl(CLAIMS), to, tmp_path)
    complaint = read_claim_sheet(book_in(saved, f"claims.{to[:4].rstrip(':')}"), TODAY)
    assert isinstance(complaint, Complaint)
    assert [values_of(issue) for issue in complaint.claims] == CLAIMS
    assert [issue.row for issue in complaint.claims] == list(range(FIRST_ROW, FIRST_ROW + 20))
    assert complaint.mco.value == MCOS[1]
    assert complaint.category.value is Category.CLAIMS_AND_PAYMENT
    assert (complaint.hfs_id.value, complaint.npi.value) == ("000123456789", "1234567893")


def test_a_blank_sheet_stays_blank_small_and_ours(tmp_path: Path) -> None:
    saved = saved_by_libreoffice(claim_sheet(MCOS), "xlsx", tmp_path)
    book = book_in(saved, "claims.xlsx")
    assert len(saved) < 100_000
    assert book.version_stamp == SHEET_VERSION
    assert read_claim_sheet(book, TODAY) == SheetFault(ReasonCode.NO_ROWS)
