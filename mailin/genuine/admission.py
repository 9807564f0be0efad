"""What becomes of a mail by how well its sender is proved. Pure.

With a right signature of the From domain it is read. SPF alone, or somebody's word that it was right before, waits for
staff. Temporary trouble defers, and after DEFERRED_AT_MOST the mail is taken into quarantine so that nothing is lost.
What is not proved is refused to the client's face or, when that would bounce to somebody forged, kept in quarantine in
silence.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailin.genuine.standing import Missing, SenderStanding, Standing

DEFERRED_AT_MOST = timedelta(hours=24)

LONGEST = 400
"""Characters of a refusal: a reply line has 512 with its code, and mail servers put their own words around it."""
SIGNED_ONLY = "Mail must be signed (DKIM) by the domain of its From address"
_FOUND = {
    Missing.SIGNATURE: SIGNED_ONLY,
    Missing.DMARC: "The sender is not proved",
    Missing.WAY: "The sender cannot be known",
}
_ASK = "ask whoever runs your mail to"
_MEND = {
    Missing.SIGNATURE: f"{_ASK} sign it with DKIM",
    Missing.DMARC: f"{_ASK} sign it with DKIM for the domain of your address",
    Missing.WAY: f"{_ASK} deliver it to the servers that the DNS (MX) names for the portal",
}


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
    standing: SenderStanding, *, faces_client: bool, first_deferred: datetime | None, now: datetime, portal: str = ""
) -> Admission:
    """`first_deferred` is when this mail was deferred for the first time, None when it never was; `portal` is where one
    may file instead, "" where there is no such page."""
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
                Refuse(
                    _refusal("5.7.1 The From field must hold exactly one plain address", "Nothing was filed", portal)
                )
                if faces_client
                else Quarantine(standing.why)
            )
        case Standing.NOT_PROVED:
            if faces_client:
                missing = standing.missing
                found = f"5.7.26 {_FOUND[missing]} ({standing.why})"
                return Refuse(_refusal(found, f"Nothing was filed: {_MEND[missing]}", portal))
            return Quarantine(standing.why)


def _refusal(found: str, mend: str, portal: str) -> str:
    """What is wrong, word by word, and then for whoever reads it in a bounce what to do: as much of it as has room."""
    said = found
    for more in (mend, f"You may also file at {portal}" if portal and portal.isascii() else ""):
        if more and len(said) + len(more) + 3 < LONGEST:
            said += f". {more}"
    return f"{said}."[: LONGEST - 1].encode("ascii", "replace").decode("ascii")
