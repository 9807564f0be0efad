"""What a child says that has read a letter arrives as it was said."""

from dataclasses import replace

import pytest

from mailin.letter import Letter, MachineSign, Part
from mailin.limits import Unreadable, UnreadableReason
from mailin.packing import pack_letter, unpack_letter

WRITTEN = Letter(
    "ann@clinic.example", "<1@a.example>", None, ("<2@a.example>",), "s\n", "t\u2028\n", (Part("a", "b/c", b"\n{}\0"),),
    MachineSign.REPORT, ("lost",), "digest",
)  # fmt: skip


@pytest.mark.parametrize(
    "letter",
    [
        WRITTEN,
        replace(WRITTEN, sender=None, message_id=None, references=(), attachments=(), machine=None),
        replace(WRITTEN, attachments=(Part("", "", b""), *WRITTEN.attachments, Part("x", "", b""))),
        Unreadable(UnreadableReason.TOO_MANY_PARTS, 5_000, 101, 100),
        Unreadable(UnreadableReason.BROKEN, 1, surprise="KeyError"),
    ],
)
def test_a_letter_arrives_as_it_was_read(letter: Letter | Unreadable) -> None:
    assert unpack_letter(pack_letter(letter)) == letter


@pytest.mark.parametrize(
    "packed", [b"", b"{}", b"[]\n", b"5", b'{"unreadable": 5}', pack_letter(WRITTEN)[:-1], pack_letter(WRITTEN) + b"x"]
)
def test_nonsense_is_no_letter(packed: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever of it
        unpack_letter(packed)
