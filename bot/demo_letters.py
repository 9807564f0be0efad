"""The letters of the demo: a billing office in an ordinary week. Every name and number in them is made up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage

from bot.enclosures import XLSX
from complaints.mcos import load_roster
from complaints.model import Category, ClaimIssue, Complaint, Entry, Flaw, Source
from sheets.writing import claim_sheet

CLINIC = "billing@lakeside.example"
SECOND_ADDRESS = "office@lakeside.example"
STRANGER = "new.biller@riverside.example"
PORTAL = "complaints@portal.example"
PROVIDER = "Lakeside Family Clinic"
HFS_ID = "036112345001"
MERIDIAN = "Meridian Health Plan of Illinois"
MOLINA = "Molina Healthcare of Illinois"

_FIRST_NAMES = ("Alma", "Bruno", "Celia", "Dario", "Edith", "Felix", "Greta", "Hugo", "Iris", "Jonas")
_LAST_NAMES = ("Amberly", "Brookfield", "Castellan", "Dunmore")


def sheet_of(claims: Sequence[ClaimIssue], mco: str, today: date) -> bytes:
    """Our own claim sheet, filled the way an office fills it."""
    complaint = Complaint(
        source=Source.SHEET,
        claims=tuple(claims),
        mco=_written(mco),
        category=Entry(Category.CLAIMS_AND_PAYMENT, "Claims and payment"),
        provider_name=_written(PROVIDER),
        hfs_id=_written(HFS_ID),
        contact_name=_written("Dana Ortiz"),
        description=_written("Denied as not authorized, although the plan had authorized the visits."),
        desired_outcome=_written("Payment of the claims."),
    )
    return claim_sheet(load_roster().names_on(today), mco=mco, filled=complaint)


def eligible_claims(count: int, today: date, series: int) -> list[ClaimIssue]:
    """Claims whose disputes are 35 to 48 days old: inside the window."""
    return [_claim(number, today - timedelta(days=35 + number % 14), series) for number in range(count)]


def filed_on(claim: ClaimIssue, filed: date) -> ClaimIssue:
    return replace(claim, dispute_date=Entry(filed))


def with_three_faults(claims: Sequence[ClaimIssue], today: date) -> list[ClaimIssue]:
    """What happens in real offices: a number not asked for, one that Excel shortened, one dispute left too long."""
    changed = list(claims)
    changed[3] = replace(changed[3], tracking_number=Entry())
    changed[9] = replace(changed[9], tracking_number=Entry(None, "1.93E+11", flaw=Flaw.SHORTENED_NUMBER))
    changed[15] = replace(changed[15], dispute_date=Entry(today - timedelta(days=71)))
    return changed


def mail_with_sheet(sheet: bytes, message_id: str, text: str) -> EmailMessage:
    """A mail from the clinic with the sheet attached."""
    message = mail(CLINIC, "Unresolved disputes", message_id, text)
    main, _, sub = XLSX.partition("/")
    message.add_attachment(sheet, maintype=main, subtype=sub, filename="Disputes Lakeside (final).xlsx")
    return message


def mail(sender: str, subject: str, message_id: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"Billing office <{sender}>"
    message["To"] = PORTAL
    message["Subject"] = subject
    message["Message-ID"] = message_id
    message.set_content(text)
    return message


def two_in_words(today: date) -> str:
    """Two complaints told in a mail's text."""
    filed = (today - timedelta(days=40)).strftime("%m/%d/%Y")
    return (
        "Hello,\n\nwe have two claims that Aetna still denies.\n\n"
        f"MCO: Aetna\n\nTracking number: PDXGR4410023\nDate submitted to MCO: {filed}\nClaim number: E260904471\n\n"
        f"Tracking number: PDXGR4410057\nDate submitted to MCO: {filed}\n\nThank you\nDana Ortiz\n"
    )


def out_of_office(message_id: str) -> EmailMessage:
    """What a mailbox sends by itself."""
    message = mail(CLINIC, "Automatic reply: out of the office", message_id, "I am back on Monday.")
    message["Auto-Submitted"] = "auto-replied"
    return message


def _claim(number: int, filed: date, series: int) -> ClaimIssue:
    service = filed - timedelta(days=75 + number)
    name = f"{_LAST_NAMES[number % 4]}, {_FIRST_NAMES[number % 10]}"
    return ClaimIssue(
        row=number + 1,
        tracking_number=_written(f"MD{series}{number + 100017}"),
        dispute_date=Entry(filed),
        member_name=_written(name),
        rin=_written(f"0{series}{number:02}40{number + 311:03}"),
        service_from=Entry(service),
        service_to=Entry(service),
        claim_number=_written(f"26{series}{number + 7001:05}"),
        billed_amount=Entry(18_450 + 1_275 * number),
        paid_amount=Entry(0),
        denial_reason=_written("CARC 197"),
    )


def _written(text: str) -> Entry[str]:
    return Entry(text, text)
