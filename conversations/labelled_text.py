"""A complaint in the words of a mail: labelled lines ("MCO: …", "Tracking # …", "Date submitted to MCO - …").

Only what stands behind a label is read; prose is not interpreted. Labels are those of the claim sheet, except the two
that mean something else in a letter (From, To).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice, takewhile

from complaints.claim_sheet import CLAIM_COLUMNS, COMPLAINT_FIELDS, OTHER_HEADERS, Kind
from complaints.dates import read_date
from complaints.header_mapping import HeaderMap
from complaints.identifiers import is_no_number
from complaints.model import Complaint, Field, Flaw
from complaints.notices import EXAMPLE_IN_WORDS
from conversations.claims_in_words import Said, complaint_in
from conversations.letter_text import own_lines

_NOT_IN_A_LETTER = frozenset({"from", "to"})
_COLUMNS = tuple(
    replace(column, synonyms=tuple(word for word in column.synonyms if word not in _NOT_IN_A_LETTER))
    for column in (*CLAIM_COLUMNS, *COMPLAINT_FIELDS)
)
LABELS = HeaderMap(_COLUMNS, OTHER_HEADERS)
_KIND = {column.field: column.kind for column in _COLUMNS}

_CORE = frozenset({Field.MCO, Field.TRACKING_NUMBER, Field.DISPUTE_DATE})
IN_EVERY_SIGNATURE = frozenset({Field.PHONE, Field.EMAIL, Field.CONTACT_NAME})

_BULLET = re.compile(r"\s*(?:[-*•·‣◦▪–]+\s+|\d{1,2}[.)]+\s+|\*+(?=\w))")
_ORDINAL = re.compile(r"(?:complaint|claim|dispute|issue|item)\s*(?:#|no\.?|number)?\s*\d{1,2}\s*[:.)-]+\s*", re.I)
_FIRM = re.compile(r"\s*(?:[:=\t]|\s[-–—]+(?=\s|$)|(?<=\w)[-–—](?=\s|$)|(?<=#)(?!\s*[:=]))[\s:=]*")
_FIRM_INSIDE = re.compile(r"\s*(?:[:=\t]|(?<=#)(?!\s*[:=]))[\s:=]*")
_LOOSE = re.compile(r"\s+(?:is|was|are|were|on)\s+|\s+(?=\S*\d)")
_TABLE_EDGE = re.compile(r"[^\S\t]*[\t|][^\S\t]*")
_GOODBYE = re.compile(r"(?:many |kind |best |warm )?(?:thanks?|regards|sincerely|respectfully|yours|best)\b", re.I)
_PLACEHOLDER = re.compile(r"[\s_.\-–—…?]*|\[[^\]]*\]|<[^>@]*>")
_MOST_SEPARATORS = 20
_MOST_WORDS_OF_A_LABEL = 8
_MOST_WORDS_OF_A_NAME = 8
_GUESSED = 500.0
"""From this rank on a header was known by its ending or by close spelling (`HeaderMap`)."""


def read_text(text: str, today: date) -> Complaint | None:
    """The complaint in this mail's text, or None when it is none.

    It is one when a label of the MCO, the tracking number or the dispute date is there with at least one other label
    (a signature's phone and e-mail do not count), whether or not something stands behind them. A label that is repeated
    begins the next claim; several tracking numbers behind one label are a claim each. Claims are numbered from 1.
    """
    said = labels_in(own_lines(text), today)
    labels = {field for field, _ in said} - IN_EVERY_SIGNATURE
    if len(labels) < 2 or not labels & _CORE:
        return None
    return complaint_in(said, today)


def labels_in(lines: Sequence[str], today: date) -> list[Said]:
    """Every label in these lines with what stands behind it, "" for nothing; without the example of our own mails."""
    return _without_our_example(list(_read_lines(lines, today)))


def _without_our_example(said: Sequence[Said]) -> list[Said]:
    """A reply may hold our own mail without any mark of a quotation, and our mails show how a complaint is written."""
    length = len(EXAMPLE_IN_WORDS)
    kept: list[Said] = []
    index = 0
    while index < len(said):
        if tuple(said[index : index + length]) == EXAMPLE_IN_WORDS:
            index += length
        else:
            kept.append(said[index])
            index += 1
    return kept


def _read_lines(lines: Sequence[str], today: date) -> Iterator[Said]:
    """Every label with what stands behind it, "" for nothing, in the order of the text."""
    index = 0
    while index < len(lines):
        line, following = lines[index], lines[index + 1 :]
        index += 1
        if columns := _table_columns(line):
            for row in _table_rows(following):
                yield from ((field, _tidy(field, cell)) for field, cell in zip(columns, row, strict=False))
                index += 1
        elif said := _labels_in(line, today):
            *first, (field, value) = said
            yield from ((each, _tidy(each, words)) for each, words in first)
            value, used = _continued(field, value, following, today)
            yield field, _tidy(field, value)
            index += used
        elif bare := LABELS.match_exactly(line):
            value, used = _continued(bare.field, "", following, today)
            if used and bare.rank < _GUESSED:
                yield bare.field, _tidy(bare.field, value)
                index += used


def _table_columns(line: str) -> list[Field]:
    """The fields of a table that was pasted into the mail, when this line is its row of headers."""
    cells = _table_cells(line)
    matches = [match for match in map(LABELS.match_exactly, cells) if match]
    fields = [match.field for match in matches]
    return fields if len(fields) == len(cells) >= 2 and not _CORE.isdisjoint(fields) else []


def _table_rows(lines: Sequence[str]) -> Iterator[list[str]]:
    for line in lines:
        cells = _table_cells(line)
        if len(cells) < 2:
            return
        yield cells


def _table_cells(line: str) -> list[str]:
    return _TABLE_EDGE.split(line.strip(" |")) if _TABLE_EDGE.search(line.strip()) else []


def _labels_in(line: str, today: date) -> list[Said]:
    """All labels of one line with their values; none when the line does not begin with a label."""
    text = _BULLET.sub("", line, count=1) if _BULLET.match(line) else line.strip()
    first = _firm_label(text) or _loose_label(text, today)
    if first is None and (ordinal := _ORDINAL.match(text)):
        first = _firm_label(text[ordinal.end() :])
    return _split_further(*first) if first else []


def _firm_label(text: str) -> Said | None:
    """A label before ":", "=", a tab, a dash or after "#"."""
    for separator in islice(_FIRM.finditer(text), _MOST_SEPARATORS):
        label = text[: separator.start()]
        match = LABELS.match(label)
        if match and (match.rank < _GUESSED or _looks_like_a_label(label)):
            return match.field, text[separator.end() :]
    return None


def _looks_like_a_label(text: str) -> bool:
    return len(text.split()) <= _MOST_WORDS_OF_A_LABEL and not any(letter.isdigit() for letter in text)


def _loose_label(text: str, today: date) -> Said | None:
    """A label before "is", "was", "on" or only a blank, when what follows is nothing but a value of its kind."""
    for separator in islice(_LOOSE.finditer(text), _MOST_SEPARATORS):
        match = LABELS.match_exactly(text[: separator.start()])
        value = text[separator.end() :]
        if match and match.rank < _GUESSED and _is_nothing_but(match.field, value, today):
            return match.field, value
    return None


def _is_nothing_but(field: Field, value: str, today: date) -> bool:
    words = value.split()
    if field is Field.MCO:
        return value[:1].isupper() and len(words) <= _MOST_WORDS_OF_A_NAME
    match _KIND[field]:
        case Kind.TEXT | Kind.LONG_TEXT | Kind.CHOICE:
            return False
        case Kind.DATE:
            return read_date(value.rstrip(" ."), today).flaw is not Flaw.NOT_A_DATE
        case _:
            return (len(words) == 1 and _has_digit(value)) or (len(words) <= 4 and is_no_number(value))


def _split_further(field: Field, value: str) -> list[Said]:
    """More labels on the same line: "MCO: Meridian; Tracking #: 12, Dispute date: 10/15/2026"."""
    if _KIND[field] is Kind.LONG_TEXT:
        return [(field, value)]
    for separator in islice(_FIRM_INSIDE.finditer(value), _MOST_SEPARATORS):
        starts = [word.start() for word in re.finditer(r"[^\s,;|]+", value[: separator.start()])]
        for start in starts[-_MOST_WORDS_OF_A_LABEL:]:
            match = LABELS.match_exactly(value[start : separator.start()])
            if match and match.rank < _GUESSED:
                return [(field, value[:start]), *_split_further(match.field, value[separator.end() :])]
    return [(field, value)]


def _continued(field: Field, value: str, following: Sequence[str], today: date) -> tuple[str, int]:
    """The value with what the next lines add to it, and how many lines that took.

    Long texts go on to the next blank line or label. Behind a label that stands alone the value may be on the next
    line, or the one after a blank line; below "Tracking numbers:" there may be a list.
    """
    if _KIND[field] is Kind.LONG_TEXT:
        more = list(takewhile(lambda line: line.strip() and not _labels_in(line, today), following))
        return "\n".join((value, *more)).strip(), len(more)
    if not _PLACEHOLDER.fullmatch(value):
        return value, 0
    blank = 1 if following and not following[0].strip() else 0
    if not _can_be_value(field, following[blank] if blank < len(following) else "", today):
        return "", 0
    if field is not Field.TRACKING_NUMBER:
        return following[blank], blank + 1
    listed = list(takewhile(lambda line: _can_be_value(field, line, today), following[blank:]))
    return ", ".join(_BULLET.sub("", line, count=1) for line in listed), blank + len(listed)


def _can_be_value(field: Field, line: str, today: date) -> bool:
    text = line.strip()
    if not text or _labels_in(line, today) or LABELS.match_exactly(text) or _GOODBYE.match(text):
        return False
    words = len(text.split())
    if _KIND[field] in (Kind.TEXT, Kind.CHOICE):
        return words <= _MOST_WORDS_OF_A_NAME
    return words <= _MOST_WORDS_OF_A_NAME and (_has_digit(text) or is_no_number(text))


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)


def _tidy(field: Field, value: str) -> str:
    """Without emphasis, quotes, a closing full stop; placeholders such as "____" or "[number]" are nothing."""
    text = value.strip().strip("*_\"'“”‘’ ")
    if _PLACEHOLDER.fullmatch(text):
        return ""
    return text if _KIND[field] is Kind.LONG_TEXT else text.rstrip(" .,;|")
