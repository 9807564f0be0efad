"""Structured damage to letters: to fields, boundaries, encodings and parts, and not only to single bytes.

A change says what is done and where, as a share of the letter; so hypothesis can draw it, make it smaller and play it
again, and a long run can draw it with `random`.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.letters.all import LETTERS

SEEDS = tuple(accident.raw for accident in LETTERS.values())
LARGEST = 300_000
FRAGMENTS = (
    b"Content-Type: multipart/mixed; boundary=cut\r\n",
    b'Content-Type: multipart/alternative; boundary="cut"\r\n',
    b"Content-Type: multipart/digest; boundary=cut\r\n",
    b"Content-Type: message/rfc822\r\n",
    b"Content-Type: text/html\r\n",
    b"Content-Type: message/partial; number=1\r\n",
    b"Content-Type: message/external-body\r\n",
    b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n",
    b"Content-Type: multipart/appledouble; boundary=cut\r\n",
    b"Content-Type: text/plain; format=flowed; delsp=yes\r\n",
    b"Content-Type: text/calendar; method=REPLY\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%C3; filename*1=a.xlsx\r\n",
    b"charset=iso-2022-jp",
    b"charset=utf-7",
    b"charset=utf-16",
    b"charset=punycode",
    b"From: ann@clinic.example\r\n",
    b"From\t: bo@clinic.example\r\n",
    b"Subject: =?utf-8?q?=0d=0a?=\r\n",
    b"Auto-Submitted: auto-replied\r\n",
    b"In-Reply-To: <a@b>\r\n",
    b"References: <a@b> <c@d>\r\n",
    b"List-Id: x\r\n",
    b"\r\n",
    b"\n",
    b"\r",
    b"\r\n\r\n",
    b"--cut\r\n",
    b"--cut--\r\n",
    b"--in\r\n",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"=?utf-8?b?",
    b"?=",
    b"\x1b$B",
    b"+AGEAYQ-",
    b"=3D",
    b"= \r\n",
    b"begin 644 a.xlsx\r\n",
    b"end\r\n",
    b"=ybegin line=128 size=5 name=a\r\n",
    b"=yend size=5\r\n",
    b"-----BEGIN PGP SIGNED MESSAGE-----\r\n",
    b"-----BEGIN PGP SIGNATURE-----\r\n",
    b"<table><tr><td>",
    b"<!--",
    b"<blockquote>",
    b"> ",
    b"On Monday Bo wrote:\r\n",
    b"-----Original Message-----\r\n",
    b"x\x9f\x3e\x22",
    b"PK\x03\x04",
    b"0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
    b"$\x80\x04\x81",
    b"A" * 80 + b"\r\n",
    b"MCO: Meridian\r\nRIN: 001234567\r\n",
)


@dataclass(frozen=True, slots=True)
class Change:
    """`at` and `other` are places (0 to 1) in the letter or in what it is changed with; `fragment` counts in a list."""

    kind: int
    at: float
    other: float
    fragment: int


def _slice(raw: bytes, change: Change) -> tuple[int, int]:
    start, stop = sorted((int(change.at * len(raw)), int(change.other * len(raw))))
    return start, stop


def _insert(raw: bytes, change: Change) -> bytes:
    at = int(change.at * len(raw))
    return raw[:at] + FRAGMENTS[change.fragment % len(FRAGMENTS)] + raw[at:]


def _insert_line(raw: bytes, change: Change) -> bytes:
    at = raw.find(b"\n", int(change.at * len(raw))) + 1
    return raw[:at] + FRAGMENTS[change.fragment % len(FRAGMENTS)] + raw[at:]


def _delete(raw: bytes, change: Change) -> bytes:
    start, stop = _slice(raw, change)
    return raw[:start] + raw[min(stop, start + 200) :]


def _delete_line(raw: bytes, change: Change) -> bytes:
    start = raw.rfind(b"\n", 0, int(change.at * len(raw))) + 1
    return raw[:start] + raw[raw.find(b"\n", start) + 1 or len(raw) :]


def _repeat(raw: bytes, change: Change) -> bytes:
    start, stop = _slice(raw, change)
    return raw[:stop] + raw[start:stop] * (1 + change.fragment % 40) + raw[stop:]


def _truncate(raw: bytes, change: Change) -> bytes:
    return raw[: int(change.at * len(raw))]


def _flip(raw: bytes, change: Change) -> bytes:
    at = int(change.at * max(len(raw) - 1, 0))
    return raw[:at] + bytes([change.fragment % 256]) + raw[at + 1 :]


def _swap(raw: bytes, change: Change) -> bytes:
    start, stop = _slice(raw, change)
    return raw[:start] + raw[stop:] + raw[start:stop]


def _other_ends(raw: bytes, change: Change) -> bytes:
    return raw.replace(b"\r\n", (b"\n", b"\r", b"\n\n", b" \r\n", b"\r\r\n")[change.fragment % 5])


def _wrap(raw: bytes, change: Change) -> bytes:
    head = FRAGMENTS[change.fragment % 12]
    return b"From: ann@clinic.example\r\n" + head + b"\r\n--cut\r\n" + raw + b"\r\n--cut--\r\n"


def _join(raw: bytes, change: Change) -> bytes:
    other = SEEDS[change.fragment % len(SEEDS)]
    return raw[: int(change.at * len(raw))] + other[int(change.other * len(other)) :]


CHANGES: Sequence[Callable[[bytes, Change], bytes]] = (
    _insert,
    _insert_line,
    _delete,
    _delete_line,
    _repeat,
    _truncate,
    _flip,
    _swap,
    _other_ends,
    _wrap,
    _join,
)


def changed(seed: int, changes: Sequence[Change]) -> bytes:
    """One of the letters with these changes, one after the other."""
    raw = SEEDS[seed % len(SEEDS)]
    for change in changes:
        raw = CHANGES[change.kind % len(CHANGES)](raw, change)[:LARGEST]
    return raw


def drawn(source: random.Random) -> bytes:
    count = source.choice((1, 1, 2, 3, 5, 8, 13))
    changes = [
        Change(source.randrange(len(CHANGES)), source.random(), source.random(), source.randrange(10_000))
        for _ in range(count)
    ]
    return changed(source.randrange(len(SEEDS)), changes)


_places = st.floats(0, 1)
mutated_letters = st.builds(
    changed,
    st.integers(0, len(SEEDS) - 1),
    st.lists(st.builds(Change, st.integers(0, len(CHANGES) - 1), _places, _places, st.integers(0, 10_000)), max_size=8),
)
