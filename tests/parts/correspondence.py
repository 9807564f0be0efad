"""Somebody who writes to a running Recourse over SMTP, and sees what became of each mail. All data is made up."""

import base64
import email
import itertools
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from email import policy
from email.message import EmailMessage
from io import BytesIO
from typing import Any
from zipfile import ZipFile, is_zipfile

import aiosmtplib
import openpyxl

from bot.backstage import command as have_done
from bot.enclosures import XLSX
from bot.settings import load
from complaints.cells import CellValue
from tests.parts.office import today
from tests.parts.program import PORTAL, Installation, Server, serving
from tests.parts.waiting import until_async

MEMBER = "Quandt, Zebrina"
RIN = "990771305"
SERVICE_DAY = date(2011, 3, 17)
MEMBER_MARKS = ("Quandt", "Zebrina", RIN, "2011-03-17", "3/17/2011", "03/17/2011", "March 17", "40619")
"""What no answer, log line or list may hold: the name, the RIN, and the day of service in every form, Excel's too."""

Values = Mapping[str, CellValue]
"""What stands under which header of a form, in one row."""

HEADERS = ("MCO tracking number", "Date dispute submitted to MCO", "Member name", "RIN", "Date of service from")


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def row(number: CellValue, filed: CellValue = None, member: str = MEMBER) -> list[CellValue]:
    """A claim in the order of HEADERS, filed 40 days ago unless told otherwise."""
    return [number, ago(40) if filed is None else filed, member, RIN, SERVICE_DAY]


def workbook(*rows: Sequence[CellValue], mco: str = "Meridian", block: Mapping[str, str] | None = None) -> bytes:
    """An office's own workbook: one line for the complaint, the headers, the claims from row 4 on."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    labelled = {"MCO": mco} | dict(block or {})
    sheet.append([cell for name, value in labelled.items() for cell in (f"{name}:", value)])
    sheet.append([])
    for cells in (HEADERS, *rows):
        sheet.append(list(cells))
    return _saved(book)


def filled_in(form: bytes, first_row_of: str, rows: Sequence[Values]) -> bytes:
    """A form of ours, filled in as a clerk does in Excel: values under the headers, below the one named."""
    book = openpyxl.load_workbook(BytesIO(form))
    sheet = book.worksheets[0]
    header_row = next(
        number
        for number, (first,) in enumerate(sheet.iter_rows(max_col=1, values_only=True), 1)
        if _title(first) == first_row_of
    )
    columns = {_title(cell.value): number for number, cell in enumerate(sheet[header_row], 1)}
    for number, values in enumerate(rows, header_row + 1):
        for title, value in values.items():
            cell: Any = sheet.cell(number, columns[title])
            cell.value = value
    return _saved(book)


def _title(value: object) -> str:
    return str(value or "").replace("\n", " ").rstrip(" *")


def _saved(book: openpyxl.Workbook) -> bytes:
    body = BytesIO()
    book.save(body)
    return body.getvalue()


_numbers = itertools.count(1)


def mail(sender: str, text: str = "Please see the attached sheet.", **headers: str) -> EmailMessage:
    """A mail with a Message-ID of its own; headers as In_Reply_To="…"."""
    message = EmailMessage()
    message["From"] = f"Billing office <{sender}>"
    message["To"] = PORTAL
    message["Message-ID"] = f"<{next(_numbers)}@{sender.rpartition('@')[2]}>"
    for name, value in ({"Subject": "Unresolved disputes"} | headers).items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def with_sheet(message: EmailMessage, body: bytes, name: str = "claims.xlsx", kind: str = XLSX) -> EmailMessage:
    main, _, sub = kind.partition("/")
    message.add_attachment(body, maintype=main, subtype=sub, filename=name)
    return message


def text_of(answer: EmailMessage) -> str:
    """The plain text, its paragraphs on one line each as we wrote them."""
    part = answer.get_body(("plain",))
    assert part is not None
    content: str = part.get_content()
    return content


def _html_of(answer: EmailMessage) -> str:
    part = answer.get_body(("html",))
    assert part is not None
    content: str = part.get_content()
    return content


def files_of(answer: EmailMessage) -> dict[str, bytes]:
    return {str(part.get_filename()): part.get_content() for part in answer.iter_attachments()}


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one mail, as `recourse letters` tells it, and the answers as received."""

    letter: int
    outcome: str
    detail: str
    ticket: str | None
    answers: tuple[EmailMessage, ...]

    @property
    def answer(self) -> EmailMessage:
        """The one answer there is."""
        (one,) = self.answers
        return one

    @property
    def text(self) -> str:
        return text_of(self.answer)


