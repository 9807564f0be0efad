"""The intake rules in their order, and `judge`, which asks all of them."""

from datetime import date

from complaints.case import Facts, OpenClaim
from complaints.model import Complaint
from complaints.verdict import Verdict

__all__ = ["Facts", "OpenClaim", "judge"]


def judge(complaint: Complaint, facts: Facts, today: date) -> Verdict:
    """Ask every rule about a complaint filed on `today` (a day in America/Chicago). Pure, raises nothing."""
    raise NotImplementedError
