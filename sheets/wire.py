"""What the parent and its children say to each other: JSON behind a length, and the bytes of files; never pickle.

A request is one header (operation, kind, two sizes), the file's bytes, and what is to be marked in it. An answer is a
header, one line of JSON that says what it is, and the rest: one line per row of a workbook (so that a large answer is
decoded in small steps), or the bytes of files, one behind the other.

A request of the kind OTHER is nothing that this room knows: bytes, words about them, and bytes for an answer.
"""

import json
import struct
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from complaints.cells import CellValue, FileRemark, Grid, Merged, Uncalculated, Workbook
from complaints.verdict import ReasonCode
from sheets.kinds import FileFault, FileKind, Refusal
from sheets.marks import CellMark, Fault, Marking, RowMark, SheetMarks
from sheets.opening import EnclosedFile

ANSWER = struct.Struct(">I")
_REQUEST = struct.Struct(">8s24sII")
REQUEST_HEADER = _REQUEST.size

Answer = Workbook | tuple[EnclosedFile, ...] | bytes | FileFault
"""Of a reading, an opening, a marking (or what is no sheet's); and of any of them that failed."""

Request = tuple[bytes, bytes, bytes]
"""A header, the bytes it is about, and words about them. They are sent one behind the other, and never joined."""


class Operation(StrEnum):
    """What a child can do with a file."""

    READ = "read"
    OPEN = "open"
    MARK = "mark"
    OTHER = "other"
    """What the program that started the child added (`child.main`)."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before a request's bytes."""

    operation: Operation
    kind: FileKind
    data: int
    """Bytes of the file."""
    marking: int
    """Bytes of what is to be marked in it, or of other words about it."""


def pack_request(operation: Operation, kind: FileKind, data: bytes, marking: Marking | None = None) -> Request:
    return _request(operation, kind, data, b"" if marking is None else json.dumps(asdict(marking)).encode())


def pack_other(data: bytes, words: bytes) -> Request:
    return _request(Operation.OTHER, FileKind.UNKNOWN, data, words)


def _request(operation: Operation, kind: FileKind, data: bytes, words: bytes) -> Request:
    return _REQUEST.pack(operation.value.encode(), kind.value.encode(), len(data), len(words)), data, words


def unpack_header(header: bytes) -> Header:
    operation, kind, data, marking = _REQUEST.unpack(header)
    return Header(Operation(operation.rstrip(b"\0").decode()), FileKind(kind.rstrip(b"\0").decode()), data, marking)


def unpack_marking(marks: bytes) -> Marking:
    fields = json.loads(marks)
    sheets = tuple(
        SheetMarks(
            **sheet
            | {"cells": tuple(CellMark(**cell) for cell in sheet["cells"])}
            | {"rows": tuple(RowMark(**row) for row in sheet["rows"])}
        )
        for sheet in fields["sheets"]
    )
    faults = tuple(Fault(**fault) for fault in fields["faults"])
    return Marking(**fields | {"lines": tuple(fields["lines"]), "faults": faults, "sheets": sheets})


def pack_answer(answer: Answer) -> bytes:
    parts = [json.dumps(_summary(answer)).encode()]
    if isinstance(answer, Workbook):
        parts += [_ENCODER.encode(row).encode() for grid in answer.grids for row in grid.rows]
        body = b"\n".join(parts)
    elif isinstance(answer, bytes):
        body = b"\n".join((*parts, answer))
    elif isinstance(answer, tuple):
        body = b"".join((*parts, b"\n", *(file.body for file in answer)))
    else:
        (body,) = parts
    return ANSWER.pack(len(body)) + body


def unpack_answer(body: bytes | bytearray) -> Answer:
    """Raises ValueError when it is no answer of ours."""
    end = body.find(b"\n")
    first, rest = (body, memoryview(b"")) if end < 0 else (body[:end], memoryview(body)[end + 1 :])
    try:
        summary = json.loads(first)
        if "fault" in summary:
            refusal = summary["refusal"]
            kind = FileKind(summary["kind"])
            return FileFault(ReasonCode(summary["fault"]), kind, None if refusal is None else Refusal(refusal))
        if "marked" in summary:
            return _whole(rest, [int(summary["marked"])])[0]
        if "files" in summary:
            bodies = _whole(rest, [int(size) for _, _, size in summary["files"]])
            named = zip(summary["files"], bodies, strict=True)
            return tuple(EnclosedFile(str(name), str(media_type), body) for (name, media_type, _), body in named)
        return _workbook(summary, bytes(rest))
    except (KeyError, TypeError, RecursionError) as problem:
        raise ValueError("not an answer of a sheet child") from problem


def _summary(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, FileFault):
        return {"fault": answer.code.value, "kind": answer.kind.value, "refusal": answer.refusal}
    if isinstance(answer, bytes):
        return {"marked": len(answer)}
    if isinstance(answer, tuple):
        return {"files": [(file.name, file.media_type, len(file.body)) for file in answer]}
    return {
        "grids": [
            (
                grid.name,
                len(grid.rows),
                [(m.top, m.left, m.bottom, m.right) for m in grid.merged],
                sorted(grid.hidden_rows),
                grid.is_filtered,
            )
            for grid in answer.grids
        ],
        "version_stamp": answer.version_stamp,
        "mark_stamp": answer.mark_stamp,
        "remarks": sorted(answer.remarks),
    }


def _workbook(summary: dict[str, Any], rest: bytes) -> Workbook:
    lines = iter(rest.split(b"\n"))
    grids = tuple(
        Grid(
            str(name),
            _rows(lines, int(count)),
            tuple(Merged(*(int(side) for side in sides)) for sides in merged),
            frozenset(int(row) for row in hidden),
            bool(is_filtered),
        )
        for name, count, merged, hidden, is_filtered in summary["grids"]
    )
    remarks = frozenset(FileRemark(remark) for remark in summary["remarks"])
    return Workbook(grids, summary["version_stamp"], summary["mark_stamp"], remarks)


def _whole(rest: memoryview, sizes: list[int]) -> list[bytes]:
    """The files of these sizes that lie in there."""
    if sum(sizes) != len(rest) or any(size < 0 for size in sizes):
        raise ValueError("an answer of a sheet child is cut short")
    ends = [sum(sizes[: number + 1]) for number in range(len(sizes))]
    return [bytes(rest[end - size : end]) for size, end in zip(sizes, ends, strict=True)]


def _rows(lines: Iterator[bytes], count: int) -> tuple[tuple[CellValue, ...], ...]:
    rows = tuple(tuple(json.loads(line, object_hook=_untag)) for line in islice(lines, count))
    if len(rows) != count:
        raise ValueError("an answer of a sheet child is cut short")
    return rows


def _tag(value: object) -> dict[str, Any]:
    if isinstance(value, datetime):  # before date: a datetime is a date too
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    if isinstance(value, Uncalculated):
        return {"uncalculated": value.value}
    raise TypeError(f"no cell holds a {type(value).__name__}")


def _untag(tagged: dict[str, Any]) -> CellValue:
    ((kind, value),) = tagged.items()
    return _UNTAG[kind](value)


_UNTAG: dict[str, Callable[[Any], CellValue]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda seconds: timedelta(seconds=seconds),
    "uncalculated": Uncalculated,
}
_ENCODER = json.JSONEncoder(default=_tag, check_circular=False)
