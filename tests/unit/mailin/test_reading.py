"""Mail as it comes in the wild becomes a letter; the standard library is the oracle for well-formed mail."""

import base64
import email
import hashlib
from email.message import EmailMessage, Message

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailin.letter import Letter, MachineSign
from mailin.limits import ReadingLimits, Unreadable, UnreadableReason
from mailin.mime import take_apart
from mailin.reading import read_head, read_letter

SHEET = b"PK\x03\x04 not really a workbook \xff\x00" * 20


def letter(raw: bytes | str) -> Letter:
    data = raw.replace("\n", "\r\n").encode() if isinstance(raw, str) else raw
    found = read_letter(data, "ann@clinic.example", frozenset())
    assert isinstance(found, Letter), found
    return found


def with_sheet(name: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Ann Doe <ann@clinic.example>"
    mail["Subject"] = "Beschwerde über Meridian"
    mail["Message-ID"] = "<1@clinic.example>"
    mail.set_content("The sheet is attached.\n")
    mail.add_alternative("<p>The sheet is attached.</p>", subtype="html")
    mail.add_attachment(SHEET, maintype="application", subtype="vnd.ms-excel", filename=name)
    return mail


@pytest.mark.parametrize("name", ["claims.xlsx", "Übersicht März.xlsx", "a;b\\c d.xlsx", "x" * 150 + ".xlsx"])
def test_a_sheet_with_text_in_two_forms(name: str) -> None:
    found = letter(with_sheet(name).as_bytes())
    assert found.sender == "ann@clinic.example"
    assert found.message_id == "<1@clinic.example>"
    assert found.subject == "Beschwerde über Meridian"
    assert found.text == "The sheet is attached."
    assert [(part.name, part.body) for part in found.attachments] == [(name, SHEET)]
    assert found.losses == ()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ('Content-Type: application/octet-stream; name="=?utf-8?B?w5xiZXIueGxzeA==?="', "Über.xlsx"),
        ("Content-Type: application/x; name*=utf-8''%C3%9Cber.xlsx", "Über.xlsx"),
        ("Content-Type: application/x\nContent-Disposition: attachment;\n filename*0*=iso-8859-1''%DC;\n"
         " filename*1=ber.xlsx", "Über.xlsx"),
        ('Content-Type: application/x\nContent-Disposition: inline; filename="Über.xlsx"', "Über.xlsx"),
        ('Content-Type: application/x; name="a =?utf-8?q?=00=0d=0aBcc:_x?=.xlsx"', "a Bcc: x.xlsx"),
        ("Content-Type: application/x; name*=a; name*1=b", ""),
        ("Content-Type: application/x; name*=nonsense''%DC", "Ü"),
        ("Content-Type: application/x", ""),
        ('Content-Type: text/plain\nContent-Disposition: attachment; filename="a.csv"', "a.csv"),
        ("Content-Type: text/csv", ""),
        ("Content-Type : application/x ; NAME = a.xlsx", "a.xlsx"),
    ],
)  # fmt: skip
def test_names_of_attachments(fields: str, name: str) -> None:
    encoded = base64.encodebytes(SHEET).decode()
    found = letter(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
        f"--b\n\nhello\n--b\n{fields}\nContent-Transfer-Encoding: base64\n\n{encoded}\n--b--\n"
    )
    assert [(part.name, part.body) for part in found.attachments] == [(name, SHEET)]
    assert found.text == "hello"


def test_the_whole_mail_is_the_attachment() -> None:
    encoded = base64.encodebytes(SHEET).decode()
    head = "From: a@b.example\nContent-Type: application/x; name=s.xlsx\nContent-Transfer-Encoding: base64\n\n"
    found = letter(head + encoded)
    assert [(part.name, part.body) for part in found.attachments] == [("s.xlsx", SHEET)]
    assert found.text == ""


def test_a_mail_attached_to_a_mail_is_looked_into() -> None:
    outer = EmailMessage()
    outer.set_content("Please see the mail below.")
    outer.add_attachment(with_sheet("claims.xlsx"))
    twice = EmailMessage()
    twice.add_attachment(outer)
    assert [part.name for part in letter(outer.as_bytes()).attachments if part.body == SHEET] == ["claims.xlsx"]
    found = letter(twice.as_bytes())
    assert [part.name for part in found.attachments if part.body == SHEET] == ["claims.xlsx"]
    assert found.text == "Please see the mail below."


def test_an_attached_mail_in_base64() -> None:
    inner = base64.encodebytes(with_sheet("claims.xlsx").as_bytes()).decode()
    found = letter(f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}")
    assert (found.text, [part.name for part in found.attachments]) == ("The sheet is attached.", ["claims.xlsx"])


def test_no_boundary_and_no_end() -> None:
    assert letter("Content-Type: multipart/mixed\n\nMCO: Meridian\n").text == "MCO: Meridian"
    assert letter("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nMCO: Meridian\n").text == "MCO: Meridian"


