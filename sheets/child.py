"""The second wall: a process of its own that reads workbooks within limits, so that a hostile one kills only it.

`python -m sheets.child LIMITS` (the fields of `Limits` as JSON) answers requests on standard input, one after the
other, until it is closed. A file that cannot be read is an answer. Whatever surprises us ends the process, and so does
every limit: the parent (`reading`) starts another. Nothing is written to standard error by us, and the parent gives it
to nobody, since a traceback could quote a cell.
"""

import csv
import json
import os
import resource
import sys
import zlib
from typing import BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from python_calamine import CalamineError, PasswordError

from complaints.cells import Workbook
from complaints.verdict import ReasonCode
from sheets.delimited import read_delimited
from sheets.guard import Refused, check_workbook
from sheets.kinds import FileFault, FileKind
from sheets.limits import Limits
from sheets.wire import REQUEST, pack_answer, unpack_request
from sheets.xlsx import read_workbook

_BROKEN_FILE = (
    CalamineError, BadZipFile, zlib.error, csv.Error, ParseError,
    OSError, EOFError, ValueError, KeyError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What the readers raise for files that are not as they must be."""


def read(kind: FileKind, data: bytes, limits: Limits) -> Workbook | FileFault:
    """The cells of one file, or why there are none."""
    try:
        book = _cells_of(kind, data, limits)
    except Refused as refused:
        return FileFault(refused.code, kind)
    except PasswordError:
        return FileFault(ReasonCode.PASSWORD_PROTECTED, kind)
    except _BROKEN_FILE:
        return FileFault(ReasonCode.UNREADABLE_FILE, kind)
    return FileFault(ReasonCode.FILE_TOO_LARGE, kind) if _characters(book) > limits.text else book


def _cells_of(kind: FileKind, data: bytes, limits: Limits) -> Workbook:
    if kind is FileKind.CSV:
        return read_delimited(data, limits)
    return read_workbook(data, check_workbook(data, limits))


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


def serve(requests: BinaryIO, answers: BinaryIO, limits: Limits) -> None:
    """Answer until the requests end."""
    while len(header := requests.read(REQUEST.size)) == REQUEST.size:
        kind, size = unpack_request(header)
        _allow_cpu(limits.cpu_seconds)
        answers.write(pack_answer(read(kind, requests.read(size), limits)))
        answers.flush()


def main() -> None:
    limits = Limits(**json.loads(sys.argv[1]))
    _confine(limits)
    serve(sys.stdin.buffer, sys.stdout.buffer, limits)


if __name__ == "__main__":
    main()
