"""What the parent and its children say to each other: JSON behind a length, never pickle.

A request is one header (kind, size) and the file's bytes. An answer is a header and lines of JSON: the first one a
summary or a fault, then one line per row, so that a large answer is decoded in small steps. Dates, times and durations
are tagged objects.
"""

import json
import struct
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from complaints.cells import CellValue, Grid, Workbook
from complaints.verdict import ReasonCode
from sheets.kinds import FileFault, FileKind

REQUEST = struct.Struct(">8sI")
ANSWER = struct.Struct(">I")


def pack_request(kind: FileKind, data: bytes) -> bytes:
    return REQUEST.pack(kind.value.encode(), len(data)) + data


def unpack_request(header: bytes) -> tuple[FileKind, int]:
    kind, size = REQUEST.unpack(header)
    return FileKind(kind.rstrip(b"\0").decode()), size


def pack_answer(answer: Workbook | FileFault) -> bytes:
    lines = [json.dumps(_summary(answer))]
    if isinstance(answer, Workbook):
        lines += [_ENCODER.encode(row) for grid in answer.grids for row in grid.rows]
    body = "\n".join(lines).encode()
    return ANSWER.pack(len(body)) + body


def unpack_answer(body: bytes) -> Workbook | FileFault:
    """Raises ValueError when it is no answer of ours."""
    try:
        lines = iter(body.split(b"\n"))
        summary = json.loads(next(lines))
        if "fault" in summary:
            return FileFault(ReasonCode(summary["fault"]), FileKind(summary["kind"]))
        grids = tuple(Grid(str(name), _rows(lines, int(count))) for name, count in summary["grids"])
        return Workbook(grids, summary["version_stamp"])
    except (KeyError, TypeError, StopIteration, RecursionError) as problem:
        raise ValueError("not an answer of a sheet child") from problem


def _summary(answer: Workbook | FileFault) -> dict[str, Any]:
    if isinstance(answer, FileFault):
        return {"fault": answer.code.value, "kind": answer.kind.value}
    return {"grids": [(grid.name, len(grid.rows)) for grid in answer.grids], "version_stamp": answer.version_stamp}


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
    raise TypeError(f"no cell holds a {type(value).__name__}")


def _untag(tagged: dict[str, Any]) -> CellValue:
    ((kind, value),) = tagged.items()
    return _UNTAG[kind](value)


_UNTAG: dict[str, Callable[[Any], CellValue]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda seconds: timedelta(seconds=seconds),
}
_ENCODER = json.JSONEncoder(default=_tag, check_circular=False)