@pytest.mark.parametrize(
    ("charset", "body", "text", "loss"),
    [
        ("utf-8", "Müller".encode(), "Müller", False),
        ("us-ascii", "Müller".encode(), "Müller", False),
        ("iso-8859-1", "Müller €".encode("cp1252"), "Müller €", False),
        ("utf-16", "Müller".encode("utf-16"), "Müller", False),
        ("iso-2022-jp", "テスト".encode("shift_jis"), None, True),
        ("x-unknown", "Müller".encode(), "Müller", True),
        ("x-unknown", "Müller".encode("cp1252"), "Müller", True),
        ("utf-8", "Müller".encode("cp1252"), "Müller", True),
        ("unicode_escape", rb"M\u00fcller", r"M\u00fcller", False),
        ("zlib", b"plain", "plain", False),
        ("utf-8", b"a\0b\x08c\xef\xbb\xbf", "abc\ufeff", False),
    ],
)
def test_charsets_are_never_a_reason_to_stop(charset: str, body: bytes, text: str | None, loss: bool) -> None:
    found = letter(f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + body)
    assert text is None or found.text == text
    assert bool(found.losses) is loss


def test_damaged_base64_is_kept_as_far_as_it_goes() -> None:
    head = b"Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    found = letter(head + base64.b64encode(SHEET)[:101])
    assert found.attachments[0].body == SHEET[:75]
    assert found.losses


def test_threads_keep_only_well_formed_ids() -> None:
    found = letter(
        "Message-ID: <a@b.example>\nIn-Reply-To: Your mail <c@d.example> of today\n"
        "References: <1@x.example> nonsense <no at>\n <2@x.example>\n\nx"
    )
    assert (found.message_id, found.in_reply_to) == ("<a@b.example>", "<c@d.example>")
    assert found.references == ("<1@x.example>", "<2@x.example>")
    assert letter("Message-ID: 5\n\nx").message_id is None


def test_the_subject_is_one_clean_line() -> None:
    found = letter("Subject: =?utf-8?q?=0d=0aBcc:_x?= =?utf-8?b?w5w=?=\n =?iso-8859-1?q?=DC?= a\tb\n\nx")
    assert found.subject == "Bcc: xÜÜ a b"


def test_the_digest_is_of_what_follows_the_headers() -> None:
    one, other = (letter(f"Received: {way}\nFrom: a@b.example\n\nbody\n") for way in "12")
    assert one.body_digest == other.body_digest == hashlib.sha256(b"body\r\n").hexdigest()


def nested(depth: int) -> bytes:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return head + b"\r\ninnermost"


def attached(depth: int) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" * depth + b"\r\ninnermost"


def parts(count: int) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * count


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"x" * 2_000_001, UnreadableReason.TOO_LARGE),
        (b"A: " + b"x" * 33_000, UnreadableReason.HEADER_FIELD_TOO_LARGE),
        (b"A: x\r\n" + b" x\r\n" * 9_000, UnreadableReason.TOO_MANY_HEADER_LINES),
        (b"A: x\r\n" * 1_001, UnreadableReason.TOO_MANY_HEADER_LINES),
        (b"A: " + b"x" * 300_000, UnreadableReason.HEADER_BLOCK_TOO_LARGE),
        ((b"A: " + b"x" * 30_000 + b"\r\n") * 9, UnreadableReason.HEADER_BLOCK_TOO_LARGE),
        (b"\r\n" + b"--x\r\n" * 501, UnreadableReason.TOO_MANY_BOUNDARY_LINES),
        (nested(21), UnreadableReason.NESTED_TOO_DEEP),
        (attached(21), UnreadableReason.NESTED_TOO_DEEP),
        (nested(200), UnreadableReason.NESTED_TOO_DEEP),
        (parts(101), UnreadableReason.TOO_MANY_PARTS),
    ],
)
def test_beyond_a_limit_is_unreadable_and_says_which(raw: bytes, reason: UnreadableReason) -> None:
    found = read_letter(raw, "a@b.example", frozenset(), ReadingLimits(size=2_000_000))
    assert not isinstance(found, Letter)
    assert (found.reason, found.size) == (reason, len(raw))
    assert found.found is not None
    assert found.allowed is not None
    assert found.found > found.allowed


@pytest.mark.parametrize("raw", [nested(20), attached(20), parts(100), b"A: x\r\n" * 1_000, b"\r\n" + b"--x\r\n" * 500])
def test_at_a_limit_is_read(raw: bytes) -> None:
    assert isinstance(read_letter(raw, "a@b.example", frozenset()), Letter)


leaf_bodies = st.binary(max_size=60)
names = st.none() | st.text("abcü .;\"'", min_size=1, max_size=8)


