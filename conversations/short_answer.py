"""What a person wrote in answer to our mail, piece by piece: without greetings, and with the row that each is about."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conversations.letter_text import OUR_EXAMPLE_BEGINS, own_lines

_MOST_PIECES = 300

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[^\W\d])")  # not within “Oct. 15, 2026”
_POLITE = re.compile(
    r"(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|greetings)\b[\w '’.-]{0,40}(?:[,!:.–—-]+|$)"
    r"|(?:sorry|apologies|my apologies|oops|ok|okay|yes|sure|thanks|thank you|please)\b"
    r"(?: (?:for|about) (?:that|this|it))?[\s,.!:;–—-]*)\s*",
    re.IGNORECASE,
)
_GOODBYE = re.compile(
    r"(?:many |kind |best |warm )?(?:thanks?|thank you|regards|sincerely|respectfully|yours|best|cheers)\b"
    r"(?: (?:again|a lot|so much|very much|in advance|truly|for your (?:help|time)|and (?:kind |best )?regards))*"
    r"(?:[\s,!.–—-]+(?-i:[A-Z])[\w.'’-]*(?: (?-i:[A-Z])[\w.'’-]*){0,2})?[\s,!.]*"
    r"|sent from my .{1,60}|get outlook for .{1,40}",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•·–]+\s+|[0-9]{1,2}[.)]\s+)")
_ROW = re.compile(
    r"(?:and |for |in |on )?(?:the )?(?:row|line)s?\s*(?:#|no\.?|number)?\s*(?P<row>[0-9]{1,6})\b"
    r"(?:\s*,?\s*(?:column|col\.?)\s*[a-z]{1,2}\b)?\s*(?:[:=,–—-]|is\b|has\b)?\s*",
    re.IGNORECASE,
)
_OF_ROW = re.compile(
    r"(?P<label>[^0-9:=]{1,60}?)\s+(?:for|in|of|on|at)\s+(?:the )?(?:row|line)\s*#?\s*(?P<row>[0-9]{1,6})\b"
    r"\s*(?:[:=–—-]|is\b|was\b)\s*",
    re.IGNORECASE,
)
_ANOTHER_ROW = re.compile(r"\s*(?:[,;]|\band\b)\s*(?:and\s+)?(?=(?:rows?|lines?)\s*#?\s*[0-9]{1,6}\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and the row of the sheet that they are about; None when no row is named."""

    row: int | None
    words: str


def pieces(text: str) -> list[Piece]:
    """A person's own words, a line or a sentence each, until they say goodbye. Blank ones are left out.

    Words behind "Row 9:" are about that row, and when it stands alone those below it, up to the next row or blank line.
    """
    return list(_pieces(own_lines(text)))[:_MOST_PIECES]


def _pieces(lines: Sequence[str]) -> Iterator[Piece]:
    row: int | None = None
    said_something = False
    for line in lines:
        if line.lstrip(" *#").startswith(OUR_EXAMPLE_BEGINS):
            return
        if not line.strip():
            row = None
            continue
        for sentence in map(str.strip, _SENTENCE_END.split(_BULLET.sub("", line, count=1))):
            if _GOODBYE.fullmatch(sentence):
                if said_something:
                    return
                continue
            for part in filter(None, _ANOTHER_ROW.split(_without_politeness(sentence))):
                said_something = True
                piece = _about_a_row(part)
                if piece is None:
                    yield Piece(row, part)
                elif piece.words:
                    row = None
                    yield piece
                else:
                    row = piece.row


def _without_politeness(sentence: str) -> str:
    """“Hi, sorry, it is 12.” → “it is 12.”"""
    words = sentence
    while (polite := _POLITE.match(words)) and polite.end():
        words = words[polite.end() :]
    return words


def _about_a_row(words: str) -> Piece | None:
    if first := _ROW.match(words):
        return Piece(int(first["row"]), words[first.end() :].strip(" *_-–•\t"))
    if inside := _OF_ROW.match(words):
        return Piece(int(inside["row"]), f"{inside['label']}: {words[inside.end() :]}")
    return None
