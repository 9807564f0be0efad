"""What parent and child say to each other arrives as it was sent."""

from datetime import date, datetime, time, timedelta

import pytest

from complaints.cells import FileRemark, Grid, Merged, Uncalculated, Workbook
from complaints.verdict import ReasonCode
from sheets.kinds import FileFault, FileKind, Refusal
from sheets.marks import CellMark, Fault, Marking, RowMark, SheetMarks
from sheets.opening import EnclosedFile
from sheets.wire import (
    ANSWER,
    REQUEST_HEADER,
    Answer,
    Header,
    Operation,
    pack_answer,
    pack_request,
    unpack_answer,
    unpack_header,
    unpack_marking,
)  # fmt: skip

EVERY_TYPE = (
    "text\nof two lines", 1.5, 7.0, True, None, date(2026, 10, 2), datetime(2026, 10, 2, 9, 30),  # noqa: DTZ001
    time(9, 30), timedelta(days=1, seconds=5), Uncalculated.FORMULA,
)  # fmt: skip
MARKING = Marking(
    "1 of 2 claims needs you",
    ("One line", "and \u00fc"),
    (Fault("Row 9", "No date", "Claims", "C9"), Fault("The sheet", "No plan")),
    (
        SheetMarks("Claims", 8, (CellMark(9, "C", "A date"),), (RowMark(9, "Mend it"), RowMark(10, "PRP-1", True))),
        SheetMarks("", 1),
    ),
    "a stamp",
)


@pytest.mark.parametrize(
    "answer",
    [
        Workbook((Grid("Claims", (EVERY_TYPE, (), (None, "x"))), Grid("\u00dcnter\n", ())), "2026.1"),
        Workbook(
            (Grid("", (("a",),), (Merged(0, 0, 1, 2), Merged(5, 5, 5, 6)), frozenset({2, 3}), is_filtered=True),),
            None,
            "a stamp",
            frozenset({FileRemark.MACROS, FileRemark.HIDDEN_SHEETS}),
        ),
        Workbook(()),
        FileFault(ReasonCode.PASSWORD_PROTECTED, FileKind.ENCRYPTED_WORKBOOK),
        FileFault(ReasonCode.FILE_TOO_LARGE, FileKind.XLSX, Refusal.FAR_CELLS),
        (),
        (EnclosedFile("a\n.xlsx", "text/csv", b"one\ntwo\n"), EnclosedFile("", "", b"")),
        b"",
        b"PK\n\x00\n",
    ],
)
def test_an_answer_arrives_as_it_was_sent(answer: Answer) -> None:
    assert unpack_answer(pack_answer(answer)[ANSWER.size :]) == answer


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[1]",
        b'{"grids": [["a", 2, [], [], false]], "remarks": [], "version_stamp": null, "mark_stamp": null}\n[1]',
        b'{"grids": [["a", 2]], "remarks": []}',
        b'{"files": [["a", "b", 5]]}\n1234',
        b'{"files": [["a", "b", -1], ["a", "b", 2]]}\n1',
        b'{"marked": 2}\n1',
        b'{"fault": "no such", "refusal": null, "kind": "xlsx"}',
        b"\xff",
    ],
)
def test_nonsense_is_no_answer(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"answer|Expecting value|can't decode|not enough values|is not a valid"):
        unpack_answer(body)


def test_a_request_arrives_as_it_was_sent() -> None:
    request = b"".join(pack_request(Operation.MARK, FileKind.ENCRYPTED_WORKBOOK, b"the file", MARKING))
    header = unpack_header(request[:REQUEST_HEADER])
    assert header == Header(Operation.MARK, FileKind.ENCRYPTED_WORKBOOK, 8, len(request) - REQUEST_HEADER - 8)
    assert request[REQUEST_HEADER:].startswith(b"the file")
    assert unpack_marking(request[REQUEST_HEADER + 8 :]) == MARKING
