"""Letters of the largest size that are made to cost as much as they can.

`python -m tests.fuzz.hostile` reads each at its full size and says which took the most CPU.
"""

import base64
import sys
import time
from collections.abc import Iterator

from mailin.letter import Letter
from mailin.reading import read_letter

LARGEST = 25 * 1024 * 1024 - 10_000
_HEAD = b"From: a@b.example\r\n"
_SHELL = bytes.fromhex("308006092a864886f70d010702a08030800201013000308006092a864886f70d010701a0802480")
_WORDS = {
    b"base64": (
        b"=", b"AA==", b"a b\n", b"A\n", b"A ", b"a" + b" " * 1000 + b"!", b"abc. def ", b"abcdefghijklmnop qrstuvw\n",
        b"A" * 22 + b"==\n", b"A" * 28 + b"!\n",
    ),
    b"quoted-printable": (b"=", b"=  \n", b"=" + b" " * 1000 + b"x", b"=3D", b"=\r\n"),
    b"x-uuencode": (b"begin 644 a\n", b"begin 644 a\nM\n"),
    b"8bit": (
        b"begin 644 a\n", b"begin 644 a\nM" + b"A" * 60 + b"\n", b"=ybegin size=5 name=a\nabc\n",
        b"=ybegin size=5 size=5 size=5\n", b"-----BEGIN PGP SIGNED MESSAGE-----\nA: b\n"[5:], b"> ", b"On a\n", b"\n",
        b"From: a\n", b"\0", b"a\r",
    ),
}  # fmt: skip
_PAGES = (b"<a ", b"<table><tr><td>x", b"<blockquote>x\n", b"&amp;", b"<a href='x'>", b"<br>", b"<meta ", b"<!--x-->")
_CHARSETS = {b"iso-2022-jp": b"\x1b$B%F\x1b(B", b"utf-7": b"+AGE-", b"hz": b"~{VP~}", b"gb2312": b"\xff\0a"}
_STARTS = (b"begin 644 a\n", b"=ybegin size=5 name=a\n", b"-----BEGIN PGP SIGNED MESSAGE-----\n")
_GO_ON = (b"!A\n", b"`\n", b"=a", b"abcdefgh=a", b"Hash: x\n", b"=@=J=M=}")


def hostile(size: int) -> Iterator[tuple[str, bytes]]:
    """Each with what it is made of."""

    def filled(head: bytes, unit: bytes) -> bytes:
        return head + unit * ((size - len(head)) // len(unit))

    for encoding, units in _WORDS.items():
        for kind in (b"text/plain; format=flowed", b"application/x"):
            head = _HEAD + b"Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n" % (kind, encoding)
            for unit in units:
                yield f"{encoding.decode()} {unit[:20]!r} in {kind.decode()}", filled(head, unit)
    for unit in _PAGES:
        yield f"a page of {unit!r}", filled(_HEAD + b"Content-Type: text/html\r\n\r\n", unit)
        part = b"--b\r\nContent-Type: text/html\r\n\r\n" + unit * (size // 100 // len(unit) - 20) + b"\r\n"
        yield f"pages of {unit!r}", _HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 99
    for charset, unit in _CHARSETS.items():
        yield f"{charset.decode()}", filled(_HEAD + b"Content-Type: text/plain; charset=%s\r\n\r\n" % charset, unit)
    for start in _STARTS:
        for unit in _GO_ON:
            yield f"{start[:10]!r} and {unit!r}", filled(_HEAD + b"\r\n" + start, unit)
    for unit in (b"\x04\0", b"\x04\1a", b"\x24\x80"):
        yield f"S/MIME of {unit!r}", filled(_HEAD + b"Content-Type: application/pkcs7-mime\r\n\r\n" + _SHELL, unit)
    yield "fields with words between", filled(_HEAD, b"words\nX-A: b\n")
    yield "mails in base64 in each other", _nested(size)


def _nested(size: int) -> bytes:
    raw = b"\r\n" + b"x" * (size // 4)
    while 4 * len(raw) // 3 < size - 10_000:
        raw = (
            _HEAD + b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(raw)
        )
    return raw


def main() -> None:
    costs: list[tuple[float, str]] = []
    for name, raw in hostile(LARGEST):
        began = time.thread_time()
        found = read_letter(raw, "a@b.example", frozenset())
        costs.append((time.thread_time() - began, f"{name}: {'read' if isinstance(found, Letter) else found.reason}"))
    for cost, name in sorted(costs, reverse=True)[:10]:
        sys.stdout.write(f"{cost:.2f} s {name}\n")
    sys.stdout.write(f"{len(costs)} letters of {LARGEST} bytes\n")


if __name__ == "__main__":
    main()
