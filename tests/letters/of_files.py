"""Letters with a file in an unusual place or a damaged wrapping."""

from email.message import EmailMessage

from tests.letters.accidents import Accident, lines, mail, mixed
from tests.letters.files import (
    BASE64,
    IN_BASE64,
    NAME,
    NAMED,
    OCTETS,
    SHEET,
    enveloped,
    in_base64,
    signed,
    signed_in_pieces,
    uuencoded,
    yencoded,
)
from tests.unit.sheets.wrappers import winmail

HELLO = "Content-Type: text/plain\n\nhello"
SHEETS = ((NAME, SHEET),)
UMLAUT = "\u00dcbersicht M\u00e4rz.xlsx"


def with_file(fields: str, body: str = BASE64, **more: str) -> bytes:
    return mixed(HELLO, f"{fields}\n\n{body}", **more)  # type: ignore[arg-type]


def named(fields: str, name: str) -> Accident:
    return Accident(with_file(f"{fields}\n{IN_BASE64}"), "hello", ((name, SHEET),))


def attached(inner: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        inner = mixed(HELLO, b"Content-Type: message/rfc822\n\n" + inner.replace(b"cut", b"cut.in"))
    return inner


def _with_sheet() -> bytes:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "bo@clinic.example", "inner"
    inner.set_content("inner\n")
    inner.add_attachment(SHEET, "application", "octet-stream", filename=NAME)
    return inner.as_bytes()


INNER = _with_sheet()
_ROWS = BASE64.split("\n")
_FOOTER = "--\nThis mail was scanned by a program of the clinic\n"
_PARTS = f"--cut\nContent-Type: text/plain\n\nhello\n--cut\n{NAMED}\n\n{BASE64}\n--cut--\n"
_SIGNED_PART = lines(f"Content-Type: multipart/mixed; boundary=cut\n\n{_PARTS}")
_CUT = ("cut off or damaged",)
_GUESSED = ("not marked as it says",)

NAMES = {
    "name in pieces (RFC 2231)": named(
        f"{OCTETS}\nContent-Disposition: attachment;\n filename*0*=utf-8''%C3%9Cbersicht;\n"
        " filename*1*=%20M%C3%A4rz;\n filename*2=.xlsx",
        UMLAUT,
    ),
    "encoded words in the name (RFC 2047)": named(
        f'{OCTETS};\n name="=?utf-8?B?w5xiZXJzaWNodA==?=\n =?utf-8?Q?_M=C3=A4rz.xlsx?="', UMLAUT
    ),
    "raw letters in the name": named(f'{OCTETS}; name="{UMLAUT}"', UMLAUT),
    "line break in the name": named(f'{OCTETS};\n name="claims\n of March.xlsx"', "claims of March.xlsx"),
    "name only in the type": named(f"{OCTETS}; name={NAME}", NAME),
    "name only in the description": named(f"{OCTETS}\nContent-Description: {NAME}", NAME),
    "name in pieces that do not fit": named(f"{OCTETS}; name*=a; name*1=b", ""),
    "no name": named(OCTETS, ""),
    "inline": named(f'{OCTETS}\nContent-Disposition: inline; filename="{NAME}"', NAME),
    "text by its type": named(f'Content-Type: text/plain; name="{NAME}"', NAME),
    "no type at all": Accident(with_file(IN_BASE64), "hello", (("", SHEET),)),
    "a type that is none": named(f"Content-Type: xlsx\nContent-Disposition: attachment; filename={NAME}", NAME),
    "the same name twice": Accident(
        mixed(HELLO, f"{NAMED}\n\n{BASE64}", f"{NAMED}\n\n{in_base64(SHEET + b'2')}"),
        "hello",
        ((NAME, SHEET), (NAME, SHEET + b"2")),
    ),
}
WRAPPINGS = {
    "the whole mail is the file": Accident(mail(NAMED, lines(BASE64)), "", SHEETS),
    "uuencode": Accident(
        with_file(f"{OCTETS}; name={NAME}\nContent-Transfer-Encoding: x-uuencode", uuencoded()), "hello", SHEETS
    ),
    "uuencode in the text": Accident(mail("", lines(f"Our claims:\n{uuencoded()}Ann\n")), "Our claims:\nAnn", SHEETS),
    "yEnc in the text": Accident(mail("", b"Our claims:\n" + yencoded() + b"Ann\n"), "Our claims:\nAnn", SHEETS),
    "yEnc that was damaged": Accident(
        mail("", b"Our claims:\n" + yencoded().replace(b"size=801", b"size=900") + b"Ann\n"),
        "Our claims:\nAnn",
        SHEETS,
        ("cut off or damaged",),
    ),
    "base64 that is not said": Accident(with_file(f"{OCTETS}; name={NAME}"), "hello", SHEETS),
    "base64 with marks in it": Accident(with_file(NAMED, "".join(f"> {row}!\n" for row in _ROWS)), "hello", SHEETS),
    "base64 with words behind it": Accident(with_file(NAMED, BASE64 + _FOOTER), "hello", SHEETS, ("words stood in",)),
    "base64 with words in it": Accident(
        with_file(NAMED, "\n".join([*_ROWS[:5], "This mail was scanned", *_ROWS[5:]])),
        "hello",
        SHEETS,
        ("words stood in",),
    ),
    "base64 in pieces": Accident(with_file(NAMED, in_base64(SHEET[:100]) + in_base64(SHEET[100:])), "hello", SHEETS),
    "base64 for addresses": Accident(
        with_file(NAMED, in_base64(SHEET + b"\xfb\xff").replace("+", "-").replace("/", "_")),
        "hello",
        ((NAME, SHEET + b"\xfb\xff"),),
    ),
    "base64 cut off": Accident(with_file(NAMED, BASE64[:201]), "hello", ((NAME, SHEET[:149]),), _CUT),
    "base64 that is none": Accident(
        mixed(f"Content-Type: text/plain\n{IN_BASE64}\n\nOur claims are attached, all of them."),
        "Our claims are attached, all of them.",
        (),
        ("not base64",),
    ),
    "an encoding that nobody knows": Accident(
        with_file(f"{OCTETS}; name={NAME}\nContent-Transfer-Encoding: x-own", "x"),
        "hello",
        ((NAME, b"x"),),
        ("unknown transfer encoding",),
    ),
    "parts in base64 as a whole": Accident(
        mail(f"Content-Type: multipart/mixed; boundary=cut\n{IN_BASE64}", in_base64(_PARTS.encode())), "hello", SHEETS
    ),
    "winmail.dat": Accident(
        with_file(f"Content-Type: application/ms-tnef\n{IN_BASE64}", in_base64(winmail({NAME: SHEET}))), "hello", SHEETS
    ),
    "winmail.dat in an attached mail": Accident(
        attached(with_file(f"Content-Type: application/ms-tnef\n{IN_BASE64}", in_base64(winmail({NAME: SHEET})))),
        "hello",
        SHEETS,
    ),
    "AppleDouble": Accident(
        mixed(
            HELLO,
            "Content-Type: multipart/appledouble; boundary=in\n\n--in\nContent-Type: application/applefile\n\nx\n"
            f"--in\n{NAMED}\n\n{BASE64}\n--in--",
        ),
        "hello",
        SHEETS,
    ),
    "BinHex": Accident(
        with_file("Content-Type: application/mac-binhex40; name=claims.hqx", "(This file"),
        "hello",
        (("claims.hqx", b"(This file\r\n"[:-2]),),
        ("BinHex",),
    ),
}
STRUCTURES = {
    "no boundary": Accident(mail("Content-Type: multipart/mixed", lines(_PARTS)), "hello", SHEETS, _GUESSED),
    "another boundary than it says": Accident(
        mail("Content-Type: multipart/mixed; boundary=other", lines(_PARTS)), "hello", SHEETS, _GUESSED
    ),
    "no type, and parts": Accident(
        mail("X-A: b", lines("Dear agency,\n" + _PARTS)), "Dear agency,\n\nhello", SHEETS, _GUESSED
    ),
    "two types": Accident(
        mail("Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=cut", lines("hello")), "hello"
    ),
    "never closed": Accident(with_file(NAMED, end=b""), "hello", SHEETS),  # type: ignore[arg-type]
    "the same boundary in and out": Accident(
        mixed("Content-Type: multipart/mixed; boundary=cut\n\n--cut\n\nhello\n--cut--", f"{NAMED}\n\n{BASE64}"),
        "hello",
        SHEETS,
    ),
    "a mail in a mail": Accident(attached(INNER), "hello", SHEETS),
    "a mail in a mail in a mail": Accident(attached(INNER, 2), "hello", SHEETS),
    "nothing but a mail": Accident(mail("Content-Type: message/rfc822", lines(INNER)), "inner", SHEETS),
    "a mail in base64": Accident(
        with_file(f"Content-Type: message/rfc822\n{IN_BASE64}", in_base64(INNER)), "hello", SHEETS
    ),
    "a digest": Accident(mixed(b"\n" + INNER, kind="multipart/digest"), "inner", SHEETS),
    "the first piece of several": Accident(
        mail('Content-Type: message/partial; id="1@x"; number=1; total=2', lines(INNER)),
        "inner",
        SHEETS,
        ("one piece",),
    ),
    "the second piece": Accident(
        mail('Content-Type: message/partial; id="1@x"; number=2; total=2', "abc"), "", (("", b"abc"),), ("one piece",)
    ),
    "elsewhere": Accident(
        with_file(
            'Content-Type: message/external-body; access-type=URL; URL="http://x.example/a.xlsx"; name=a.xlsx', "x"
        ),
        "hello",
        (("a.xlsx", b"x"),),
        ("not sent along",),
    ),
    "signed beside (S/MIME)": Accident(
        mixed(
            _SIGNED_PART.replace(b"cut", b"in"),
            "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nx",
            kind='multipart/signed; protocol="application/pkcs7-signature"',
        ),
        "hello",
        SHEETS,
    ),
    "signed around (S/MIME)": Accident(
        mail(
            f"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n{IN_BASE64}",
            in_base64(signed(_SIGNED_PART)),
        ),
        "hello",
        SHEETS,
    ),
    "signed around, in pieces": Accident(
        mail(f"{OCTETS}; name=smime.p7m\n{IN_BASE64}", in_base64(signed_in_pieces(_SIGNED_PART))), "hello", SHEETS
    ),
    "encrypted (S/MIME)": Accident(
        mail(f"Content-Type: application/pkcs7-mime; name=smime.p7m\n{IN_BASE64}", in_base64(enveloped())),
        "",
        (("smime.p7m", enveloped()),),
        ("encrypted (S/MIME)",),
    ),
    "signed in no way that is known": Accident(
        mail(f"Content-Type: application/pkcs7-mime; name=smime.p7m\n{IN_BASE64}", in_base64(b"0\x80nothing")),
        "",
        (("smime.p7m", b"0\x80nothing"),),
        ("not understood",),
    ),
    "encrypted (PGP)": Accident(
        mixed(
            "Content-Type: application/pgp-encrypted\n\nVersion: 1",
            "Content-Type: application/octet-stream\n\n-----",
            kind="multipart/encrypted",
        ),
        "",
        (("", b"-----"),),
        ("encrypted (PGP)",),
    ),
    "signed (PGP)": Accident(
        mixed(HELLO, f"{NAMED}\n\n{BASE64}", "Content-Type: application/pgp-signature; name=signature.asc\n\nx"),
        "hello",
        SHEETS,
    ),
    "an invitation beside the text": Accident(
        mixed(HELLO, "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR", kind="multipart/alternative"),
        "hello",
    ),
}
