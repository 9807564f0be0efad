"""Any bytes in any transfer encoding and character set. The first byte chooses."""

from mailin.attached import take_out_files
from mailin.decoding import clean_text, decode_text, decode_words
from mailin.flowed import unflowed
from mailin.html_text import html_to_text
from mailin.signed_content import content_of_signed
from mailin.transfer import decode_transfer
from tests.fuzz.guided import fuzz
from tests.fuzz.mutations import SEEDS

ENCODINGS = ("", "base64", "quoted-printable", "x-uuencode", "x-own")
CHARSETS = (
    "utf-8",
    "us-ascii",
    "iso-2022-jp",
    "utf-7",
    "utf-16",
    "gb2312",
    "euc-kr",
    "big5",
    "hz",
    "shift_jis",
    "x",
    "",
)


def one(data: bytes) -> None:
    choice, body = data[:1] or b"\0", data[1:]
    decoded, _ = decode_transfer(body, ENCODINGS[choice[0] % len(ENCODINGS)])
    assert len(decoded) <= 3 * len(body) + 5_000  # as below, of a hundred lines and of one for 20 bytes
    rest, files, _ = take_out_files(decoded)
    # a line of uuencode may have lost its blanks at the end, and stands for 45 bytes
    assert len(rest) + sum(len(file.body) for file in files) <= 20 * len(decoded) + 100
    text, _ = decode_text(rest, CHARSETS[choice[0] // 8 % len(CHARSETS)])
    clean = clean_text(text)
    assert "\0" not in clean
    clean.encode()
    unflowed(clean, without_blank=choice[0] > 127)
    decode_words(clean[:4096])
    html_to_text(text)
    inner = content_of_signed(body)
    assert not isinstance(inner, bytes) or len(inner) <= len(body)


if __name__ == "__main__":
    fuzz(one, SEEDS)
