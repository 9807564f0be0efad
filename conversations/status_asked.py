"""Whether a mail asks how a ticket stands: “STATUS”, “Status 2026-004187-9”, “any news on ticket 2026-004187-9?”."""

import re
from dataclasses import dataclass

from complaints.identifiers import MistypedNumber, parse_ticket_number
from conversations.short_answer import pieces

_ANSWERS_OR_FORWARDS = re.compile(r"\s*(?:re|aw|sv|fwd?|wg|tr|rv|antw)\s*(?:\[\d+\])?:", re.IGNORECASE)
_LONGEST = 160
_ASKED = re.compile(
    r"(?:(?:please|kindly|can you|could you|would you|i(?:'d| would) like to|we(?:'d| would) like to)\s+)*"
    r"(?:(?:tell|give|send|let) (?:me|us)\s+|(?:know|get|check|request|have)\s+)*"
    r"(?:what(?:'s|’s| is)\s+|how is\s+|is there\s+)?"
    r"(?:the |a |an |any |current |my |our )*"
    r"(?P<word>status|news|updates?)(?: (?:update|report|check|request|inquiry))?"
    r"\s*(?:(?:of|on|for|about|regarding|re)\b|[:=–—-]|is\b)?\s*"
    r"(?:the |my |our |this |these |all )*(?:open )?(?:(?:ticket|complaint|case)s?\b)?\s*(?:#|number|no\.?)?\s*:?\s*"
    r"(?P<number>[0-9][0-9\s–—‐‑-]{4,30}[0-9])?[\s,]*(?:please|pls|thanks|thank you)?[\s?!.,]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StatusAsked:
    """How a ticket stands is asked: the one of this number, or (None) the one that the thread is about."""

    number: str | MistypedNumber | None = None


def status_asked(subject: str, text: str) -> StatusAsked | None:
    """What is asked, or None when that is nothing about a ticket.

    The subject asks, unless it is one that only came along with a reply, or the first words of the text do. A number
    without such a word is a question only when nothing else is said.
    """
    said = [piece.words for piece in pieces(text)]
    own_subject = "" if _ANSWERS_OR_FORWARDS.match(subject) else subject.strip()
    for line in (own_subject, *said[:1]):
        if asked := _in_line(line):
            return asked
    for line, others in ((own_subject, said), (said[0] if said else "", said[1:])):
        number = parse_ticket_number(line)
        if number is not None and (not others or line.rstrip().endswith("?")):
            return StatusAsked(number)
    return None


def _in_line(line: str) -> StatusAsked | None:
    match = _ASKED.fullmatch(line.strip()) if 0 < len(line) <= _LONGEST else None
    if match is None or (match["word"].lower() != "status" and "?" not in line):
        return None  # “Update on ticket …” may as well give one
    if match["number"]:
        number = parse_ticket_number(match["number"])
        return None if number is None else StatusAsked(number)
    return StatusAsked()
