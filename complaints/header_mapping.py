"""Which of our fields a header means, however the office writes it.

A header is compared as a set of words: case, order, marks, units in brackets and small words do not count, and words
that mean the same here (plan and MCO, DOS and date of service, sent and submitted) are one word. Only when no set of
words is equal does close spelling decide, against the headers that are known not to be ours as well.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic

from rapidfuzz import fuzz, process

from complaints.cells import CellValue
from complaints.claim_sheet import Column, F

_LONGEST = 80
"""Longer cells are instructions or data, not headers."""

_SAME_WORD = {
    "no": "number", "num": "number", "nbr": "number", "nr": "number", "identifier": "id", "dt": "date",
    "amt": "amount", "auth": "authorization", "ref": "reference", "svc": "service", "srv": "service",
    "plan": "mco", "payer": "mco", "payor": "mco", "insurer": "mco", "insurance": "mco", "carrier": "mco",
    "thru": "to", "through": "to", "until": "to", "ending": "end", "beginning": "begin", "desc": "description",
    "pt": "patient", "cd": "code",
    "filed": "submitted", "sent": "submitted", "mailed": "submitted", "faxed": "submitted", "entered": "submitted",
    "initiated": "submitted", "submit": "submitted", "submission": "submitted", "filing": "submitted",
    "dos": "service date", "preauth": "preauthorization",
}  # fmt: skip
_SMALL_WORDS = frozenset(
    ("a", "an", "and", "any", "applicable", "as", "at", "available", "by", "dd", "digit", "enter", "for", "format",
     "has", "have", "i", "if", "in", "internal", "is", "its", "known", "mandatory", "mm", "mmddyy", "mmddyyyy", "my",
     "of", "on", "only", "optional", "or", "original", "our", "please", "process", "required", "text", "the",
     "their", "this", "us", "usd", "via", "was", "we", "were", "when", "which", "with", "you", "your", "yy", "yyyy")
)  # fmt: skip
_PHRASES = (
    (re.compile(r"\bmanaged care (?:organization|plan|company)\b|\bhealth ?plan\b"), "mco"),
    (re.compile(r"\be mail\b"), "email"),
    (re.compile(r"\bpre (?=auth|cert)"), "pre"),
    (re.compile(r"\b\d+ digits?\b"), " "),
)
_TO_MCO = re.compile(r"\b(?:to|from) (?=mco\b)")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_CLOSE_ENOUGH = 90.0
_SPELLED_CLOSELY = 1000.0
_SHORTEST_TO_SPELL_CLOSELY = 6
_MOST_LETTERS_MORE_OR_LESS = 2


def words_of(header: str) -> tuple[str, ...]:
    """The words that count, in the order written: "Date the dispute was filed with the plan*" → date dispute submitted
    mco."""
    text = unicodedata.normalize("NFKC", header.replace("_x000d_", " ").replace("_x000D_", " "))
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold().replace("#", " number ")
    text = re.sub(r"['’]s?\b", "", text)
    text = " ".join(re.findall(r"[a-z0-9]+", text))
    for phrase, word in _PHRASES:
        text = phrase.sub(word, text)
    words = [_SAME_WORD.get(singular, singular) for singular in map(_singular, text.split())]
    text = " ".join(word for word in words if word not in _SMALL_WORDS)
    return tuple(_TO_MCO.sub("", text).split())


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "sui" else word


@dataclass(frozen=True, slots=True)
class Match(Generic[F]):
    """The field that a header means. `rank` orders headers that mean the same field: the lowest is the best."""

    field: F
    rank: float

    @property
    def is_spelled_closely(self) -> bool:
        """By letters that are nearly those of a header that we know."""
        return self.rank >= _SPELLED_CLOSELY


class HeaderMap(Generic[F]):
    """What is known of one table's headers. A synonym that begins with "… " stands for any words before the rest."""

    def __init__(self, columns: Iterable[Column[F]], others: Iterable[str] = ()) -> None:
        self._known: dict[frozenset[str], Match[F] | None] = {frozenset(words_of(other)): None for other in others}
        self._spelled: dict[str, Match[F] | None] = {"".join(words_of(other)): None for other in others}
        self._tails: list[tuple[frozenset[str], Match[F]]] = []
        for column in columns:
            for rank, spelling in enumerate((column.header, *column.synonyms)):
                words = words_of(spelling)
                match = Match(column.field, float(rank))
                if spelling.startswith("… "):
                    self._tails.append((frozenset(words), Match(column.field, 500.0 + rank)))
                    continue
                self._known.setdefault(frozenset(words), match)
                self._spelled.setdefault("".join(words), match)

        self._words = frozenset(word for words in self._known for word in words)

    def match(self, header: str) -> Match[F] | None:
        """The field meant by this header, or None. Equal words first, then close spelling."""
        candidates = _candidates(header)
        return self._equal(candidates) or self._closest(candidates)

    def match_exactly(self, header: str) -> Match[F] | None:
        """As `match`, by equal words only: fast enough for every cell of a sheet."""
        return self._equal(_candidates(header))

    def has_words_of(self, header: str) -> bool:
        """Whether it consists of words that stand in headers that we know, whichever."""
        words = words_of(header) if len(header) <= _LONGEST else ()
        return bool(words) and self._words.issuperset(words)

    def match_whole(self, header: str) -> Match[F] | None:
        """As `match_exactly`, of all its words: never by its last ones, or its first line."""
        return self._known.get(frozenset(words_of(header))) if len(header) <= _LONGEST else None

    def match_closely(self, header: str) -> Match[F] | None:
        """The field whose header is spelled nearly so."""
        return self._closest(_candidates(header))

    def knows(self, header: str) -> bool:
        """Whether just these words are known, be it as one of ours or as something else."""
        return len(header) <= _LONGEST and frozenset(words_of(header)) in self._known

    def _equal(self, candidates: Sequence[tuple[str, ...]]) -> Match[F] | None:
        for words in map(frozenset, candidates):
            if match := self._known.get(words):
                return match
        if any(frozenset(words) in self._known for words in candidates):
            return None  # known, and not ours
        tails = (match for words in candidates for tail, match in self._tails if tail < frozenset(words))
        return next(tails, None)

    def _closest(self, candidates: Sequence[tuple[str, ...]]) -> Match[F] | None:
        for words in candidates:
            letters = "".join(words)
            if len(letters) < _SHORTEST_TO_SPELL_CLOSELY or frozenset(words) in self._known:
                continue
            close = process.extract(letters, self._spelled.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
            for spelling, score, _ in close:
                # A slip of the finger rarely hits the first letter and never adds a word.
                if spelling[0] == letters[0] and abs(len(spelling) - len(letters)) <= _MOST_LETTERS_MORE_OR_LESS:
                    match = self._spelled[spelling]
                    return Match(match.field, _SPELLED_CLOSELY + 100.0 - score + match.rank / 100) if match else None
        return None

    def map_row(self, cells: Sequence[CellValue], *, exactly: bool = False) -> dict[F, int]:
        """Field → 0-based column for a row of headers: a column serves one field, a field takes its best column, the
        leftmost of equals."""
        look_up = self.match_exactly if exactly else self.match
        return best_columns(
            (index, look_up(cell) if isinstance(cell, str) else None) for index, cell in enumerate(cells)
        )


def best_columns(matches: Iterable[tuple[int, Match[F] | None]]) -> dict[F, int]:
    """Field → column, from what each column's header means, in their order."""
    best: dict[F, tuple[float, int]] = {}
    for index, match in matches:
        if match and (match.field not in best or match.rank < best[match.field][0]):
            best[match.field] = (match.rank, index)
    return {field: index for field, (_, index) in best.items()}


def _candidates(header: str) -> list[tuple[str, ...]]:
    """The words of the header whole, without what stands in brackets, and of its first line alone."""
    if len(header) > _LONGEST or not any(letter.isalpha() or letter == "#" for letter in header):
        return []
    readings = {header: None, _BRACKETED.sub(" ", header): None, header.strip().partition("\n")[0]: None}
    return [words for words in map(words_of, readings) if words]
