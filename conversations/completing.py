"""An earlier complaint and a short answer to what we wrote about it: the complaint as the two make it together.

The answer names what it gives (“the tracking number is 193450004656”, “row 9: Tracking number 193450004656”), or, when
exactly one thing was asked for, gives just that. Anything else is no completion: a word too few is better asked about
than guessed, and what a machine writes by itself must never count as an answer.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from complaints.assembling import Cell, claim_of, complaint_of
from complaints.identifiers import is_no_number, parse_ticket_number
from complaints.mcos import Close, Known, Roster
from complaints.model import ClaimIssue, Complaint, Entry, Field, Flaw, Source
from complaints.verdict import Finding, ReasonCode, Verdict
from conversations.claims_in_words import CLAIM_FIELDS
from conversations.labelled_text import IN_EVERY_SIGNATURE, labels_in
from conversations.short_answer import Piece, pieces

Gap = tuple[int | None, Field]
"""Something that stands in the way: a field of the row, or (None) of the whole complaint."""

_LEAD_IN = re.compile(
    r"(?:(?:here|there) (?:it )?(?:is|are)|here you go|it(?:'s|’s| is| was)|that(?:'s|’s| is)|this is|(?:i|we) meant?"
    r"|(?:the )?(?:number|date|day|plan|mco|id|one)(?: we mean)? (?:is|was)|on)\b[\s:=–—-]*",
    re.IGNORECASE,
)
_ONE_NUMBER = re.compile(
    r"#?\s*(?:[A-Z]{1,8}(?=[ -])|[A-Za-z./]{0,12}[0-9][A-Za-z0-9./-]*)(?:[ -][A-Za-z./-]*[0-9][A-Za-z0-9./-]*){0,3}"
)
_THANKS = re.compile(r"[\s,.;–—-]+(?:thanks|thank you|please)\b[\s\w!.]*$", re.IGNORECASE)
_NUMBERS = frozenset({Field.TRACKING_NUMBER, Field.RIN, Field.HFS_ID})
_DATES = frozenset({Field.DISPUTE_DATE, Field.SERVICE_FROM})
_SHORTEST_BARE = 5
"""Characters of a tracking number that is said without its name: “2” may be anything."""
_NOT_BY_WORDS = frozenset(
    {ReasonCode.SEVERAL_MCOS, ReasonCode.TEMPLATE_REQUIRED, ReasonCode.DUPLICATE, ReasonCode.NO_ROWS}
    | {ReasonCode.MEDICARE_ONLY, ReasonCode.FEE_FOR_SERVICE, ReasonCode.BEFORE_PROGRAM}
)
_ONLY_TIME = frozenset({ReasonCode.TOO_EARLY, ReasonCode.TOO_LATE})
"""A date that was read well. It is corrected by its label only: nobody asked for it."""


@dataclass(frozen=True, slots=True)
class Completed:
    """The complaint to judge anew, without the claims that were accepted before, and the gaps that were filled."""

    complaint: Complaint
    filled: tuple[Gap, ...]


def complete(earlier: Verdict, answer: str, roster: Roster, today: date) -> Completed | None:
    """The earlier complaint with what the answer gives; None when it gives nothing that was wrong or missing.

    `earlier` is the verdict that our mail told of. A value that cannot be read is taken too, behind its label, so that
    the next answer says what is wrong with it.
    """
    findings = [found for found in earlier.findings if found.rejects and found.code not in _NOT_BY_WORDS]
    gaps = dict.fromkeys((found.row, found.field) for found in findings if found.field)
    asked = [gap for gap in gaps if not _waits_only(gap, findings)]
    said = pieces(answer)
    given = _labelled(said, earlier.complaint, list(gaps), today) or _bare(said, asked, roster, today)
    filled = {gap: value for gap, value in given.items() if gap in gaps}
    if not filled:
        return None
    extra = {gap: value for gap, value in given.items() if gap not in gaps and _may_add(gap, earlier.complaint)}
    complaint = _without_accepted(earlier)
    return Completed(_filled(complaint, extra | filled, today), tuple(filled))


def _waits_only(gap: Gap, findings: Iterable[Finding]) -> bool:
    return all(found.code in _ONLY_TIME for found in findings if (found.row, found.field) == gap)


def _without_accepted(earlier: Verdict) -> Complaint:
    """Accepted claims are on a ticket. Where the whole complaint was rejected none was accepted."""
    open_claims = tuple(claim.claim for claim in earlier.claims if not claim.accepted)
    return replace(earlier.complaint, claims=open_claims)


def _may_add(gap: Gap, complaint: Complaint) -> bool:
    """What was not asked for but came with it is taken for a single complaint in words; nobody's signature is."""
    return len(complaint.claims) == 1 and complaint.source is not Source.SHEET and gap[1] not in IN_EVERY_SIGNATURE


