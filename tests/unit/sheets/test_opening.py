"""Files come out of zips, winmail.dat and saved messages; hostile ones are refused within bounds."""

import struct
from dataclasses import replace
from io import BytesIO
from zipfile import ZIP_LZMA, ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.verdict import ReasonCode
from sheets.kinds import FileFault, FileKind, Refusal, kind_of
from sheets.limits import LIMITS
from sheets.opening import EnclosedFile, open_container
from tests.unit.sheets.files import xlsx, zipped
from tests.unit.sheets.wrappers import message_tree, ole_file, outlook_message, winmail

SHEET = xlsx([["RIN"], ["001234567"]])
LARGE = SHEET + bytes(9_000)
ZIP = zipped({"Übersicht März.xlsx": SHEET, "folder/notes.txt": b"hello"})
MESSAGE = outlook_message({"Übersicht März.xlsx": SHEET, "notes.txt": b"hello"})
WINMAIL = winmail({"Übersicht März.xlsx": SHEET, "notes.txt": b"hello"})


def opened(data: bytes) -> list[tuple[str, bytes]] | FileFault:
    found = open_container(kind_of(data), data, LIMITS)
    return found if isinstance(found, FileFault) else [(file.name, file.body) for file in found]


@pytest.mark.parametrize("data", [ZIP, MESSAGE, WINMAIL, WINMAIL + b"\r\n"])
def test_files_come_out_with_their_names(data: bytes) -> None:
    assert opened(data) == [("Übersicht März.xlsx", SHEET), ("notes.txt", b"hello")]


def test_media_types_of_attachments() -> None:
    assert open_container(FileKind.WINMAIL, winmail({"a": b"x"}), LIMITS) == (EnclosedFile("a", "a/b", b"x"),)


def test_what_systems_put_into_zips_is_no_file() -> None:
    others = ["__MACOSX/._claims.xlsx", ".DS_Store", "a/Thumbs.db", "a\\desktop.ini", "a/"]
    assert opened(zipped({"a/claims.xlsx": SHEET, **dict.fromkeys(others, b"x")})) == [("claims.xlsx", SHEET)]
    assert opened(zipped({"..\\..\\evil\x07.csv": b"x"})) == [("evil.csv", b"x")]
    assert opened(zipped({"a/claims.csv": b"1", "b/claims.csv": b"2"})) == [("claims.csv", b"1"), ("claims.csv", b"2")]
    assert opened(zipped({})) == []


def test_large_files_and_letters_attached_to_letters() -> None:
    tree = message_tree({"claims.xlsx": LARGE})
    assert opened(outlook_message({"letter": tree, "b.csv": b"x"})) == [("claims.xlsx", LARGE), ("b.csv", b"x")]
    found = opened(winmail({"b.csv": b"x"}, {"claims.xlsx": LARGE}))
    assert not isinstance(found, FileFault)
    assert found[0] == ("b.csv", b"x")
    assert opened(found[1][1]) == [("claims.xlsx", LARGE)]


def test_letters_in_letters_end_somewhere() -> None:
    tree = message_tree({"claims.xlsx": SHEET})
    for _ in range(6):
        tree = message_tree({"letter": tree})
    assert opened(ole_file(tree)) == FileFault(ReasonCode.UNREADABLE_FILE, FileKind.OUTLOOK, Refusal.NESTED_TOO_DEEP)


@pytest.mark.parametrize("cut", [5, 60, 300])
@pytest.mark.parametrize("data", [ZIP, MESSAGE, WINMAIL])
def test_the_beginning_of_a_container_is_told_as_such(data: bytes, cut: int) -> None:
    cut = max(cut, 513) if data is MESSAGE else cut
    assert opened(data[: len(data) - cut]) == FileFault(
        ReasonCode.UNREADABLE_FILE, FileKind.TRUNCATED if data is WINMAIL else kind_of(data[: len(data) - cut])
    )
    assert data is WINMAIL or kind_of(data[: len(data) - cut]) is FileKind.TRUNCATED


def zip_with(**changes: int) -> bytes:
    """A zip with two files whose directory says something else of the second one."""
    body = BytesIO()
    with ZipFile(body, "w", ZIP_STORED) as archive:
        archive.writestr("a.csv", b"x" * 100)
        archive.writestr("b.csv", b"x" * 100)
        for name, value in changes.items():
            setattr(archive.infolist()[1], name, value)
    return body.getvalue()


def fault(code: ReasonCode, refusal: Refusal | None = None) -> FileFault:
    return FileFault(code, FileKind.ZIP, refusal)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (zip_with(flag_bits=1), fault(ReasonCode.PASSWORD_PROTECTED)),
        (zip_with(file_size=300 << 20), fault(ReasonCode.FILE_TOO_LARGE, Refusal.UNPACKS_TOO_LARGE)),
        (zip_with(header_offset=20), fault(ReasonCode.UNREADABLE_FILE, Refusal.PARTS_OVERLAP)),
        (zip_with(compress_size=900), fault(ReasonCode.UNREADABLE_FILE, Refusal.PARTS_OVERLAP)),
        (zip_with(CRC=5), fault(ReasonCode.UNREADABLE_FILE)),
        (zipped({"a.csv": b"x"}, ZIP_LZMA), fault(ReasonCode.UNREADABLE_FILE)),
        (zipped({"a.csv": bytes(60 << 20)}), fault(ReasonCode.FILE_TOO_LARGE)),
        (zipped({f"{n}.csv": b"" for n in range(2_001)}), fault(ReasonCode.FILE_TOO_LARGE, Refusal.TOO_MANY_PARTS)),
    ],
)
def test_hostile_zips_are_refused(data: bytes, expected: FileFault) -> None:
    assert opened(data) == expected


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name() -> None:
    body = BytesIO()
    with ZipFile(body, "w") as archive:
        archive.writestr("a.csv", b"1")
        archive.writestr("a.csv", b"2")
    assert opened(body.getvalue()) == fault(ReasonCode.UNREADABLE_FILE, Refusal.PARTS_OF_ONE_NAME)


def test_a_message_whose_streams_share_their_bytes_is_refused() -> None:
    data = bytearray(outlook_message({f"{number}.xlsx": bytes(5_000) for number in range(3)}))
    large = struct.pack("<Q", 5_000)
    assert data.count(large) == 3
    assert opened(bytes(data.replace(large, struct.pack("<Q", 60_000)))) == FileFault(
        ReasonCode.UNREADABLE_FILE, FileKind.OUTLOOK, Refusal.LYING_SIZES
    )


def test_only_containers_are_opened() -> None:
    assert open_container(FileKind.PDF, b"%PDF", LIMITS) == FileFault(ReasonCode.UNREADABLE_FILE, FileKind.PDF)
    small = replace(LIMITS, file_size=100)
    assert open_container(FileKind.WINMAIL, WINMAIL, small) == FileFault(ReasonCode.FILE_TOO_LARGE, FileKind.WINMAIL)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_damage_surprises(data: st.DataObject) -> None:
    kind, whole = data.draw(st.sampled_from([(kind_of(whole), whole) for whole in (ZIP, MESSAGE, WINMAIL)]))
    raw = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    assert isinstance(kind_of(bytes(raw)), FileKind)
    found = open_container(kind, bytes(raw), LIMITS)
    assert isinstance(found, FileFault) or sum(len(file.body) for file in found) <= 20 * len(whole)
