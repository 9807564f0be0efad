"""A complaint on its way through the rules, with all that they look up: who is meant, and the days that count."""

from dataclasses import dataclass
from datetime import date

from complaints.mcos import Roster
from complaints.model import Provider
from complaints.policy import Policy


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A claim on a ticket of this provider that has not ended. Numbers are folded; "" when there is none."""

    ticket: str
    mco: str
    """Canonical name."""
    tracking_number: str
    claim_number: str = ""
    rin: str = ""
    service_from: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules know besides the complaint.

    `providers`: those the submitter may speak for; () for a stranger, None when the registry was not asked.
    `open_claims`: this provider's open claims with one of the complaint's tracking numbers.
    """

    policy: Policy
    roster: Roster
    providers: tuple[Provider, ...] | None = None
    open_claims: tuple[OpenClaim, ...] = ()
