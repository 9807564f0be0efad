"""Leaving out the earlier mails that an answer quotes.

A complaint that was forwarded is no quotation: when the mail says that it forwards, or nothing but quoted text is
there, the quoted text is the letter, without its ">" marks and without the headings of the mails it came in.
"""

import re

_QUOTED = re.compile(r"[ \t]{0,3}>")
_MARKS = re.compile(r"[ \t]{0,3}>[> \t]{0,60}")
_ORIGINAL = re.compile(r"-{2,}\s?original (message|appointment)\s?-{2,}", re.IGNORECASE)
_FORWARDED = re.compile(r"-{2,}\s?forwarded (message|by)\b.{0,200}|begin forwarded message:?", re.IGNORECASE)
_WROTE_BEGINS = re.compile(r"on\b.{0,300}", re.IGNORECASE)
_WROTE_ENDS = re.compile(r".{0,300}\bwrote:", re.IGNORECASE)
_HEADER = re.compile(r"\*?(from|sent|date|to|cc|reply-to|subject|importance|attachments):\*?(\s|$)", re.IGNORECASE)
_FORWARD_SUBJECT = re.compile(r"\s*(fwd?|wg|tr|rv)\s*:", re.IGNORECASE)


def is_forward(subject: str) -> bool:
    return _FORWARD_SUBJECT.match(subject) is not None


def without_quotes(text: str, *, forwarded: bool = False) -> str:
    """`text` without quoted earlier mails; with `forwarded`, or when nothing else is left, with them, unquoted."""
    lines = text.split("\n")
    own = [] if forwarded else _own_lines(lines)
    if not any(line.strip() for line in own):
        own = _unquoted(lines)
    return "\n".join(own).strip("\n")


def _own_lines(lines: list[str]) -> list[str]:
    own: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        after = _after_attribution(lines, at)
        if _FORWARDED.fullmatch(line):
            return own + _unquoted(lines[at:])
        if _ORIGINAL.fullmatch(line) or _after_heading(lines, at):
            return own
        if after and not _is_quoted_next(lines, after):
            return own
        if not after and not _QUOTED.match(lines[at]):
            own.append(lines[at])
        at = after or at + 1
    return own


def _unquoted(lines: list[str]) -> list[str]:
    """Every line without its marks, and without what only says whose mail follows."""
    bare = [line[mark.end() :] if (mark := _MARKS.match(line)) else line for line in lines]
    kept: list[str] = []
    at = 0
    while at < len(bare):
        line = bare[at].strip()
        after = _after_heading(bare, at) or _after_attribution(bare, at)
        if not after and not _FORWARDED.fullmatch(line) and not _ORIGINAL.fullmatch(line):
            kept.append(bare[at])
        at = after or at + 1
    return kept


def _after_attribution(lines: list[str], at: int) -> int:
    """The line after "On …, somebody wrote:", which mailers wrap over up to three lines; 0 when it is none."""
    if not _WROTE_BEGINS.fullmatch(lines[at].strip()):
        return 0
    ends = (end + 1 for end in range(at, min(at + 3, len(lines))) if _WROTE_ENDS.fullmatch(lines[end].strip()))
    return next(ends, 0)


def _is_quoted_next(lines: list[str], at: int) -> bool:
    """The next line with something on it is quoted with ">": the writer may have answered below or in between."""
    following = next((line for line in lines[at : at + 3] if line.strip()), "")
    return _QUOTED.match(following) is not None


def _after_heading(lines: list[str], at: int) -> int:
    """The line after a mail's heading (From, Sent or Date, To, Subject on successive lines); 0 when there is none.

    A complaint's own "From: …" and "To: …" lines, of service dates, are no heading.
    """
    if not lines[at].strip().lower().lstrip("*").startswith("from:"):
        return 0
    names: set[str] = set()
    end = at
    while end < min(at + 10, len(lines)):
        match = _HEADER.match(lines[end].strip())
        if match:
            names.add(match[1].lower())
        elif end - at > 8 or not lines[end].strip():
            break
        end += 1
    return end if {"from", "subject"} <= names and names & {"sent", "date"} else 0
