"""The second wall: a process of its own that works on files within limits, so that a hostile one kills only it.

`python -m sheets.child LIMITS` (the fields of `Limits` as JSON) answers requests on standard input, one after the
other, until it is closed. A file that cannot be read is an answer. Whatever surprises us ends the process, and so does
every limit: the parent (`reading`) starts another. Nothing is written to standard error by us, and the parent gives it
to nobody, since a traceback could quote a cell.
"""

import csv
import json
import os
import resource
import struct
import sys
import zlib
from collections.abc import Callable
from typing import BinaryIO, TypeVar
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

from python_calamine import CalamineError, PasswordError

from complaints.cells import Workbook
from complaints.verdict import ReasonCode
from sheets.binary_workbook import read_binary_workbook
from sheets.delimited import read_delimited
from sheets.extent import Refused
from sheets.guard import check_workbook
from sheets.kinds import FileFault, FileKind, Refusal
from sheets.limits import Limits
from sheets.marks import Marking
from sheets.old_workbook import read_old_workbook
from sheets.open_document import read_open_document
from sheets.opening import EnclosedFile, open_container
from sheets.wire import REQUEST_HEADER, Answer, Operation, pack_answer, unpack_header, unpack_marking
from sheets.xlsx import read_workbook

_BROKEN_FILE = (
    CalamineError, BadZipFile, zlib.error, csv.Error, ParseError, ExpatError, struct.error, IndexError, OverflowError,
    OSError, EOFError, ValueError, KeyError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What the readers raise for files that are not as they must be."""


T = TypeVar("T")

Other = Callable[[bytes, bytes], bytes]
"""What a program adds to its children beside sheets: from bytes, and words about them, to the bytes of an answer."""


def read(kind: FileKind, data: bytes, limits: Limits) -> Workbook | FileFault:
    """The cells of one file, or why there are none."""
    return _or_fault(kind, lambda: _cells_of(kind, data, limits))


def open_file(kind: FileKind, data: bytes, limits: Limits) -> tuple[EnclosedFile, ...] | FileFault:
    """The files inside one file, or why there are none."""
    return _or_fault(kind, lambda: open_container(kind, data, limits))


def mark_file(kind: FileKind, data: bytes, marking: Marking, limits: Limits) -> bytes | FileFault:
    """The file with this marked in it. What cannot be written back is read, and a copy of it is marked."""
    from sheets.marking import mark  # slow to import, and needed by few files

    if kind is FileKind.XLSX:
        checked = _or_fault(kind, lambda: check_workbook(data, limits))
        if isinstance(checked, FileFault):
            return checked
        marked = _or_fault(kind, lambda: mark(kind, data, None, marking, limits))
        if isinstance(marked, bytes):
            return marked
    book = read(kind, data, limits)
    if isinstance(book, FileFault):
        return book
    return _or_fault(kind, lambda: mark(kind, data, book, marking, limits))


def _or_fault(kind: FileKind, work: Callable[[], T]) -> T | FileFault:
    """What comes of it, or what is wrong with the file."""
    try:
        return work()
    except Refused as refused:
        return FileFault(refused.code, kind, refused.refusal)
    except PasswordError:
        return FileFault(ReasonCode.PASSWORD_PROTECTED, kind)
    except _BROKEN_FILE:
        return FileFault(ReasonCode.UNREADABLE_FILE, kind)
    except BaseException as problem:
        if type(problem).__name__ == "PanicException":  # calamine's, which is no Exception and cannot be imported
            return FileFault(ReasonCode.UNREADABLE_FILE, kind)
        raise


def _cells_of(kind: FileKind, data: bytes, limits: Limits) -> Workbook:
    book = _READERS[kind](data, limits)
    if _characters(book) > limits.text:
        raise Refused(ReasonCode.FILE_TOO_LARGE, Refusal.TOO_MUCH_TEXT)
    return book


def _read_xlsx(data: bytes, limits: Limits) -> Workbook:
    return read_workbook(data, check_workbook(data, limits))


_READERS: dict[FileKind, Callable[[bytes, Limits], Workbook]] = {
    FileKind.XLSX: _read_xlsx,
    FileKind.CSV: read_delimited,
    FileKind.BINARY_WORKBOOK: read_binary_workbook,
    FileKind.OLD_WORKBOOK: read_old_workbook,
    FileKind.OPEN_DOCUMENT: read_open_document,
}


def _characters(book: Workbook) -> int:
    """How many there are in all texts: one text may stand in many cells of a small file."""
    return sum(len(cell) for grid in book.grids for row in grid.rows for cell in row if isinstance(cell, str))


def _confine(limits: Limits) -> None:
    """Give up what reading does not need: other people's files, space, writing, a core dump with members in it."""
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    for limit, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        resource.setrlimit(limit, (most, most))


def _allow_cpu(seconds: int) -> None:
    """For the next file only: the limit counts from the start of the process, so it moves on with each file."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))


def serve(requests: BinaryIO, answers: BinaryIO, limits: Limits, other: Other | None = None) -> None:
    """Answer until the requests end."""
    while len(start := requests.read(REQUEST_HEADER)) == REQUEST_HEADER:
        header = unpack_header(start)
        _allow_cpu(limits.other_cpu_seconds if header.operation is Operation.OTHER else limits.cpu_seconds)
        data, marks = requests.read(header.data), requests.read(header.marking)
        if header.operation is Operation.OTHER and other is not None:
            answer: Answer = other(data, marks)
        else:
            answer = _answer(header.operation, header.kind, data, marks, limits)
        answers.write(pack_answer(answer))
        answers.flush()
        del data, answer  # a child waits long, and holds nothing of anybody meanwhile


def _answer(operation: Operation, kind: FileKind, data: bytes, marks: bytes, limits: Limits) -> Answer:
    if operation is Operation.READ:
        return read(kind, data, limits)
    if operation is Operation.OPEN:
        return open_file(kind, data, limits)
    if operation is Operation.MARK:
        return mark_file(kind, data, unpack_marking(marks), limits)
    raise ValueError(operation)


def main(other: Other | None = None) -> None:
    """`other` is what an entry module of its own adds (`Pool`'s `entry`)."""
    limits = Limits(**json.loads(sys.argv[1]))
    _confine(limits)
    serve(sys.stdin.buffer, sys.stdout.buffer, limits, other)


if __name__ == "__main__":
    main()
