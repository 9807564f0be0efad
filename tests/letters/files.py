"""The file that the letters carry, in every encoding."""

import base64
import binascii

SHEET = b"PK\x03\x04" + bytes(range(256)) * 3 + b"the end of no workbook at all"
NAME = "claims.xlsx"
BASE64 = base64.encodebytes(SHEET).decode()
OCTETS = "Content-Type: application/octet-stream"
IN_BASE64 = "Content-Transfer-Encoding: base64"
NAMED = f'{OCTETS}; name="{NAME}"\n{IN_BASE64}'


def uuencoded() -> str:
    rows = [binascii.b2a_uu(SHEET[at : at + 45]).decode() for at in range(0, len(SHEET), 45)]
    return f"begin 644 {NAME}\n{''.join(rows)}`\nend\n"


def yencoded(body: bytes = SHEET) -> bytes:
    critical = {0, 10, 13, 61}
    written = b"".join(
        bytes([61, (byte + 106) % 256]) if (byte + 42) % 256 in critical else bytes([(byte + 42) % 256])
        for byte in body
    )
    rows = b"\n".join(written[at : at + 128] for at in range(0, len(written), 128))
    return b"=ybegin line=128 size=%d name=%s\n%s\n=yend size=%d\n" % (len(body), NAME.encode(), rows, len(body))


def der(tag: int, *values: bytes) -> bytes:
    body = b"".join(values)
    size = len(body)
    length = bytes([size]) if size < 128 else b"\x84" + size.to_bytes(4, "big")
    return bytes([tag]) + length + body


def open_ended(tag: int, *values: bytes) -> bytes:
    """As programs write that do not know the size before: ended by two zeros."""
    return bytes([tag, 0x80]) + b"".join(values) + b"\0\0"


_SIGNED = der(6, bytes.fromhex("2a864886f70d010702"))
_ENVELOPED = der(6, bytes.fromhex("2a864886f70d010703"))
_DATA = der(6, bytes.fromhex("2a864886f70d010701"))
_DIGESTS = der(0x31, der(0x30, der(6, bytes.fromhex("608648016503040201"))))


def signed(part: bytes) -> bytes:
    """An opaque S/MIME mail (RFC 5652), without certificates and with a signature of zeros."""
    content = der(0x30, _DATA, der(0xA0, der(4, part)))
    return der(0x30, _SIGNED, der(0xA0, der(0x30, der(2, b"\1"), _DIGESTS, content, der(0x31))))


def signed_in_pieces(part: bytes) -> bytes:
    pieces = [der(4, part[at : at + 100]) for at in range(0, len(part), 100)]
    content = open_ended(0x30, _DATA, open_ended(0xA0, open_ended(0x24, *pieces)))
    return open_ended(0x30, _SIGNED, open_ended(0xA0, open_ended(0x30, der(2, b"\1"), _DIGESTS, content, der(0x31))))


def enveloped() -> bytes:
    return der(0x30, _ENVELOPED, der(0xA0, der(0x30, der(2, b"\0"), der(0x31), der(0x30, _DATA))))


def in_base64(body: bytes) -> str:
    return base64.encodebytes(body).decode()
