"""Ways to head and place a table of claims."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from complaints.model import Field
from tests.corpus.books import Feature
from tests.corpus.invented import TABLE

F = Field
Extra = Literal["empty", "claim number", "initials", "birth date", "procedure", "serial"]
"""What stands in a column that is none of ours."""

OURS = {
    F.MCO: "MCO", F.TRACKING_NUMBER: "MCO tracking number", F.DISPUTE_DATE: "Date dispute submitted to MCO",
    F.RESPONSE_DATE: "Date of MCO response", F.MEMBER_NAME: "Member name", F.RIN: "RIN",
    F.SERVICE_FROM: "Date of service from", F.SERVICE_TO: "Date of service to", F.CLAIM_NUMBER: "MCO claim number",
    F.AUTHORIZATION_NUMBER: "Authorization number", F.BILLED_AMOUNT: "Billed amount", F.PAID_AMOUNT: "Paid amount",
    F.DENIAL_REASON: "Denial reason (CARC)", F.NOTES: "Notes",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeaderStyle:
    """`words` head the columns, in `order`; a str in the order is a column of theirs, filled as `extra` says."""

    name: str
    about: str
    words: Mapping[Field, str] = field(default_factory=lambda: OURS)
    order: tuple[Field | str, ...] = (F.MCO, *TABLE)
    extra: Mapping[str, Extra] = field(default_factory=dict)
    top: int = 1
    """The (last) row of the headers, when nothing stands above it."""
    left: int = 1
    labels: bool = False
    """The plan is named above the table, beside a label, and not in the rows."""
    titles: int = 0
    """So many lines of their letterhead above all."""
    groups: tuple[tuple[str, Field, Field], ...] = ()
    """A line of merged cells above: the word, and from which to which column."""
    tall: bool = False
    """Headers without a group are merged over both lines."""
    plan: str = "Molina"
    other_tab_first: bool = False
    for_plain_values: bool = False
    """Only with values that are all right: wrong ones would blur what is tried here."""
    column_chosen: bool = False
    is_foreign: bool = True
    """Theirs beyond doubt; else our words in our order with something about them, which may count as ours."""
    needs: frozenset[Feature] = frozenset()


def _with(**changes: str) -> dict[Field, str]:
    return OURS | {Field[name]: words for name, words in changes.items()}


_OFFICE = _with(
    MCO="Insurance", TRACKING_NUMBER="Dispute Tracking #", DISPUTE_DATE="Dispute Date",
    RESPONSE_DATE="MCO Decision Date", MEMBER_NAME="Patient Name", RIN="Medicaid ID", SERVICE_FROM="DOS From",
    SERVICE_TO="DOS Thru", CLAIM_NUMBER="Claim #", AUTHORIZATION_NUMBER="Auth #", BILLED_AMOUNT="Total Charges",
    PAID_AMOUNT="Amt Paid", DENIAL_REASON="CARC", NOTES="Comments",
)  # fmt: skip
_SYSTEM = _with(
    MCO="PAYER_NAME", TRACKING_NUMBER="TRACKING_NO", DISPUTE_DATE="DISPUTE_DT", RESPONSE_DATE="RESPONSE_DT",
    MEMBER_NAME="PATIENT_NAME", RIN="RECIPIENT_ID", SERVICE_FROM="SVC_FROM_DT", SERVICE_TO="SVC_TO_DT",
    CLAIM_NUMBER="CLAIM_ID", AUTHORIZATION_NUMBER="AUTH_NO", BILLED_AMOUNT="BILLED_AMT", PAID_AMOUNT="PAID_AMT",
    DENIAL_REASON="DENIAL_CD", NOTES="REMARKS",
)  # fmt: skip
_CAMEL = _with(
    MCO="payerName", TRACKING_NUMBER="trackingNumber", DISPUTE_DATE="disputeDate", RESPONSE_DATE="responseDate",
    MEMBER_NAME="memberName", RIN="memberRin", SERVICE_FROM="serviceFromDate", SERVICE_TO="serviceToDate",
    CLAIM_NUMBER="claimNumber", AUTHORIZATION_NUMBER="authorizationNumber", BILLED_AMOUNT="billedAmount",
    PAID_AMOUNT="paidAmount", DENIAL_REASON="denialReason", NOTES="notes",
)  # fmt: skip
_SLIPS = _with(
    TRACKING_NUMBER="MCO Traking Number", DISPUTE_DATE="Date Dispute Submited to MCO",
    RESPONSE_DATE="Date of MCO Responce", MEMBER_NAME="Membr Name", SERVICE_FROM="Date of Servce From",
    AUTHORIZATION_NUMBER="Authorisation Number", BILLED_AMOUNT="Biled Amount", DENIAL_REASON="Denial Reson",
)  # fmt: skip
_MARKED = _with(
    MCO="MCO *", TRACKING_NUMBER="MCO tracking number*", DISPUTE_DATE="Date dispute submitted to MCO (MM/DD/YYYY) *",
    RESPONSE_DATE="Date of MCO response [mm/dd/yy]", MEMBER_NAME="Member name (required)", RIN="RIN (9 digits) *",
    SERVICE_FROM="*Date of service from", BILLED_AMOUNT="Billed amount ($)", PAID_AMOUNT="Paid amount (USD)",
)  # fmt: skip
_BROKEN = _with(
    TRACKING_NUMBER="MCO\ntracking\nnumber", DISPUTE_DATE="Date dispute\nsubmitted to MCO",
    SERVICE_FROM="Date of service\nfrom", BILLED_AMOUNT="Billed\r\namount",
)  # fmt: skip
_POLITE = _with(
    TRACKING_NUMBER="Tracking number the plan gave you", DISPUTE_DATE="Date the dispute was filed with the plan",
    RESPONSE_DATE="Date the plan responded (if any)", MEMBER_NAME="Patient's name", RIN="Recipient's RIN",
    CLAIM_NUMBER="Plan's claim number",
)  # fmt: skip
_UPPER = {name: words.upper() for name, words in _OFFICE.items()}
_TWO_LINES = _OFFICE | {F.SERVICE_FROM: "From", F.SERVICE_TO: "To", F.BILLED_AMOUNT: "Billed", F.PAID_AMOUNT: "Paid"}
_SHUFFLED = (F.NOTES, F.DENIAL_REASON, F.SERVICE_TO, F.RIN, F.PAID_AMOUNT, F.TRACKING_NUMBER, F.MCO, F.SERVICE_FROM,
             F.CLAIM_NUMBER, F.MEMBER_NAME, F.BILLED_AMOUNT, F.RESPONSE_DATE, F.DISPUTE_DATE,
             F.AUTHORIZATION_NUMBER)  # fmt: skip
_LEAST = (F.MCO, F.MEMBER_NAME, F.RIN, F.SERVICE_FROM, F.TRACKING_NUMBER, F.DISPUTE_DATE)


def _beside(*extras: str) -> tuple[Field | str, ...]:
    """Columns of theirs among ours."""
    order: list[Field | str] = [F.MCO, *TABLE]
    for index, extra in enumerate(extras):
        order.insert(3 * index, extra)
    return tuple(order)


HEADER_STYLES = (
    HeaderStyle("ours", "our headers, the plan in a column", is_foreign=False),
    HeaderStyle("ours_labelled", "our headers, the plan above beside its label", order=TABLE, top=4, labels=True,
                is_foreign=False),
    HeaderStyle("office", "a billing office's words", _OFFICE),
    HeaderStyle("system", "a billing program's export: CLAIM_ID, SVC_FROM_DT", _SYSTEM),
    HeaderStyle("camel", "a program's names: claimNumber", _CAMEL),
    HeaderStyle("slips", "slips of the finger", _SLIPS, is_foreign=False),
    HeaderStyle("marked", "units, asterisks, date patterns", _MARKED, is_foreign=False),
    HeaderStyle("broken_lines", "line breaks inside the headers", _BROKEN, is_foreign=False),
    HeaderStyle("polite", "whole sentences", _POLITE),
    HeaderStyle("upper", "all capitals", _UPPER),
    HeaderStyle("shuffled", "any order", order=_SHUFFLED),
    HeaderStyle("office_shuffled", "a billing office's words in any order", _OFFICE, order=_SHUFFLED),
    HeaderStyle("far", "starting at F12 under a letterhead", _OFFICE, top=12, left=6, titles=3),
    HeaderStyle("far_labelled", "starting at C9, the plan above beside its label", order=TABLE, top=9, left=3,
                labels=True, titles=2, is_foreign=False),
    HeaderStyle("extra", "columns of their own between ours",
                order=_beside("Biller initials", "DOB", "CPT code", "Row"),
                extra={"Biller initials": "initials", "DOB": "birth date", "CPT code": "procedure", "Row": "serial"},
                is_foreign=False),
    HeaderStyle("groups", "a line of merged group names above", _OFFICE, top=2,
                groups=(("Dispute", F.TRACKING_NUMBER, F.RESPONSE_DATE), ("Patient", F.MEMBER_NAME, F.RIN),
                        ("Claim details", F.SERVICE_FROM, F.PAID_AMOUNT)), needs=frozenset({Feature.MERGED})),
    HeaderStyle("two_lines", "headers in two lines: Date of service over From and To", _TWO_LINES, top=2,
                groups=(("Date of service", F.SERVICE_FROM, F.SERVICE_TO), ("Amount", F.BILLED_AMOUNT, F.PAID_AMOUNT)),
                needs=frozenset({Feature.MERGED})),
    HeaderStyle("two_merged_lines", "headers in two lines, the others merged over both", _TWO_LINES, top=2, tall=True,
                groups=(("Date of service", F.SERVICE_FROM, F.SERVICE_TO), ("Amount", F.BILLED_AMOUNT, F.PAID_AMOUNT)),
                needs=frozenset({Feature.MERGED})),
    HeaderStyle("least", "only what is required", order=_LEAST),
    HeaderStyle("second_tab", "the table on the second tab, instructions on the first", _OFFICE, other_tab_first=True,
                needs=frozenset({Feature.TABS})),
    HeaderStyle("claim_as_tracking", "two columns could be the tracking number: one repeats the claim number",
                _with(TRACKING_NUMBER="Dispute reference"), order=("Tracking number", F.MCO, *TABLE),
                extra={"Tracking number": "claim number"}, for_plain_values=True, column_chosen=True),
    HeaderStyle("empty_tracking", "two columns could be the tracking number: one is empty",
                _with(TRACKING_NUMBER="Reference #"), order=(F.MCO, "Tracking #", *TABLE),
                extra={"Tracking #": "empty"}, for_plain_values=True, column_chosen=True),
)  # fmt: skip
