"""A marked workbook in a provider's office: LibreOffice opens it, shows what to mend, and saves it in its own way."""

import asyncio
import re
from pathlib import Path

import pytest

from sheets.child import mark_file
from sheets.kinds import FileKind
from sheets.limits import LIMITS
from sheets.marks import STATUS_HEADER, SUMMARY_SHEET, Marking
from tests.parts.libreoffice import save_as
from tests.parts.requirement import required_program
from tests.unit.sheets.marked import SAYS, book_of, marked, marking, opened, rich_workbook, without_marks

pytestmark = pytest.mark.real("libreoffice")
SHEET = "June's claims"
RICH = rich_workbook()
MARKED = marked(RICH, marking())


async def saved(data: bytes, folder: Path, kind: str = "xlsx") -> bytes:
    source = folder / "claims.xlsx"
    await asyncio.to_thread(source.write_bytes, data)
    target = folder / "saved"
    await asyncio.to_thread(target.mkdir, exist_ok=True)
    return await asyncio.to_thread((await save_as(source, target, kind)).read_bytes)


async def test_saved_by_libreoffice_it_is_recognised_and_marked_anew(tmp_path: Path) -> None:
    came_back = await saved(MARKED, tmp_path)
    assert book_of(came_back).mark_stamp == "letter 7"
    again = marked(came_back, marking(wrong=(9,), stamp="letter 8"))
    book = opened(again)
    sheet = book[SHEET]
    assert book.sheetnames == [SUMMARY_SHEET, "Read me", SHEET, "Sums"]
    comments = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert comments == {"C5": "Theirs, here", "C9": f"Recourse:\n{SAYS}", "H10": "Theirs, elsewhere"}
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.value == STATUS_HEADER] == ["I4"]
    assert [str(formats.sqref) for formats in sheet.conditional_formatting if formats.rules[0].priority == 1] == ["C9"]
    assert without_marks(book_of(again)) == without_marks(book_of(came_back))
    clean = opened(marked(came_back, Marking("Nothing")))[SHEET]
    assert all(
        '"Recourse mark"' not in str(rule.formula) for rules in clean.conditional_formatting for rule in rules.rules
    )


async def test_its_cells_are_those_of_the_file_that_came(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    theirs = await saved(RICH, tmp_path / "theirs")
    assert without_marks(book_of(await saved(MARKED, tmp_path))) == without_marks(book_of(theirs))


@pytest.mark.parametrize(("to", "kind"), [("xls", FileKind.OLD_WORKBOOK), ("ods", FileKind.OPEN_DOCUMENT)])
async def test_other_formats_come_back_as_marked_copies(to: str, kind: FileKind, tmp_path: Path) -> None:
    theirs = await saved(RICH, tmp_path, to)
    out = mark_file(kind, theirs, marking(), LIMITS)
    assert isinstance(out, bytes), out
    sheet = opened(out)[SHEET]
    assert sheet["C5"].value == "000000000000"
    assert sheet["C5"].comment.text == f"Recourse:\n{SAYS}"
    assert sheet["I4"].value == STATUS_HEADER
    assert sheet["D5"].is_date


async def test_printed_it_shows_the_list_and_the_colours(tmp_path: Path) -> None:
    pages = required_program("libreoffice", "pdftoppm")
    printed = await saved(MARKED, tmp_path, "pdf")
    (tmp_path / "printed.pdf").write_bytes(printed)
    process = await asyncio.create_subprocess_exec(pages, "-r", "60", tmp_path / "printed.pdf", tmp_path / "page")
    assert await process.wait() == 0
    colours = [_colours(page) for page in sorted(tmp_path.glob("page*.ppm"))]
    to_mend, settled = bytes.fromhex("F9C9B6"), bytes.fromhex("ECEFF2")
    assert colours[0][to_mend] > 500, "the first page says what the colours mean"
    assert sum(page[to_mend] for page in colours[1:]) > 500
    assert sum(page[settled] for page in colours[1:]) > sum(page[to_mend] for page in colours[1:])


class _Counted(dict[bytes, int]):
    def __missing__(self, colour: bytes) -> int:
        return 0


def _colours(picture: Path) -> _Counted:
    """How many dots of each colour there are."""
    body = picture.read_bytes()
    header = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", body)
    assert header is not None
    dots = memoryview(body)[header.end() :]
    counted = _Counted()
    for start in range(0, len(dots), 3):
        colour = bytes(dots[start : start + 3])
        counted[colour] += 1
    return counted
