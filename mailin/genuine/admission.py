"""What becomes of a mail by how well its sender is proved. Pure.

With a right signature of the From domain it is read. SPF alone, or somebody's word that it was right before, waits for
staff. Temporary trouble defers, and after DEFERRED_AT_MOST the mail is taken into quarantine so that nothing is lost.
What is not proved is refused to the client's face or, when that would bounce to somebody forged, kept in quarantine in
silence.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailin.genuine.standing import SenderStanding, Standing

DEFERRED_AT_MOST = timedelta(hours=24)

SIGNED_ONLY = "Mail must be signed (DKIM) by the domain of its From address"


@dataclass(frozen=True, slots=True)
class Admit:
    """Read it and act on it."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep it for staff, who may release it."""

    why: str


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Keep it apart, and answer nothing."""

    why: str


@dataclass(frozen=True, slots=True)
class Defer:
    """Let it come again (451)."""

    why: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse it to the client's face (550)."""

    why: str


Admission = Admit | Hold | Quarantine | Defer | Refuse


def admission(
    standing: SenderStanding, *, faces_client: bool, first_deferred: datetime | None, now: datetime
) -> Admission:
    """`first_deferred` is when this mail was deferred for the first time, None when it never was."""
    match standing.standing:
        case Standing.GENUINE | Standing.BELIEVED:
            return Admit()
        case Standing.SPF_ONLY | Standing.ARC_ONLY:
            return Hold(standing.why)
        case Standing.UNKNOWN_NOW:
            if first_deferred is not None and now - first_deferred >= DEFERRED_AT_MOST:
                return Quarantine(f"the sender could not be checked for a day: {standing.why}")
            return Defer(f"4.4.3 The sender cannot be checked just now ({standing.why}), send it again later")
        case Standing.NO_SENDER:
            return (
                Refuse("5.7.1 The From field must hold exactly one plain address")
                if faces_client
                else Quarantine(standing.why)
            )
        case Standing.NOT_PROVED:
            if faces_client:
                return Refuse(f"5.7.26 {SIGNED_ONLY} ({standing.why})")
            return Quarantine(standing.why)