# Behind labels


def _labelled(said: Sequence[Piece], complaint: Complaint, gaps: Sequence[Gap], today: date) -> dict[Gap, str]:
    """What stands behind labels, each for the gap that it belongs to; the last word counts where two are said."""
    by_row: defaultdict[int | None, list[str]] = defaultdict(list)
    for piece in said:
        by_row[piece.row].append(piece.words)
    given: dict[Gap, str] = {}
    for row, lines in by_row.items():
        for field, value in labels_in(lines, today):
            gap = _gap_of(row, field, complaint, gaps)
            if gap and _says_something(field, value):
                given[gap] = value
        if row is not None and len(lines) == 1 and not any(gap[0] == row for gap in given):
            given |= _value_of_row(row, lines[0], gaps, today)
    return given


def _says_something(field: Field, value: str) -> bool:
    """Something to judge. In place of a number, words are none: “we are waiting for it”."""
    return not is_no_number(value) and (field not in _NUMBERS or any(letter.isdigit() for letter in value))


def _gap_of(row: int | None, field: Field, complaint: Complaint, gaps: Sequence[Gap]) -> Gap | None:
    """Where a labelled value goes. Without a row it must be clear which claim is meant."""
    if row is not None:
        return (row, field) if any(claim.row == row for claim in complaint.claims) else None
    if field not in CLAIM_FIELDS:
        rows = [gap for gap in gaps if gap[1] is field]
        return rows[0] if len(rows) == 1 else (None, field)
    if len(complaint.claims) == 1:
        return complaint.claims[0].row, field
    meant = [gap for gap in gaps if gap[1] is field]
    return meant[0] if len(meant) == 1 else None


def _value_of_row(row: int, words: str, gaps: Sequence[Gap], today: date) -> dict[Gap, str]:
    """ "Row 9: 193450004656": the one thing missing in that row of which this is a value."""
    fits = [gap for gap in gaps if gap[0] == row and _is_value(gap[1], _bare_words(words), today)]
    return {fits[0]: _bare_words(words)} if len(fits) == 1 else {}


# Bare


def _bare(said: Sequence[Piece], asked: Sequence[Gap], roster: Roster, today: date) -> dict[Gap, str]:
    """The one thing asked for, said without its name as the first thing in the mail; a signature may follow."""
    if len(asked) != 1 or not said or said[0].row is not None:
        return {}
    words = _bare_words(said[0].words)
    if asked[0][1] is Field.MCO:
        return {asked[0]: words} if isinstance(roster.find(words, None), Known | Close) else {}
    return {asked[0]: words} if _is_value(asked[0][1], words, today) else {}


def _bare_words(words: str) -> str:
    text = _THANKS.sub("", words).strip(" .,;!*\"'“”‘’")
    return text[lead_in.end() :] if (lead_in := _LEAD_IN.match(text)) else text


def _is_value(field: Field, words: str, today: date) -> bool:
    """Whether these words are nothing but a value of this field."""
    if field in _NUMBERS:
        if not _ONE_NUMBER.fullmatch(words) or not any(letter.isdigit() for letter in words):
            return False
        if field is Field.TRACKING_NUMBER:
            return len(words) >= _SHORTEST_BARE and parse_ticket_number(words) is None
        return _entry(field, words, today).flaw is None
    if field not in _DATES:
        return False
    entry = _entry(field, words, today)
    return not (entry.value is None and entry.flaw in (None, Flaw.NOT_A_DATE, Flaw.NO_SUCH_DATE))


# Filled in


def _filled(complaint: Complaint, given: dict[Gap, str], today: date) -> Complaint:
    of_rows: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    of_whole: dict[str, Any] = {}
    for (row, field), value in given.items():
        entries = of_whole if row is None else of_rows[row]
        entries[field.value] = _entry(field, value, today)
    claims = tuple(replace(claim, **of_rows[claim.row]) for claim in complaint.claims)
    if Field.MCO.value in of_whole:  # one complaint is against one MCO, and now it is named
        claims = tuple(replace(claim, mco=Entry()) for claim in claims)
    return replace(complaint, claims=claims, **of_whole)


def _entry(field: Field, value: str, today: date) -> Entry[Any]:
    """Read as any other value of this field is."""
    cells = {field: Cell(value)}
    part: ClaimIssue | Complaint = (
        claim_of(0, cells, today) if field in CLAIM_FIELDS else complaint_of(Source.TEXT, (), cells)
    )
    entry: Entry[Any] = getattr(part, field.value)
    return entry
