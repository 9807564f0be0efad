"""The sheets that answers carry: the blank claim sheet, the registration sheet, and one filled with what was read."""

import asyncio
from dataclasses import dataclass, field
from datetime import date

from complaints.mcos import Close, Known, Roster
from complaints.model import Complaint, Source
from sheets.marks import suffix_of
from sheets.writing import cells_to_fill, claim_sheet, registration_sheet
from tickets.ports import Attachment
from tickets.submission import Enclosures, FilledSheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSM = "application/vnd.ms-excel.sheet.macroEnabled.12"


def workbook(stem: str, body: bytes) -> Attachment:
    """Somebody's workbook, named as what it is: with a wrong ending a spreadsheet program does not open it."""
    suffix = suffix_of(body)
    return Attachment(f"{stem}{suffix}", XLSM if suffix == ".xlsm" else XLSX, body)


@dataclass(slots=True)
class Cabinet:
    """Makes them off the loop; the blank ones once a day, because their list of MCOs is that day's."""

    roster: Roster
    _blank: dict[date, Enclosures] = field(default_factory=dict)

    async def enclosures(self, today: date, complaint: Complaint | None = None) -> Enclosures:
        """What an answer of today may carry. A complaint told in words gets its own filled sheet."""
        if today not in self._blank:
            blank = await asyncio.to_thread(self._make_blank, today)
            self._blank = {today: blank}
        enclosures = self._blank[today]
        if complaint is None or complaint.source is Source.SHEET or len(complaint.claims) < 2:
            return enclosures
        filled = await asyncio.to_thread(self._make_filled, today, complaint)
        return Enclosures(enclosures.claim_sheet, enclosures.registration_sheet, filled)

    async def filled(self, today: date, complaint: Complaint) -> Attachment:
        """The claim sheet filled with this complaint, for a chat."""
        return (await asyncio.to_thread(self._make_filled, today, complaint)).attachment

    def _make_blank(self, today: date) -> Enclosures:
        return Enclosures(
            Attachment("claim-sheet.xlsx", XLSX, claim_sheet(self.roster.names_on(today))),
            Attachment("registration-sheet.xlsx", XLSX, registration_sheet()),
        )

    def _make_filled(self, today: date, complaint: Complaint) -> FilledSheet:
        meant = self.roster.find(complaint.mco.value or "", None)
        mco = meant.mco.name if isinstance(meant, Known | Close) else None
        body = claim_sheet(self.roster.names_on(today), mco=mco, filled=complaint)
        return FilledSheet(Attachment("claim-sheet-filled.xlsx", XLSX, body), cells_to_fill(complaint, mco))