@dataclass(slots=True)
class Correspondence:
    """With one server. Every test is an office of its own, so that all can share it."""

    place: Installation
    server: Server
    _seen: dict[str, EmailMessage] = field(default_factory=dict)
    _hfs_ids: Iterator[int] = field(default_factory=lambda: itertools.count(36112345001))

    async def ask(self, command: str, **args: Any) -> Any:
        """What the `recourse` command of this name has done, without the second that a new process takes."""
        return await have_done(load(environment=self.place.environment), command, **args)

    async def office(self, name: str, *, provider: str = "", hfs_id: str = "") -> str:
        """The address of a newly registered office."""
        address = f"billing@{name}.example"
        person = {"npi": None, "email": address, "person": "", "role": "provider"}
        hfs_id = hfs_id or f"{next(self._hfs_ids):012}"
        await self.ask("providers.add", name=provider or f"{name.capitalize()} Clinic", hfs_id=hfs_id, **person)
        return address

    async def send(self, letter: EmailMessage | bytes, sender: str | None = None) -> int:
        """Put a mail in over SMTP, with its From as envelope sender unless told otherwise; the id it is kept under."""
        if isinstance(letter, EmailMessage):
            sender = str(letter["From"].addresses[0].addr_spec) if sender is None else sender
            letter = letter.as_bytes(policy=letter.policy.clone(linesep="\r\n"))
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.server.port, start_tls=False) as client:
            _, said = await client.sendmail(sender or "", [PORTAL], letter)
        kept = re.search(r"kept as letter (\d+)", said)
        assert kept, said
        return int(kept[1])

    async def write(self, letter: EmailMessage | bytes, sender: str | None = None) -> Became:
        """Send a mail and wait for what becomes of it, its answer included."""
        return await self.became(await self.send(letter, sender))

    async def became(self, letter_id: int) -> Became:
        async def look() -> Any:
            seen = await self.ask("letters.show", id=letter_id)
            done = seen["outcome"] and all(answer["state"] == "sent" for answer in seen["answers"])
            return seen if done else None

        letter = await until_async(look, f"an outcome of letter {letter_id}")
        answers = await self._answers(letter_id) if letter["answers"] else ()
        assert len(answers) == len(letter["answers"])
        return Became(letter_id, letter["outcome"], letter["detail"], letter["ticket"], answers)

    async def _answers(self, letter_id: int) -> tuple[EmailMessage, ...]:
        """From the Maildir: those that answer this letter's Message-ID."""
        raw = (await self.ask("letters.show", id=letter_id, raw=True))["raw"]
        message_id = email.message_from_bytes(base64.b64decode(raw))["Message-ID"]
        return tuple(mail for mail in self.all_answers() if mail["In-Reply-To"] == message_id)

    def all_answers(self) -> Sequence[EmailMessage]:
        """Every answer that was ever sent; each file is read once, because a module has many."""
        for path in (self.place.folder / "answers" / "new").glob("*"):
            if path.name not in self._seen:
                self._seen[path.name] = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        return list(self._seen.values())

    async def ticket(self, number: str | None) -> Any:
        """As `recourse tickets show --json` tells it."""
        return await self.ask("tickets.show", number=number)

    async def closure_notices(self, number: str) -> dict[str, EmailMessage]:
        """What was sent when this ticket was closed, by address."""

        async def look() -> Any:
            notices = [one for one in (await self.ticket(number))["notices"] if "is closed" in one["subject"]]
            return notices if notices and all(one["state"] == "sent" for one in notices) else None

        await until_async(look, f"the closure notices of {number}")
        subject = f"Ticket {number} is closed"
        return {str(one["To"]): one for one in self.all_answers() if str(one["Subject"]).startswith(subject)}

    async def tracking_numbers(self, number: str | None) -> list[str]:
        return [claim["tracking_number"] for claim in (await self.ticket(number))["rows"]]

    async def assert_no_member_data(self) -> None:
        """In no answer, its attachments included, in no line of the log and in no list."""
        told = [self.server.log.read_text(), repr(await self.ask("letters.list")), repr(await self.ask("tickets.list"))]
        for answer in self.all_answers():
            told += [str(answer["Subject"]), text_of(answer), _html_of(answer)]
            told += [_readable(body) for name, body in files_of(answer).items() if not _is_their_own(name)]
        assert [(mark, text[:200]) for text in told for mark in MEMBER_MARKS if mark in text] == []


def _is_their_own(name: str) -> bool:
    """Whether it is a sheet with what the person sent: that goes back to nobody else."""
    return name.endswith(("-filled.xlsx", "-marked.xlsx", "-current.xlsx"))


def _readable(body: bytes) -> str:
    if not is_zipfile(BytesIO(body)):
        return body.decode(errors="replace")
    with ZipFile(BytesIO(body)) as parts:
        return "\n".join(parts.read(name).decode(errors="replace") for name in parts.namelist())


@asynccontextmanager
async def corresponding(place: Installation) -> AsyncIterator[Correspondence]:
    """With a server that runs as long as the context; at its end no member data may have got out anywhere."""
    async with serving(place) as server:
        correspondence = Correspondence(place, server)
        yield correspondence
        await correspondence.assert_no_member_data()
