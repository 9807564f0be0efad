"""What becomes of letters and notices, as words of the database."""

from enum import StrEnum


class LetterOutcome(StrEnum):
    """What became of a letter: exactly one each. While it waits it has none."""

    TICKET = "ticket"
    PARTLY = "partly"
    REJECTED = "rejected"
    ALREADY_FILED = "already_filed"
    SHEET_REQUIRED = "sheet_required"
    NOT_REGISTERED = "not_registered"
    COULD_NOT_READ = "could_not_read"
    NO_COMPLAINT = "no_complaint"
    NO_ANSWER = "no_answer"  # a machine wrote it
    DUPLICATE_LETTER = "duplicate_letter"  # the same mail came by another way
    ADDED_TO_TICKET = "added_to_ticket"
    STATUS = "status"  # asked how a ticket stands, and was told
    REGISTRATION = "registration"  # a registration sheet: staff check it and import it
    HELD = "held"  # its sender is not proved well enough: staff may release it
    QUARANTINE = "quarantine"  # its sender is not proved at all, or something harmful is in it
    BOUNCE = "bounce"  # an answer of ours came back, or what a machine said to one
    DISCARDED = "discarded"  # staff looked at a held or parked letter and want nothing done
    PARKED = "parked"  # it surprised us: staff must look, and may retry it


class NoticeState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"  # the relay does not take it
    UNDELIVERED = "undelivered"  # the relay took it, and it came back
    SUPPRESSED = "suppressed"  # never sent: a budget of answers was used up, or the breaker was open; staff may send it
