"""Letters whose words or header blocks met an accident."""

from tests.letters.accidents import HEAD, Accident, lines, mail, mixed

MUELLER = "M\u00fcller"
JAPANESE = "\u30c6\u30b9\u30c8"


def text(charset: str, body: bytes, read: str, *losses: str) -> Accident:
    return Accident(mail(f"Content-Type: text/plain; charset={charset}", body), read, losses=losses)


def subject(written: str | bytes, read: str) -> Accident:
    field = written if isinstance(written, bytes) else written.encode()
    return Accident(b"From: ann@clinic.example\r\nSubject: " + field + b"\r\n\r\nhello", "hello", subject=read)


def flowed(body: str, read: str, more: str = "") -> Accident:
    return Accident(mail(f"Content-Type: text/plain; format=flowed{more}", lines(body)), read)


CHARSETS = {
    "raw 8-bit": Accident(mail("", MUELLER.encode("cp1252")), MUELLER, losses=("Windows-1252",)),
    "iso-2022-jp": text("iso-2022-jp", JAPANESE.encode("iso2022_jp"), JAPANESE),
    "iso-2022-jp that is Shift-JIS": text("iso-2022-jp", JAPANESE.encode("cp932"), JAPANESE, "read as cp932"),
    "iso-2022-jp that is damaged": text("iso-2022-jp", b"a \x1b$B%F%9\x7f\x7f", "a \u30c6\u30b9\ufffd", "some letters"),
    "utf-7": text("utf-7", MUELLER.encode("utf-7"), MUELLER),
    "wrong charset": text("utf-8", MUELLER.encode("cp1252"), MUELLER, "Windows-1252"),
    "unknown charset": text("x-own", MUELLER.encode(), MUELLER, "not known"),
    "a charset with another name": text("x-sjis", JAPANESE.encode("cp932"), JAPANESE),
    "a charset that is none": text("zlib", b"hello", "hello"),
    "NUL": text("utf-8", b"he\0ll\0o\0", "hello"),
    "a page that names its charset": Accident(
        mail("Content-Type: text/html", '<meta charset="iso-8859-2"><p>\u0141\u00f3d\u017a'.encode("iso8859-2")),
        "\u0141\u00f3d\u017a",
    ),
    "quoted-printable that is damaged": Accident(
        mail("Content-Transfer-Encoding: quoted-printable", b"a =ZZ M=C3=BCller =  \r\nand so on"),
        "a =ZZ M\u00fcller and so on",
        losses=("quoted-printable is damaged",),
    ),
    "text/enriched": Accident(mail("Content-Type: text/enriched", "<bold>hello</bold> you"), "hello you"),
}
HEADER_BLOCKS = {
    "raw letters in the subject": subject(MUELLER, MUELLER),
    "raw 8-bit in the subject": subject(MUELLER.encode("cp1252"), MUELLER),
    "a letter cut between two words": subject("=?utf-8?q?M=C3?= =?utf-8?q?=BCller?=", MUELLER),
    "a line break in an encoded word": subject("=?utf-8?q?a=0d=0aBcc:_b?=", "a Bcc: b"),
    "NUL in the subject": Accident(
        b"From: ann@clinic.example\r\nSubject: a\0b\r\n\r\nhello", "hello", sender=None, subject="ab"
    ),
    "two From": Accident(lines(f"From: bo@clinic.example\n{HEAD}\nhello"), "hello", sender=None),
    "a tab before the colon": Accident(lines(HEAD.replace("From:", "From\t:") + "\nhello"), "hello", sender=None),
    "nothing at all": Accident(b"", sender=None, subject=""),
    "no body": Accident(lines(HEAD)),
    "an empty body": Accident(lines(HEAD + "\n")),
    "no header block": Accident(lines("\nhello"), "hello", sender=None, subject=""),
    "words where fields should be": Accident(
        lines("From: ann@clinic.example\nDear agency,\nMCO: Meridian\n"),
        "Dear agency,\nMCO: Meridian",
        sender=None,
        subject="",
    ),
    "a fold without its blank": Accident(
        lines(f"{HEAD}X-Long: a\nb c d\nContent-Type: text/html\n\n<p>hello"), "hello", sender=None
    ),
    "a mark before the fields": Accident(b"\xef\xbb\xbf\r\n" + lines(f"{HEAD}\nhello"), "hello", sender=None),
    "a line of a mailbox file": Accident(
        lines(f"From ann@clinic.example Mon Nov  2 09:00:00 2026\n{HEAD}\nhello"), "hello", sender=None
    ),
    "lines that end in CR": Accident((HEAD + "\nhello\nyou").replace("\n", "\r").encode(), "hello\nyou", sender=None),
}
FORMS = {
    "flowed": flowed("MCO: \nMeridian \nHealth\n\nAnn\n-- \nDoe", "MCO: Meridian Health\n\nAnn\n-- \nDoe"),
    "flowed, with a blank before what needs one": flowed(" From here \nto there", "From here to there"),
    "flowed without the blanks": flowed("Meri \ndian", "Meridian", "; delsp=yes"),
    "flowed quotes": flowed("> a \n> b\nc", "c"),
    "signed in the text (PGP)": Accident(
        mail(
            "",
            lines(
                "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n- -- you\n"
                "-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n"
            ),
        ),
        "hello\n-- you",
    ),
    "encrypted in the text (PGP)": Accident(
        mail("", "-----BEGIN PGP MESSAGE-----"), "-----BEGIN PGP MESSAGE-----", losses=("encrypted (PGP)",)
    ),
    "the text has a name": Accident(mixed('Content-Type: text/plain; name="body.txt"\n\nhello'), "hello"),
    "only a page": Accident(mail("Content-Type: text/html", "<p>hello<br>you"), "hello\nyou"),
    "a page beside an empty text": Accident(
        mixed("Content-Type: text/plain\n\n ", "Content-Type: text/html\n\n<p>hello", kind="multipart/alternative"),
        "hello",
    ),
}
