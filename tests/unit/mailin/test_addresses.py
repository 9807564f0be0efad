"""Who wrote it: exactly one plain address in exactly one From, or nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailin.addresses import envelope_address, one_address
from mailin.limits import Unreadable
from mailin.reading import read_letter


def sender(head: bytes) -> str | None:
    letter = read_letter(head + b"\r\n\r\nhello\r\n", "a@clinic.example", frozenset())
    assert not isinstance(letter, Unreadable)
    return letter.sender


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("dr@clinica.org", "dr@clinica.org"),
        ("  Dr@Clinica.ORG ", "dr@clinica.org"),
        ("<dr@clinica.org>", "dr@clinica.org"),
        ("Ann Doe <ann@clinic.example>", "ann@clinic.example"),
        ("Ann O'Neil-Doe M.D. <ann@clinic.example>", "ann@clinic.example"),
        ('"Doe, Ann" <ann@clinic.example>', "ann@clinic.example"),
        ("=?utf-8?q?J=C3=B6rg?= <j@clinic.example>", "j@clinic.example"),
        ("Jörg <j@clinic.example>", "j@clinic.example"),
        ("ann@clinic.example (Ann Doe)", "ann@clinic.example"),
        ("(Ann (nested) Doe) ann@clinic.example", "ann@clinic.example"),
        ('"dr@clinica.org" <x@evil.example>', "x@evil.example"),
        ('"dr@clinica.org <dr@clinica.org>" <x@evil.example>', "x@evil.example"),
        (r'"a \" <dr@clinica.org>" <x@evil.example>', "x@evil.example"),
        ("<x@evil.example> (dr@clinica.org)", "x@evil.example"),
        # tricks: nobody
        ("dr@clinica.org <x@evil.example>", None),
        ('"dr@clinica.org <x@evil.example>"', None),
        ("dr@clinica.org, x@evil.example", None),
        ("Doe, Ann <ann@clinic.example>", None),
        ("<dr@clinica.org> <x@evil.example>", None),
        ("<dr@clinica.org> x@evil.example", None),
        ("Friends: dr@clinica.org;", None),
        ("undisclosed-recipients:;", None),
        ("<@relay.example:dr@clinica.org>", None),
        ("dr@clinica.org@evil.example", None),
        ("<dr@clinica.org", None),
        ('"dr@clinica.org', None),
        ("dr (comment @clinica.org", None),
        ("dr(x)@clinica.org", None),
        ("dr @clinica.org", None),
        ("dr@clinica..org", None),
        (".dr@clinica.org", None),
        ("dr@-clinica.org", None),
        ("dr@[192.0.2.1]", None),
        ('"dr x"@clinica.org', None),
        ("dr@clinica.org\0", None),
        ("dr@clinic\u0430.org", None),  # a Cyrillic letter
        ("=?utf-8?q?dr=40clinica.org?=", None),
        ("a" * 65 + "@clinic.example", None),
        ("a@" + "b" * 60 + ".example" * 30, None),
        ("", None),
    ],
)
def test_the_address_in_a_from(value: str, address: str | None) -> None:
    assert one_address(value) == address
    assert sender(b"From: " + value.encode()) == address


@pytest.mark.parametrize(
    ("head", "address"),
    [
        (b"Subject: x\r\nfRoM:dr@clinica.org\r\nTo: b@c.example", "dr@clinica.org"),
        (b"From: Ann\r\n Doe\r\n\t<dr@clinica.org>", "dr@clinica.org"),
        (b"From: dr@clinica.org\nTo: b@c.example", "dr@clinica.org"),
        (b"From: dr@clinica.org\r\nFrom: x@evil.example", None),
        (b"From: dr@clinica.org\r\nFROM : x@evil.example", None),
        (b"From : dr@clinica.org", None),
        (b"From\t: dr@clinica.org", None),
        (b"Sender: dr@clinica.org\r\nReply-To: dr@clinica.org", None),
        (b"From: dr@clinica.org\r\nno header\r\nFrom: x@evil.example", None),
        (b"X: 1\rFrom: x@evil.example\r\nFrom: dr@clinica.org", None),
        (b"X: \0\r\nFrom: dr@clinica.org", None),
        (b" From: x@evil.example\r\nFrom: dr@clinica.org", None),
    ],
)
def test_the_from_of_a_header_block(head: bytes, address: str | None) -> None:
    assert sender(head) == address


@given(st.text(max_size=80) | st.text('ab@.<>()",:;\\ \t', max_size=40))
def test_any_text_is_an_address_or_nobody(value: str) -> None:
    found = one_address(value)
    assert found is None or (found.count("@") == 1 and found in value.lower())


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("<a@b.example>", ("a@b.example", "")),
        ("<a@b.example> SIZE=10 BODY=8BITMIME", ("a@b.example", "SIZE=10 BODY=8BITMIME")),
        ("<>", ("<>", "")),
        ("<> SIZE=10", ("<>", "SIZE=10")),
        ("<root@localhost>", ("root@localhost", "")),
        ('<"a b"@b.example>', ('"a b"@b.example', "")),
        ("<a@[192.0.2.1]>", ("a@[192.0.2.1]", "")),
        ("<a@b_c.example>", ("a@b_c.example", "")),
        ("<a@_b.example>", ("a@_b.example", "")),
        ("<j\u00f6rg@b\u00fccher.example>", ("j\u00f6rg@b\u00fccher.example", "")),
        ("<a@b.example", None),
        ("a@b.example", None),
        ("<a>", None),
        ("<a\0@b.example>", None),
        ("<a\n@b.example>", None),
        ("<a@b.example\r>", None),
        ('<"a\r\nb"@b.example>', None),
        ("<a b@b.example>", None),
        ("<@r.example:a@b.example>", None),
        ("<a@b.example>x", None),
        ("<a@b@c.example>", None),
        ("<\udcff@b.example>", None),
        ("<" + "a" * 250 + "@b.example>", None),
        ("<", None),
        ("", None),
    ],
)
def test_the_address_in_a_command(argument: str, expected: tuple[str, str] | None) -> None:
    assert envelope_address(argument) == expected
