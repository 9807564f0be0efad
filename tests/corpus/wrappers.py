"""One sheet in every wrapper: whatever is around it, its verdict is the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from quopri import encodestring

from complaints.verdict import ReasonCode
from sheets.kinds import FileKind
from tests.corpus import mails
from tests.corpus.arranging import arrange
from tests.corpus.expected import Expected
from tests.corpus.header_styles import HEADER_STYLES
from tests.corpus.invented import OTHER_MCO
from tests.corpus.mails import OCTETS, XLSX, attached, mail, part
from tests.corpus.programs import PROGRAMS
from tests.corpus.python_writers import by_openpyxl, write_by_python
from tests.corpus.value_styles import VALUE_STYLES
from tests.corpus.whole_books import values_from


@dataclass(frozen=True, slots=True)
class MailCase:
    """One mail with what must come out of it."""

    name: str
    about: str
    raw: bytes
    expected: Expected


@dataclass(frozen=True, slots=True)
class Contents:
    """What is wrapped: a sheet as .xlsx and as .csv, and another one about another plan."""

    xlsx: bytes
    csv: bytes
    other: bytes
    one: Expected
    two: Expected


def contents() -> Contents:
    headers, plain = {style.name: style for style in HEADER_STYLES}, VALUE_STYLES[0]
    book, complaint = arrange(headers["office"], plain)
    other_book, other = arrange(replace(headers["system"], plan="Meridian"), values_from(5))
    comma = next(program for program in PROGRAMS if program.key == "comma_utf-8_csv")
    return Contents(
        by_openpyxl(book),
        write_by_python(comma, book),
        by_openpyxl(other_book),
        Expected((complaint,)),
        Expected((complaint, replace(other, mco=OTHER_MCO))),
    )


def mail_cases(what: Contents, containers: Mapping[str, bytes]) -> Iterator[MailCase]:
    """`containers`: files that Python cannot write, by name ("msg")."""
    for name, about, raw in (
        *_names_and_types(what), *_encodings(what), *_structures(what), *_containers(what, containers)
    ):  # fmt: skip
        yield MailCase(name, about, raw, what.one)
    for name, about, raw in _several(what):
        yield MailCase(name, about, raw, what.two)
    for name, about, raw, kind in _hopeless(what):
        yield MailCase(name, about, raw, Expected(fault=ReasonCode.UNREADABLE_FILE, kind=kind))


Wrapped = Iterator[tuple[str, str, bytes]]


def _names_and_types(what: Contents) -> Wrapped:
    body = what.xlsx
    octets = f"Content-Type: {OCTETS}"
    yield "plain", "as it should be", mail(attached(body, "claims.xlsx"))
    yield "octets", "application/octet-stream", mail(attached(body, "claims.xlsx", OCTETS))
    yield "nameless", "application/octet-stream without a name", mail(part(body, octets))
    yield "no_type", "no Content-Type at all", mail(part(body, 'Content-Disposition: attachment; filename="a.xlsx"'))
    yield "rfc2231", "name by RFC 2231 in pieces", mail(mails.named_rfc2231(body, "Réclamations été 2026 Nuñez.xlsx"))
    yield "rfc2047", "name by RFC 2047 inside quotes", mail(mails.named_rfc2047(body, "Übersicht Müller.xlsx"))
    yield "raw_8_bit", "name in raw UTF-8", mail(attached(body, "Übersicht.xlsx"))
    yield "broken_name", "a name with a line break", mail(attached(body, "claims\r\n 2026.xlsx"))
    yield "name_in_type", "the name only in Content-Type", mail(part(body, f'{octets}; name="claims.xlsx"'))
    yield "called_pdf", "an .xlsx called .pdf", mail(attached(body, "claims.pdf", "application/pdf"))
    yield "called_xls", "an .xlsx called .xls", mail(attached(body, "claims.xls", "application/vnd.ms-excel"))
    yield "called_picture", "an .xlsx told to be a picture", mail(attached(body, "scan.png", "image/png"))
    yield "called_csv", "an .xlsx called .csv", mail(attached(body, "claims.csv", "text/csv"))
    yield "csv", "a .csv", mail(attached(what.csv, "claims.csv", "text/csv"))
    yield "csv_as_excel", "a .csv as Outlook sends it", mail(attached(what.csv, "a.csv", "application/vnd.ms-excel"))
    yield "csv_called_txt", "a .csv called .txt", mail(attached(what.csv, "claims.txt", "text/plain"))
    yield "csv_called_xls", "a .csv called .xls", mail(attached(what.csv, "claims.xls", "application/vnd.ms-excel"))
    inline = part(body, f'Content-Type: {XLSX}; name="claims.xlsx"', "Content-Disposition: inline")
    yield "inline", "inline", mail(inline)


def _encodings(what: Contents) -> Wrapped:
    head = (f"Content-Type: {XLSX}", 'Content-Disposition: attachment; filename="claims.xlsx"')
    coded = (*head, "Content-Transfer-Encoding: base64")
    text = mails.base64_lines(what.xlsx)
    one_line = text.replace(b"\r\n", b"")
    yield "one_line", "base64 in a single line", mail(part(b"", *coded, encoded=one_line + b"\r\n"))
    yield "short_lines", "base64 in lines of 40", mail(part(b"", *coded, encoded=mails.base64_lines(what.xlsx, 40)))
    yield "bare_lf", "base64 with bare line feeds", mail(part(b"", *coded, encoded=text.replace(b"\r\n", b"\n")))
    yield "unpadded", "base64 without its padding", mail(part(b"", *coded, encoded=text.rstrip(b"=\r\n") + b"\r\n"))
    spoiled = text[:76] + b" \t\r\n!\r\n" + text[78:]
    yield "spoiled", "base64 with blanks and a stray sign", mail(part(b"", *coded, encoded=spoiled))
    footed = text + b"\r\n_____\r\nThis mail was scanned for viruses.\r\n"
    yield "footed", "a scanner's footer behind the base64", mail(part(b"", *coded, encoded=footed))
    quoted = encodestring(what.csv).replace(b"\n", b"\r\n").replace(b"\r\r\n", b"\r\n")
    yield "quoted", "a .csv in quoted-printable", mail(
        part(b"", "Content-Type: text/csv", 'Content-Disposition: attachment; filename="claims.csv"',
             "Content-Transfer-Encoding: quoted-printable", encoded=quoted)
    )  # fmt: skip
    yield "uuencoded", "uuencoded in the text", mails.uuencoded(what.xlsx, "claims.xlsx")


def _structures(what: Contents) -> Wrapped:
    sheet = attached(what.xlsx, "claims.xlsx")
    yield (
        "whole",
        "the whole mail is the attachment",
        mails.whole(what.xlsx, f"Content-Type: {XLSX}", 'Content-Disposition: attachment; filename="claims.xlsx"'),
    )
    yield "unclosed", "no closing boundary", mail(sheet, closed=False)
    yield "odd_boundary", "a boundary with odd signs", mail(sheet, boundary="----=_Part '()+_,-./:=? x")
    yield "related", "inside multipart/related", mail(mails.multipart((mails.WORDS, sheet), "related", "=_in"))
    yield (
        "alternative",
        "as an alternative of the text",
        mail(mails.multipart((mails.WORDS, sheet), "alternative", "=_in")),
    )
    deep = sheet
    for level in range(8):
        deep = mails.multipart((deep,), boundary=f"=_{level}")
    yield "deep", "eight multiparts deep", mail(deep)
    inner = mail(sheet)
    yield "forwarded", "in a mail attached to a mail", mails.inside_mail(inner)
    yield (
        "forwarded_twice",
        "in a mail in a mail in a mail",
        mails.inside_mail(mails.inside_mail(inner, "=_middle"), "=_outermost"),
    )
    yield "eml_file", "in an .eml attached as a file", mail(attached(inner, "Fwd disputes.eml", OCTETS), boundary="=_o")
    coded = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + mails.base64_lines(inner)
    yield "forwarded_coded", "a mail attached in base64", mail(coded, boundary="=_outer")
    logo = attached(b"\x89PNG\r\n\x1a\n" + bytes(2000), "logo.png", "image/png")
    yield "with_logo", "with a signature's logo", mail(logo, sheet)
    yield "with_pdf", "with a PDF beside it", mail(attached(b"%PDF-1.7\n%%EOF", "remit.pdf", "application/pdf"), sheet)
    yield "twice", "the same file twice", mail(sheet, sheet)


def _containers(what: Contents, containers: Mapping[str, bytes]) -> Wrapped:
    def in_zip(*files: tuple[str, bytes]) -> bytes:
        return mail(attached(mails.zipped(files), "claims.zip", "application/zip"))

    claims = ("claims.xlsx", what.xlsx)
    yield "zip", "a .zip", in_zip(claims)
    yield "zip_with_junk", "a .zip by a Mac", in_zip(
        ("to send/", b""), ("to send/claims.xlsx", what.xlsx), ("__MACOSX/to send/._claims.xlsx", b"\0\5\x16\7"),
        ("to send/.DS_Store", b"\0\0\0\1Bud1"),
    )  # fmt: skip
    yield "zip_with_letter", "a .zip with a letter beside the sheet", in_zip(("read me.txt", b"See the sheet."), claims)
    yield "zip_in_zip", "a .zip in a .zip", in_zip(("inner.zip", mails.zipped((claims,))))
    yield "zip_csv", "a .csv in a .zip", in_zip(("claims.csv", what.csv))
    yield "zip_nameless", "a .zip without name or type", mail(part(mails.zipped((claims,)), f"Content-Type: {OCTETS}"))
    tnef = mails.winmail((claims,))
    yield "winmail", "winmail.dat", mail(attached(tnef, "winmail.dat", "application/ms-tnef"))
    yield "winmail_nameless", "winmail.dat without name or type", mail(part(tnef, f"Content-Type: {OCTETS}"))
    forwarded = ("Disputes.eml", mail(attached(what.xlsx, "claims.xlsx")))
    yield "eml_in_zip", "an .eml in a .zip", in_zip(forwarded)
    if "msg" in containers:
        message = containers["msg"]
        yield "msg", "an Outlook message", mail(attached(message, "Disputes.msg", "application/vnd.ms-outlook"))
        yield "msg_in_zip", "an Outlook message in a .zip", in_zip(("Disputes.msg", message))


def _several(what: Contents) -> Wrapped:
    first, second = attached(what.xlsx, "claims.xlsx"), attached(what.other, "claims.xlsx")
    yield "two_files", "two workbooks", mail(first, attached(what.other, "more.xlsx"))
    yield "two_of_one_name", "two workbooks of one name", mail(first, second)
    both = mails.zipped((("a.xlsx", what.xlsx), ("b.xlsx", what.other)))
    yield "two_in_zip", "two workbooks in one .zip", mail(attached(both, "claims.zip", "application/zip"))
    yield (
        "two_forwarded",
        "one workbook and one in an attached mail",
        mail(first, b"Content-Type: message/rfc822\r\n\r\n" + mail(second, boundary="=_in")),
    )


def _hopeless(what: Contents) -> Iterator[tuple[str, str, bytes, FileKind]]:
    head = (f"Content-Type: {XLSX}", 'Content-Disposition: attachment; filename="claims.xlsx"',
            "Content-Transfer-Encoding: base64")  # fmt: skip
    text = mails.base64_lines(what.xlsx)
    half = text[: len(text) // 2].rpartition(b"\r\n")[0] + b"\r\n"
    yield "half", "base64 that ends half way", mail(part(b"", *head, encoded=half)), FileKind.TRUNCATED
    link = "https://lakeview-my.sharepoint.com/:x:/g/personal/jo/EAbCdEfGhIjKlMnOp?e=AbCdEf"
    yield (
        "link",
        "a link to a file elsewhere",
        mails.in_text(f"Our claims are here:\r\n{link}\r\n".encode()),
        FileKind.CLOUD_LINK,
    )
    yield (
        "empty_zip",
        "a .zip with nothing in it",
        mail(attached(mails.zipped(()), "claims.zip", "application/zip")),
        FileKind.ZIP,
    )
