"""Files written into the text of a mail, and links to files that were shared instead of attached."""

import base64
import binascii

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailin.attached import CUT_OFF, take_out_files
from mailin.cloud_links import links_to_files
from mailin.letter import Letter, Part
from mailin.reading import read_letter

SHEET = b"PK\x03\x04 not really a workbook \xff\x00" * 20


def uuencoded(body: bytes, name: str = "claims.xlsx") -> bytes:
    lines = [binascii.b2a_uu(body[at : at + 45]) for at in range(0, len(body), 45)]
    return b"begin 644 " + name.encode() + b"\n" + b"".join(lines) + b"`\nend\n"


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_a_file_in_the_text_comes_out_of_it(ending: bytes) -> None:
    body = (b"Our claims:\n" + uuencoded(SHEET) + b"Thanks\n").replace(b"\n", ending)
    part = Part("claims.xlsx", "application/octet-stream", SHEET)
    assert take_out_files(body) == (b"Our claims:" + ending + b"Thanks" + ending, (part,), None)


def test_several_files_and_base64() -> None:
    other = b"begin-base64 644 b.csv\n" + base64.encodebytes(b"MCO,RIN\n" * 30) + b"====\n"
    rest, files, loss = take_out_files(uuencoded(SHEET) + other + b"end of letter")
    assert [(file.name, file.body) for file in files] == [("claims.xlsx", SHEET), ("b.csv", b"MCO,RIN\n" * 30)]
    assert (rest, loss) == (b"end of letter", None)


def test_what_is_left_of_a_damaged_one() -> None:
    rest, files, loss = take_out_files(uuencoded(SHEET)[:300])
    assert SHEET.startswith(files[0].body)
    assert len(files[0].body) > 100
    assert (rest, loss) == (b"", CUT_OFF)


@pytest.mark.parametrize(
    "words", [b"begin 100 days later\nWe wrote again.\n", b"begin 644 a\n\xff\xff\n", b"begin 644 a\n"]
)
def test_words_stay_words(words: bytes) -> None:
    assert take_out_files(words) == (words, (), None)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 700), st.binary(max_size=8))
def test_any_file_comes_back_and_no_damage_surprises(body: bytes, at: int, noise: bytes) -> None:
    raw = uuencoded(body)
    assert [file.body for file in take_out_files(raw)[1]] == ([body] if body else [])
    take_out_files(raw[:at] + noise + raw[at:])


SHARED = [
    "https://docs.google.com/spreadsheets/d/1AbC/edit?usp=sharing",
    "https://drive.google.com/file/d/1AbC/view",
    "https://drive.google.com/open?id=1AbC",
    "https://www.dropbox.com/scl/fi/abc/claims.xlsx?dl=0",
    "https://1drv.ms/x/s!AbC",
    "https://onedrive.live.com/edit.aspx?resid=1",
    "https://clinic-my.sharepoint.com/:x:/g/personal/ann/EaBc?e=1",
    "https://clinic.sharepoint.com/sites/billing/Shared%20Documents/claims.xlsx?web=1",
    "https://clinic.app.box.com/s/abc",
    "https://www.icloud.com/numbers/0AbC#claims",
    "https://we.tl/t-AbC",
    "https://clinic.sharefile.com/d-s123",
    "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2F1drv.ms%2Fx%2Fs!AbC&data=05",
    "https://urldefense.com/v3/__https://drive.google.com/file/d/1AbC/view__;!!x",
    "https://urldefense.proofpoint.com/v2/url?u=https-3A__drive.google.com_file_d_1AbC_view&d=x",
]
ELSEWHERE = [
    "https://www.clinic.example/claims.xlsx",
    "https://www.dropbox.com/",
    "https://drive.google.com",
    "https://clinic.sharepoint.com/sites/home",
    "We pay 50% and share https://www.box.com/about",
    "drive.google.com is blocked here",
    "https%3A%2F%2F",
]


@pytest.mark.parametrize("link", SHARED)
def test_links_to_shared_files(link: str) -> None:
    assert links_to_files(f"Our claims are here: <{link}>.")


@pytest.mark.parametrize("link", ELSEWHERE)
def test_links_that_lead_elsewhere(link: str) -> None:
    assert not links_to_files(f"See {link}.")


@pytest.mark.parametrize("link", SHARED)
def test_a_link_behind_a_name_in_html_stays_in_the_text(link: str) -> None:
    target = link.replace("&", "&amp;")
    page = f"<p>Hello</p><a class=x href='{target}'><img>claims.xlsx</a> <a href='https://clinic.example'>Ann</a>"
    found = read_letter(f"Content-Type: text/html\r\n\r\n{page}".encode(), "", frozenset())
    assert isinstance(found, Letter)
    assert links_to_files(found.text)
    assert "clinic.example'" not in found.text
    assert found.text.endswith("claims.xlsx Ann")
