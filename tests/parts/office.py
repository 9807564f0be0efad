"""A billing office with much to complain about: as many different mails as a test wants. All data is made up."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from functools import cache

from bot import demo_letters
from bot.enclosures import XLSX
from complaints.deadlines import local_date
from complaints.policy import load_policy
from tests.parts.program import PORTAL

CLINIC = demo_letters.CLINIC
STRANGER = demo_letters.STRANGER
_HEADERS = ("MCO", "MCO tracking number", "Date dispute submitted to MCO", "Member name", "RIN", "Date of service from")


def today() -> date:
    """The day it is for the rules."""
    return local_date(datetime.now(UTC), load_policy())


def mail(number: int, text: str, sender: str = CLINIC, subject: str = "Unresolved disputes") -> EmailMessage:
    message = demo_letters.mail(sender, subject, f"<{number}@lakeside.example>", text)
    message.replace_header("To", PORTAL)
    return message


def in_words(number: int) -> EmailMessage:
    """One complaint as labelled lines."""
    filed = (today() - timedelta(days=40)).strftime("%m/%d/%Y")
    return mail(number, f"MCO: Meridian\nTracking number: W{number:06}\nDate submitted to MCO: {filed}\n")


def with_csv(number: int, rows: int = 5) -> EmailMessage:
    """A sheet of eligible claims that no other mail has, saved as .csv."""
    filed = (today() - timedelta(days=40)).strftime("%m/%d/%Y")
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_HEADERS)
    for row in range(rows):
        writer.writerow(["Meridian", f"C{number:06}-{row}", filed, "Sample, Pat", f"{row + 12345:09}", "07/01/2026"])
    message = mail(number, "The sheet is attached.")
    message.add_attachment(file.getvalue().encode(), maintype="text", subtype="csv", filename="claims.csv")
    return message


def with_workbook(number: int) -> EmailMessage:
    """Our own claim sheet with 20 eligible claims that no other mail has."""
    main, _, sub = XLSX.partition("/")
    message = mail(number, "The sheet is attached.")
    message.add_attachment(workbook(number), maintype=main, subtype=sub, filename="claims.xlsx")
    return message


def workbook(number: int) -> bytes:
    """The same workbook with other tracking numbers: much faster than to make it anew."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_pattern())) as pattern, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in pattern.infolist():
            body = pattern.read(entry)
            copy.writestr(entry, body.replace(b">MD1", f">X{number:06}-".encode()))
    return file.getvalue()


@cache
def _pattern() -> bytes:
    day = today()
    return demo_letters.sheet_of(demo_letters.eligible_claims(20, day, 1), demo_letters.MERIDIAN, day)
