"""Whatever a sheet is wrapped in, it comes out as it was: by mail programs, by Outlook, by hand, in each other."""

import base64
import binascii
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest
import pytest_asyncio

from bot.letter_reader import FileReader
from bot.unpacking import Unpacked, UnpackingLimits, unpack
from complaints.verdict import ReasonCode
from mailin.letter import Letter, Part
from mailin.reading import read_letter
from sheets.kinds import FileFault, FileKind, Refusal
from sheets.limits import LIMITS, MB
from tests.unit.sheets.files import xlsx, zipped
from tests.unit.sheets.wrappers import message_tree, outlook_message, winmail

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHEET = xlsx([["MCO", "RIN"], ["Meridian", "001234567"]])
NAME = "Übersicht März.xlsx"
HEAD = "From: ann@clinic.example\nTo: complaints@agency.example\nSubject: claims\nMIME-Version: 1.0\n"
BASE64 = base64.encodebytes(SHEET).decode()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader() -> AsyncIterator[FileReader]:
    async with FileReader(workers=2) as reader:
        yield reader


def mail(**files: bytes) -> EmailMessage:
    """Letters are files too: a body that begins as one is attached as message/rfc822."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "ann@clinic.example", "complaints@agency.example", "claims"
    made.set_content("Our claims are attached.\n")
    for name, body in files.items():
        made.add_attachment(body, "application", "octet-stream", filename=f"{name}.dat")
    return made


def attached(inner: EmailMessage) -> EmailMessage:
    outer = mail()
    outer.add_attachment(inner)
    return outer


def parts_with(fields: str, body: str = BASE64, encoding: str = "base64") -> bytes:
    head = f"{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhello\n"
    text = f"{head}--b\n{fields}\nContent-Transfer-Encoding: {encoding}\n\n{body}\n--b--\n"
    return text.replace("\n", "\r\n").encode()


def uuencoded() -> str:
    lines = [binascii.b2a_uu(SHEET[at : at + 45]).decode() for at in range(0, len(SHEET), 45)]
    return f"begin 644 claims.xlsx\n{''.join(lines)}`\nend\n"


def in_base64(inner: bytes) -> bytes:
    fields = 'Content-Type: message/rfc822\nContent-Disposition: attachment; filename="claims.eml"'
    return parts_with(fields, base64.encodebytes(inner).decode())


def as_file(name: str, media_type: str, body: bytes) -> bytes:
    return parts_with(f'Content-Type: {media_type}; name="{name}"', base64.encodebytes(body).decode())


OCTETS = "Content-Type: application/octet-stream"
WRAPPED = {
    "name continued (RFC 2231)": parts_with(
        f"{OCTETS}\nContent-Disposition: attachment;\n filename*0*=utf-8''%C3%9Cbersicht;\n"
        " filename*1*=%20M%C3%A4rz;\n filename*2=.xlsx"
    ),
    "encoded words in the name (RFC 2047)": parts_with(
        f'{OCTETS};\n name="=?utf-8?B?w5xiZXJzaWNodA==?=\n =?utf-8?Q?_M=C3=A4rz.xlsx?="'
    ),
    "raw letters in the name": parts_with(f'{OCTETS}; name="{NAME}"'),
    "line break in the name": parts_with(f'{OCTETS};\n name="claims\n of March.xlsx"'),
    "no name": parts_with(OCTETS),
    "wrong name and type": parts_with('Content-Type: image/png; name="scan.png"'),
    "text by type": parts_with('Content-Type: text/plain; name="claims.xlsx"'),
    "quoted-printable": parts_with(OCTETS, binascii.b2a_qp(SHEET, istext=False).decode(), "quoted-printable"),
    "uuencode": parts_with(OCTETS, uuencoded(), "x-uuencode"),
    "uuencode in the text": f"{HEAD}\nOur claims:\n{uuencoded()}\nAnn\n".replace("\n", "\r\n").encode(),
    "no end of the parts": parts_with(OCTETS).replace(b"--b--", b""),
    "whole mail is the sheet": f"{HEAD}{OCTETS}\nContent-Transfer-Encoding: base64\n\n{BASE64}".encode(),
    "rfc822": attached(mail(claims=SHEET)).as_bytes(),
    "rfc822 in rfc822": attached(attached(mail(claims=SHEET))).as_bytes(),
    "rfc822 in base64": in_base64(mail(claims=SHEET).as_bytes()),
    "rfc822 without its type": as_file("claims.eml", "application/octet-stream", mail(claims=SHEET).as_bytes()),
    "winmail.dat": as_file("winmail.dat", "application/ms-tnef", winmail({NAME: SHEET})),
    "winmail.dat in winmail.dat": as_file("ATT001.dat", "application/octet-stream", winmail({}, {NAME: SHEET})),
    "saved message": as_file("claims.msg", "application/vnd.ms-outlook", outlook_message({NAME: SHEET})),
    "message in a saved message": as_file("c.msg", "a/b", outlook_message({"x": message_tree({NAME: SHEET})})),
    "zip": as_file("claims.zip", "application/zip", zipped({f"claims/{NAME}": SHEET, "__MACOSX/._x": b"x"})),
    "zip in zip": as_file("claims.zip", "application/zip", zipped({"a.zip": zipped({NAME: SHEET})})),
    "mail in a zip in a saved message": as_file(
        "c.msg", "a/b", outlook_message({"a.zip": zipped({"a.eml": mail(claims=SHEET).as_bytes()})})
    ),
    "twice under one name": mail(claims=SHEET, again=SHEET).as_bytes(),
    "beside an empty winmail.dat": mail(claims=SHEET, winmail=winmail({})).as_bytes(),
}


def letter(raw: bytes) -> Letter:
    found = read_letter(raw, "ann@clinic.example", frozenset())
    assert isinstance(found, Letter), found
    return found


@pytest.mark.parametrize("raw", WRAPPED.values(), ids=WRAPPED)
async def test_a_sheet_in_every_wrapper(raw: bytes, reader: FileReader) -> None:
    unpacked = await unpack(letter(raw).attachments, reader)
    assert [part.body for part in unpacked.files] == [SHEET]
    assert unpacked.refused == ()


async def test_damaged_base64_gives_the_beginning_of_the_sheet(reader: FileReader) -> None:
    raw = parts_with(f'{OCTETS}; name="claims.xlsx"', BASE64[: len(BASE64) // 2])
    (part,) = (await unpack(letter(raw).attachments, reader)).files
    assert await reader.read(part.body, part.name) == FileFault(ReasonCode.UNREADABLE_FILE, FileKind.TRUNCATED)


def part(body: bytes, name: str = "", media_type: str = "") -> Part:
    return Part(name, media_type, body)


async def test_all_files_come_out_in_their_order(reader: FileReader) -> None:
    pdf, csv = part(b"%PDF-1.7"), part(b"a,b\n", "a.csv", "text/csv")
    archive = part(zipped({"1.csv": b"1", "2.zip": zipped({"2.csv": b"2"}), "3.csv": b"3", "4.csv": b"1"}))
    unpacked = await unpack([pdf, archive, csv], reader)
    assert unpacked.files == (pdf, part(b"1", "1.csv"), part(b"2", "2.csv"), part(b"3", "3.csv"), csv)


async def test_a_container_without_a_file_stays_what_it_is(reader: FileReader) -> None:
    kept = [part(mail().as_bytes(), "a.eml"), part(zipped({})), part(outlook_message({}), "a.msg")]
    assert await unpack([*kept, part(winmail({}))], reader) == Unpacked(tuple(kept))


def nested(depth: int) -> bytes:
    body = SHEET
    for _ in range(depth):
        body = zipped({"a.zip": body})
    return body


def refused(kind: FileKind, refusal: Refusal | None, code: ReasonCode = ReasonCode.FILE_TOO_LARGE) -> Unpacked:
    return Unpacked(refused=(FileFault(code, kind, refusal),))


async def test_containers_in_containers_end_somewhere(reader: FileReader) -> None:
    assert await unpack([part(nested(4))], reader) == Unpacked((part(SHEET, "a.zip"),))
    assert await unpack([part(nested(5))], reader) == refused(FileKind.ZIP, Refusal.NESTED_TOO_DEEP)


async def test_files_and_bytes_are_counted_over_the_whole_letter(reader: FileReader) -> None:
    many = [
        part(zipped({f"{letter}{number}.csv": f"{letter}{number}".encode() for number in range(9)})) for letter in "ab"
    ]
    few = await unpack(many, reader, UnpackingLimits(files=12))
    assert (len(few.files), few.refused) == (12, refused(FileKind.CSV, Refusal.TOO_MANY_PARTS).refused)
    small = await unpack(many, reader, UnpackingLimits(size=20))
    assert (len(small.files), small.refused) == (10, refused(FileKind.CSV, Refusal.UNPACKS_TOO_LARGE).refused)
    zips = zipped({f"{number}.zip": zipped({f"{number}": b""}) for number in range(9)})
    assert (await unpack([part(zips)], reader, UnpackingLimits(files=5))).refused != ()


async def test_why_a_container_gave_nothing(reader: FileReader) -> None:
    bomb = zipped({"a.csv": bytes(LIMITS.file_size * 2 + MB)})
    assert await unpack([part(bomb)], reader) == refused(FileKind.ZIP, None)
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(30))
    letters = part(b"From: a\r\nTo: b\r\nSubject: c\r\n" + deep + b"\r\nx")
    assert await unpack([letters], reader) == refused(FileKind.MAIL, Refusal.NESTED_TOO_DEEP)
    cut = part(winmail({"a.csv": b"a,b\n" * 99})[:-200], "winmail.dat")
    assert await unpack([cut, part(SHEET)], reader) == Unpacked(
        (part(SHEET),), refused(FileKind.TRUNCATED, None, ReasonCode.UNREADABLE_FILE).refused
    )
