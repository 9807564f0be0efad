"""Every nasty way in which a sheet comes inside a mail, built byte by byte."""

import binascii
import struct
from base64 import b64encode
from collections.abc import Iterable
from email.header import Header
from io import BytesIO
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OCTETS = "application/octet-stream"

_TOP = (
    b"From: Jo Quill <jo@lakeview.example>\r\nTo: portal@example.org\r\nSubject: Disputes\r\n"
    b"Date: Tue, 24 Nov 2026 09:00:00 -0600\r\nMessage-ID: <corpus@lakeview.example>\r\nMIME-Version: 1.0\r\n"
)


def base64_lines(body: bytes, width: int = 76) -> bytes:
    text = b64encode(body)
    return b"\r\n".join(text[at : at + width] for at in range(0, len(text), width)) + b"\r\n"


def part(body: bytes, *headers: str, encoded: bytes | None = None) -> bytes:
    """One part, in base64 unless `encoded` says what stands there."""
    lines = [line.encode("utf-8") for line in headers]
    if encoded is None:
        lines.append(b"Content-Transfer-Encoding: base64")
    return b"\r\n".join(lines) + b"\r\n\r\n" + (base64_lines(body) if encoded is None else encoded)


def attached(body: bytes, name: str, media_type: str = XLSX) -> bytes:
    return part(body, f"Content-Type: {media_type}", f'Content-Disposition: attachment; filename="{name}"')


WORDS = part(b"", "Content-Type: text/plain; charset=utf-8", encoded=b"Please see the attached sheet.\r\n")


def multipart(parts: Iterable[bytes], kind: str = "mixed", boundary: str = "=_corpus", *, closed: bool = True) -> bytes:
    """Header lines of a multipart and its body."""
    mark = boundary.encode()
    body = b"".join(b"--" + mark + b"\r\n" + each + b"\r\n" for each in parts)
    end = b"--" + mark + b"--\r\n" if closed else b""
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode() + body + end


def mail(*parts: bytes, boundary: str = "=_corpus", closed: bool = True) -> bytes:
    return _TOP + multipart((WORDS, *parts), boundary=boundary, closed=closed)


def whole(body: bytes, *headers: str) -> bytes:
    """A mail that is nothing but the attachment."""
    return _TOP + part(body, *headers)


def in_text(text: bytes) -> bytes:
    return _TOP + part(b"", "Content-Type: text/plain; charset=utf-8", encoded=text)


def uuencoded(body: bytes, name: str) -> bytes:
    lines = b"".join(binascii.b2a_uu(body[at : at + 45]) for at in range(0, len(body), 45))
    text = f"begin 644 {name}\n".encode() + lines + b"`\nend\n"
    return in_text(b"Please see the sheet below.\r\n\r\n" + text.replace(b"\n", b"\r\n"))


def inside_mail(inner: bytes, boundary: str = "=_outer") -> bytes:
    """A mail attached to a mail, as forwarding makes it."""
    return mail(b"Content-Type: message/rfc822\r\n\r\n" + inner, boundary=boundary)


def named_rfc2231(body: bytes, name: str) -> bytes:
    """The file name in pieces, percent-encoded."""
    pieces = [quote(name[at : at + 9]) for at in range(0, len(name), 9)]
    told = "".join(f";\r\n filename*{n}*={'utf-8' + chr(39) * 2 if n == 0 else ''}{p}" for n, p in enumerate(pieces))
    return part(body, f"Content-Type: {OCTETS}", f"Content-Disposition: attachment{told}")


def named_rfc2047(body: bytes, name: str) -> bytes:
    """The file name as an encoded word inside quotes, which no standard allows and many programs write."""
    return attached(body, Header(name, "utf-8").encode(), OCTETS)


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    body = BytesIO()
    with ZipFile(body, "w", ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return body.getvalue()


def winmail(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Outlook's TNEF, with a long name among the properties of each file."""
    out = struct.pack("<IH", 0x223E9F78, 1)
    out += _attribute(1, 0x00089006, struct.pack("<I", 0x00010000)) + _attribute(1, 0x00069007, struct.pack("<Q", 1252))
    for name, body in files:
        out += _attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 32, 32, 0))
        out += _attribute(2, 0x00018010, b"CLAIMS~1.XLS\0") + _attribute(2, 0x0006800F, body)
        long_name = name.encode("utf-16-le") + b"\0\0"
        padded = long_name + bytes(-len(long_name) % 4)
        out += _attribute(2, 0x00069005, struct.pack("<IHHII", 1, 0x001F, 0x3707, 1, len(long_name)) + padded)
    return out


def _attribute(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def outlook_streams(name: str, body: bytes) -> list[tuple[str, bytes]]:
    """The streams of an Outlook message (.msg) with one file."""
    folder = "/__attach_version1.0_#00000000"
    long_name = name.encode("utf-16-le")
    properties = bytes(8) + b"".join(
        (
            struct.pack("<HHIII", 0x0003, 0x3705, 6, 1, 0),
            struct.pack("<HHIII", 0x0102, 0x3701, 6, len(body), 0),
            struct.pack("<HHIII", 0x001F, 0x3707, 6, len(long_name) + 2, 0),
        )
    )
    return [
        ("/__properties_version1.0", bytes(8) + struct.pack("<IIII", 0, 1, 0, 1) + bytes(8)),
        ("/__substg1.0_0037001F", "Disputes".encode("utf-16-le")),
        ("/__nameid_version1.0/__substg1.0_00020102", b""),
        ("/__nameid_version1.0/__substg1.0_00030102", b""),
        ("/__nameid_version1.0/__substg1.0_00040102", b""),
        (f"{folder}/__properties_version1.0", properties),
        (f"{folder}/__substg1.0_37010102", body),
        (f"{folder}/__substg1.0_3707001F", long_name),
    ]
