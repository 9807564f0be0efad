"""Text whose lines flow (RFC 3676): a line that ends in a blank goes on in the next one."""

import re

_MARKS = re.compile(r">*")


def unflowed(text: str, *, without_blank: bool) -> str:
    """Whole paragraphs as one line each. `without_blank` (DelSp): the blank at the end was added to mark the break."""
    lines: list[str] = []
    open_at: str | None = None  # the marks of the line that goes on
    pieces: list[str] = []
    for line in text.split("\n"):
        marks = line[: _MARKS.match(line).end()]  # type: ignore[union-attr]  # it matches always
        said = line[len(marks) :].removeprefix(" ")
        if open_at is not None and (open_at != marks or said == "-- "):
            lines.append(_quoted(open_at, pieces))
            open_at, pieces = None, []
        goes_on = said.endswith(" ") and said != "-- "
        pieces.append(said[:-1] if goes_on and without_blank else said)
        open_at = marks
        if not goes_on:
            lines.append(_quoted(marks, pieces))
            open_at, pieces = None, []
    if open_at is not None:
        lines.append(_quoted(open_at, pieces))
    return "\n".join(lines)


def _quoted(marks: str, pieces: list[str]) -> str:
    return f"{marks} {''.join(pieces)}" if marks else "".join(pieces)