@st.composite
def mails(draw: st.DrawFn, depth: int = 0) -> EmailMessage:
    """Well-formed mail of any shape."""
    mail = EmailMessage()
    mail["Subject"] = draw(st.text("abc äöü=?", max_size=30))
    kind = draw(st.sampled_from(["text", "file", "mixed", "attached"] if depth < 3 else ["text", "file"]))
    if kind == "text":
        text = draw(st.text("ab-\nü", max_size=60))
        mail.set_content(text, cte=draw(st.sampled_from(["base64", "quoted-printable", "8bit"])))
    elif kind == "file":
        mail.set_content(draw(leaf_bodies), "application", "octet-stream", filename=draw(names))
    elif kind == "attached":
        mail.set_content(draw(mails(depth=depth + 1)))
    else:
        mail.make_mixed()
        for part in draw(st.lists(mails(depth=depth + 1), min_size=1, max_size=3)):
            del part["Subject"], part["MIME-Version"]
            mail.attach(part)
    return mail


def oracle(mail: Message) -> list[object]:
    return [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]


@settings(max_examples=150, deadline=None)
@given(mails())
def test_well_formed_mail_comes_apart_as_in_the_standard_library(mail: EmailMessage) -> None:
    raw = mail.as_bytes()
    _, _, leaves = take_apart(raw, ReadingLimits())
    assert [leaf.decoded()[0] for leaf in leaves] == oracle(email.message_from_bytes(raw))


FRAGMENTS = [
    b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: multipart/alternative; boundary=\"b\"\r\n",
    b"Content-Type: message/rfc822\r\n", b"Content-Type: text/html; charset=", b"Content-Transfer-Encoding: ",
    b"base64\r\n", b"quoted-printable\r\n", b"x-uuencode\r\n", b"begin 644 a\r\n", b"utf-16\r\n", b"punycode\r\n",
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"--b\r\n", b"--b--\r\n", b"--b", b"From: a@b.example\r\n", b"From:",
    b"Content-Disposition: attachment; filename*0*=", b"filename*1=", b"utf-8''%C3%", b"=?utf-8?b?", b"?=", b"=?x?q?=",
    b"\0", b"\xff\xfe", b";", b"\"", b"<table><tr><td>", b"</td>", b"<!--", b"<a ", b"</blockquote>", b"> ",
    b"On x wrote:", b"References: <a@b>\r\n", b"Subject: ", b"M\"\"\"", b"=\r\n", b"=3",
]  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=6), max_size=40), st.booleans())
def test_no_mutation_of_a_letter_surprises_the_reader(bits: list[bytes], after_a_start: bool) -> None:
    start = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" if after_a_start else b""
    raw = start + b"".join(bits)
    found = read_letter(raw, "a@b.example", frozenset())
    assert isinstance(found, Letter), found
    told = "".join([found.subject, found.text, *(part.name for part in found.attachments), *found.losses])
    assert "\0" not in told
    told.encode()  # no lone surrogates
    assert sum(len(part.body) for part in found.attachments) <= 20 * len(raw)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_damage_to_an_honest_mail_surprises_the_reader(data: st.DataObject) -> None:
    raw = bytearray(with_sheet("Übersicht.xlsx").as_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=10))
    assert isinstance(read_letter(bytes(raw), "a@b.example", frozenset()), Letter)


def test_the_head_of_a_mail_is_read_without_a_look_at_the_rest() -> None:
    """It is read in the server itself, of mails that have killed their readers."""
    endless = b"".join(b"--%d\r\n\r\n" % number for number in range(2_000))
    raw = b"From: a@b.example\r\nMessage-ID: <1@b.example>\r\n\r\n" + endless
    assert isinstance(read_letter(raw, "a@b.example", frozenset()), Unreadable)
    head = read_head(raw, "a@b.example", frozenset())
    assert isinstance(head, Letter)
    assert (head.sender, head.message_id, head.machine) == ("a@b.example", "<1@b.example>", None)
    calendar = read_head(
        b"From: a@b.example\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n", "a@b.example", frozenset()
    )
    assert isinstance(calendar, Letter)
    assert calendar.machine is MachineSign.CALENDAR_REPLY


def test_mails_encoded_in_one_another_are_opened_within_a_bound() -> None:
    """Each costs its own size again; nested as deep as is allowed, a large mail would take seconds."""
    inner = b"From: a@b.example\r\n\r\n" + b"words\r\n" * 1_000
    for _ in range(5):
        head = (
            b"From: a@b.example\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        )
        inner = head + inner.replace(b"=", b"=3D")
    assert isinstance(read_letter(inner, "a@b.example", frozenset()), Letter)
    tight = read_letter(inner, "a@b.example", frozenset(), ReadingLimits(opened=20_000))
    assert isinstance(tight, Unreadable)
    assert tight.reason is UnreadableReason.NESTED_TOO_DEEP
