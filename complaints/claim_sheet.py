"""The claim sheet: the one definition of its fields, for the writer (`sheets`) and the readers (`sheet_reading`,
`conversations.labelled_text`).

The columns are those of domain.md, "The claim sheet". Synonyms are what billing offices write instead; how a spelling
is compared (case, order of the words, "#" for number, "plan" for MCO, …) is `header_mapping`'s business, so one
synonym stands for many spellings. Earlier synonyms are better ones: where two columns mean one field, they decide.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Generic, TypeVar

from complaints.model import Category, Coverage, Field

SHEET_VERSION = "2026.1"
"""Written into the document properties of every sheet that we make."""

CLAIMS_SHEET_NAME = "Claims"
INSTRUCTIONS_SHEET_NAME = "Instructions"
STATUS_HEADER = "Recourse status"
"""The header of the column that we add when we mark somebody's workbook; never read."""
SUMMARY_SHEET_NAME = "Recourse"
"""The sheet that we put first then; never read."""

F = TypeVar("F", bound=StrEnum)


class Kind(Enum):
    """What a cell of the column holds; decides the cell's format when written and how it is read back."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"  # somebody's number, verbatim: a text, never to be calculated with
    DIGITS9 = "digits9"
    DIGITS10 = "digits10"
    DIGITS12 = "digits12"
    DATE = "date"
    AMOUNT = "amount"
    CHOICE = "choice"

    @property
    def digits(self) -> int | None:
        """The fixed count of digits, for kinds that have one."""
        return {Kind.DIGITS9: 9, Kind.DIGITS10: 10, Kind.DIGITS12: 12}.get(self)


@dataclass(frozen=True, slots=True)
class Column(Generic[F]):
    """One field of a sheet. `header` carries no mark for required; whoever writes the sheet adds one.

    `width` is in characters, `hint` one or two sentences for the person who fills the cell.
    """

    field: F
    header: str
    kind: Kind
    width: int
    hint: str
    required: bool = False
    synonyms: tuple[str, ...] = ()


COMPLAINT_FIELDS: tuple[Column[Field], ...] = (
    Column(
        Field.MCO, "MCO", Kind.CHOICE, 44,
        "The health plan that denied the claims. One plan per sheet.",
        required=True,
        synonyms=("MCO name", "Medicaid MCO", "insurance company", "dispute against"),
    ),
    Column(
        Field.PROVIDER_NAME, "Provider name", Kind.TEXT, 44,
        "The provider or facility whose claims these are, as registered.",
        synonyms=("provider", "facility", "facility name", "provider or facility name", "provider/facility",
                  "practice name", "practice", "group name", "billing provider", "billing provider name",
                  "rendering provider", "rendering provider name", "organization name"),
    ),
    Column(
        Field.NPI, "NPI", Kind.DIGITS10, 16,
        "10 digits. Leave it empty if the provider has none.",
        synonyms=("NPI number", "provider NPI", "billing NPI", "billing provider NPI", "group NPI", "facility NPI",
                  "rendering NPI", "rendering provider NPI", "national provider identifier"),
    ),
    Column(
        Field.HFS_ID, "HFS provider ID", Kind.DIGITS12, 18,
        "12 digits: the provider's Medicaid number.",
        synonyms=("HFS ID", "HFS number", "HFS provider number", "HFS Medicaid ID", "Medicaid provider ID",
                  "Medicaid provider number", "IMPACT ID", "Illinois Medicaid provider ID",
                  "IL Medicaid provider ID", "state provider ID"),
    ),
    Column(
        Field.CONTACT_NAME, "Contact name", Kind.TEXT, 32,
        "Whom we may ask about this complaint.",
        synonyms=("contact", "contact person", "submitter", "submitter name", "biller name", "requester"),
    ),
    Column(
        Field.PHONE, "Phone", Kind.NUMBER, 20,
        "The contact's phone number.",
        synonyms=("phone number", "telephone", "telephone number", "contact phone", "contact phone number", "tel",
                  "contact telephone"),
    ),
    Column(
        Field.EMAIL, "E-mail", Kind.TEXT, 32,
        "The contact's e-mail address.",
        synonyms=("email address", "contact email", "contact email address"),
    ),
    Column(
        Field.CATEGORY, "Issue category", Kind.CHOICE, 32,
        "Pick the one that fits best.",
        synonyms=("category", "issue type", "complaint category", "complaint type", "dispute category",
                  "dispute type", "issue"),
    ),
    Column(
        Field.COVERAGE, "Coverage", Kind.CHOICE, 32,
        "Which payer the dispute is about. Empty means Medicaid managed care, the only one handled here.",
        synonyms=("coverage type", "line of business", "LOB", "program", "product"),
    ),
    Column(
        Field.DESCRIPTION, "Description", Kind.LONG_TEXT, 60,
        "What went wrong, in a few sentences, the same for all claims below.",
        synonyms=("description of issue", "description of complaint", "description of problem",
                  "dispute description", "summary", "details", "reason for complaint"),
    ),
    Column(
        Field.DESIRED_OUTCOME, "Desired outcome", Kind.LONG_TEXT, 60,
        "What you ask the plan to do.",
        synonyms=("requested outcome", "outcome", "desired resolution", "requested resolution", "expected outcome",
                  "relief requested", "what do you want"),
    ),
)  # fmt: skip
"""The block above the table: once per complaint."""

CLAIM_COLUMNS: tuple[Column[Field], ...] = (
    Column(
        Field.TRACKING_NUMBER, "MCO tracking number", Kind.NUMBER, 20,
        "The number that the MCO gave to your dispute, exactly as given. None yet? The MCO must give you one: ask it.",
        required=True,
        synonyms=("tracking number", "tracking ID", "tracking", "dispute tracking number", "MCO dispute number",
                  "MCO dispute ID", "dispute number", "dispute ID", "reference number", "MCO reference number",
                  "dispute reference number", "dispute reference", "reference", "MCO reference", "reference ID",
                  "MCO dispute tracking number", "case number", "MCO case number", "dispute case number",
                  "confirmation number", "dispute confirmation number", "appeal tracking number", "appeal number",
                  "appeal ID", "EAA ID", "… tracking number"),
    ),
    Column(
        Field.DISPUTE_DATE, "Date dispute submitted to MCO", Kind.DATE, 14,
        "The day you filed the dispute with the MCO: not the date of service, not the denial.",
        required=True,
        synonyms=("dispute date", "date submitted", "date submitted to MCO", "submitted to MCO", "submitted",
                  "dispute submitted", "dispute submitted to MCO", "date of dispute submission",
                  "MCO dispute date", "appeal submitted date", "date appeal submitted to MCO", "appeal date",
                  "date disputed", "date disputed to MCO", "disputed", "disputed to MCO", "date appealed",
                  "date appealed to MCO", "appealed", "appealed to MCO"),
    ),
    Column(
        Field.RESPONSE_DATE, "Date of MCO response", Kind.DATE, 14,
        "The day the MCO answered the dispute. Empty if it did not.",
        synonyms=("response date", "date MCO responded", "date responded", "MCO responded", "answer date",
                  "date MCO answered", "MCO answered", "dispute response date", "date of MCO dispute response",
                  "MCO decision date", "decision date", "date of dispute decision", "resolution date",
                  "MCO resolution date", "date resolved", "date response received", "date of reply",
                  "MCO reply date", "date of MCO answer"),
    ),
    Column(
        Field.MEMBER_NAME, "Member name", Kind.TEXT, 24,
        "The patient's name as the MCO has it.",
        required=True,
        synonyms=("member", "patient", "patient name", "recipient", "recipient name", "beneficiary",
                  "beneficiary name", "enrollee", "enrollee name", "client name", "participant name",
                  "customer name", "member full name", "patient full name", "member name last first",
                  "patient name last first", "member last name", "patient last name", "last name"),
    ),
    Column(
        Field.RIN, "RIN", Kind.DIGITS9, 17,
        "The member's recipient number: 9 digits, leading zeros too.",
        required=True,
        synonyms=("recipient ID", "recipient number", "recipient identification number", "member RIN",
                  "patient RIN", "RIN number", "recipient RIN", "Medicaid ID", "Medicaid number",
                  "member Medicaid ID", "member Medicaid number", "patient Medicaid ID", "patient Medicaid number",
                  "member ID RIN", "Medicaid ID RIN", "recipient ID RIN", "Medicaid recipient number",
                  "Medicaid recipient ID", "patient ID", "member ID", "member number", "enrollee ID",
                  "beneficiary ID", "subscriber ID"),
    ),
    Column(
        Field.SERVICE_FROM, "Date of service from", Kind.DATE, 14,
        "The first day of service on this claim.",
        required=True,
        synonyms=("DOS", "service from", "from date", "service start date", "start date", "begin date of service",
                  "first DOS", "from", "DOS from to", "admit date", "admission date", "statement from date"),
    ),
    Column(
        Field.SERVICE_TO, "Date of service to", Kind.DATE, 14,
        "The last day of service. Empty if it was one day.",
        synonyms=("service to", "to date", "service end date", "end date", "last DOS", "to", "discharge date",
                  "statement to date"),
    ),
    Column(
        Field.CLAIM_NUMBER, "MCO claim number", Kind.NUMBER, 18,
        "The number that the MCO gave to the claim itself.",
        synonyms=("claim number", "claim", "claim ID", "MCO claim ID", "ICN", "ICN number", "claim ICN", "DCN",
                  "internal control number", "document control number", "claim control number",
                  "claim reference number", "claim number ICN"),
    ),
    Column(
        Field.AUTHORIZATION_NUMBER, "Authorization number", Kind.NUMBER, 18,
        "The prior authorization, if there is one.",
        synonyms=("authorization", "authorization ID", "prior authorization number", "prior authorization",
                  "PA number", "preauthorization number", "precert number", "precertification number",
                  "referral or authorization number"),
    ),
    Column(
        Field.BILLED_AMOUNT, "Billed amount", Kind.AMOUNT, 12,
        "In dollars.",
        synonyms=("billed", "charges", "total charges", "charge amount", "billed charges", "total billed",
                  "total billed amount", "amount charged", "claim amount", "billed charge amount",
                  "total charge amount"),
    ),
    Column(
        Field.PAID_AMOUNT, "Paid amount", Kind.AMOUNT, 12,
        "What the MCO paid so far, in dollars. 0 if nothing.",
        synonyms=("paid", "MCO paid", "MCO paid amount", "payment", "payment amount", "total paid",
                  "total paid amount"),
    ),
    Column(
        Field.DENIAL_REASON, "Denial reason (CARC)", Kind.TEXT, 20,
        "The code and words on the remittance, for example CO-16.",
        synonyms=("denial", "denial reason", "CARC", "CARC code", "denial code", "denial reason code", "denied reason",
                  "denial description", "remark code", "reason code",
                  "adjustment reason code", "claim adjustment reason code", "CARC RARC", "denial reason description",
                  "denial code description", "MCO denial reason", "rejection reason"),
    ),
    Column(
        Field.NOTES, "Notes", Kind.LONG_TEXT, 30,
        "Anything else that belongs to this claim.",
        synonyms=("comments", "remarks", "additional information", "additional comments", "additional notes",
                  "provider comments", "provider notes"),
    ),
)  # fmt: skip
"""The table: one row per claim, in this order in our own sheet."""

OTHER_HEADERS: tuple[str, ...] = (
    "date", "name", "status", "type", "date of denial", "denial date", "denied date", "date of birth", "DOB",
    "birth date", "member DOB", "patient DOB", "paid date", "date paid", "payment date", "check number", "check date",
    "date resubmitted", "date claim submitted", "claim submission date", "claim submitted", "date claim filed",
    "claim date", "claim status", "dispute status", "dispute level", "procedure code", "CPT code", "HCPCS code",
    "revenue code", "service code", "diagnosis code", "place of service", "units", "modifier", "account number",
    "patient account number", "date received", "allowed amount", "balance", "amount due", "expected amount",
    "dispute amount", "disputed amount", "tax ID", "TIN", "group number", "provider type", "provider address",
    "address", "fax", "ticket number", "state ticket number", "call reference number", "MCO phone", "MCO ID",
    "MCO contact", "MCO contact name", "MCO representative", "date of complaint", "complaint date", "line number",
    "claim type", "remit date", "remittance date", "EOB date",
    "response due date", "MCO response due date", "date response due", "state tracking number", "HFS tracking number",
    STATUS_HEADER,
)  # fmt: skip
"""Columns that offices keep beside ours. They are known so that a close spelling never takes them for one of ours."""

CATEGORY_WORDS: dict[Category, str] = {
    Category.CLAIMS_AND_PAYMENT: "Claims and payment",
    Category.CONTRACTING: "Contracting",
    Category.COVERAGE_AND_SERVICE_DENIAL: "Coverage and service denial",
    Category.ELIGIBILITY: "Eligibility",
    Category.PRIOR_AUTHORIZATION: "Prior authorization",
    Category.OTHER: "Other",
}
"""The drop-down of the issue category."""

CATEGORY_SYNONYMS: dict[Category, tuple[str, ...]] = {
    Category.CLAIMS_AND_PAYMENT: ("claims", "claim", "payment", "claims payment", "claim payment", "claim denial",
                                  "payments", "billing", "claims/payment", "underpayment", "claim issue"),
    Category.CONTRACTING: ("contract", "contracts", "credentialing", "contracting/credentialing"),
    Category.COVERAGE_AND_SERVICE_DENIAL: ("coverage", "service denial", "coverage denial", "coverage/service denial",
                                           "denial of service", "coverage or service denial"),
    Category.ELIGIBILITY: ("member eligibility", "enrollment"),
    Category.PRIOR_AUTHORIZATION: ("prior auth", "authorization", "auth", "PA", "preauthorization", "pre-cert"),
    Category.OTHER: ("other issue", "misc", "miscellaneous"),
}  # fmt: skip

COVERAGE_WORDS: dict[Coverage, str] = {
    Coverage.MEDICAID_MANAGED_CARE: "Medicaid managed care",
    Coverage.MEDICARE: "Medicare",
    Coverage.FEE_FOR_SERVICE: "Fee-for-service Medicaid",
}
"""The drop-down of the coverage."""

COVERAGE_SYNONYMS: dict[Coverage, tuple[str, ...]] = {
    Coverage.MEDICAID_MANAGED_CARE: ("Medicaid", "managed care", "Medicaid MCO", "MCO", "HealthChoice", "MLTSS",
                                     "HealthChoice Illinois", "Medicaid managed care plan", "managed Medicaid"),
    Coverage.MEDICARE: ("Medicare only", "Medicare Advantage", "Medicare part B", "Medicare part A"),
    Coverage.FEE_FOR_SERVICE: ("fee for service", "FFS", "FFS Medicaid", "Medicaid FFS", "Medicaid fee-for-service",
                               "straight Medicaid", "traditional Medicaid"),
}  # fmt: skip
"""A dual product ("MMAI", "Medicare-Medicaid") is no synonym of any: which part is disputed must be asked."""
