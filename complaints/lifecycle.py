"""The states of a ticket and how it may end (domain.md, "After a ticket is open")."""

from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    PRESENTED = "presented"
    PROPOSAL_POSTED = "proposal_posted"
    OVERDUE = "overdue"
    REVIEW = "review"
    DECIDED = "decided"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({State.CLOSED, State.WITHDRAWN})
"""States in which nothing more happens to a ticket; in every other one it may be closed."""


class Disposition(StrEnum):
    """How a ticket ended. The first word of the closure notice follows from it."""

    RESOLVED_BY_PROPOSAL = "resolved_by_proposal"
    PAID = "paid"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    DECIDED_BY_HFS = "decided_by_hfs"
    WITHDRAWN = "withdrawn"
    NO_PROVIDER_RESPONSE = "no_provider_response"
    CLOSED_INELIGIBLE = "closed_ineligible"
