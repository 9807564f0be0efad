"""How a ticket may end, in words."""

from complaints.lifecycle import Disposition

ENDINGS: dict[Disposition, tuple[str, str, str]] = {
    Disposition.PAID: (
        "the plan paid",
        "The plan paid.",
        "If you do not see the payment, reply to this mail.",
    ),
    Disposition.RESOLVED_BY_PROPOSAL: (
        "the plan’s proposal settled it",
        "The plan made a proposal, and it settled the dispute.",
        "If the plan does not do what it proposed, reply to this mail.",
    ),
    Disposition.UPHELD: (
        "the plan’s decision stands",
        "The plan’s decision was reviewed and stands.",
        "You need to do nothing. If you have a question about this, reply to this mail.",
    ),
    Disposition.OVERTURNED: (
        "the plan’s decision was overturned",
        "The plan’s decision was reviewed and overturned in your favor.",
        "If the plan does not act on it, reply to this mail.",
    ),
    Disposition.DECIDED_BY_HFS: (
        "HFS decided",
        "HFS reviewed the dispute and decided it.",
        "That decision is final. If you have a question about it, reply to this mail.",
    ),
    Disposition.WITHDRAWN: (
        "it was withdrawn",
        "The complaint was withdrawn.",
        "If you did not withdraw it, reply to this mail.",
    ),
    Disposition.NO_PROVIDER_RESPONSE: (
        "no answer came from you",
        "We asked you for something and had no answer.",
        "If you did answer, reply to this mail and say when.",
    ),
    Disposition.CLOSED_INELIGIBLE: (
        "it was not eligible",
        "After the ticket was opened, it was found that the state cannot take this complaint.",
        "If you think that is a mistake, reply to this mail and say why.",
    ),
}
"""Each end for the subject, as a sentence, and what to do then."""
