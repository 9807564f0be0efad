"""Any bytes as the argument of MAIL or RCPT, and as a From line."""

from mailin.addresses import envelope_address, one_address
from tests.fuzz.guided import fuzz

SEEDS = (
    b"<ann@clinic.example> SIZE=100", b"<>", b'<"a b"@[192.0.2.1]>', b"<a@b,c:d@e>", b"Ann (x) <ann@clinic.example>",
    "<\u00fc@\u00fc.example> SMTPUTF8".encode(), b'"a@b" <x@y.example>',
)  # fmt: skip


def one(data: bytes) -> None:
    written = data.decode("utf-8", "surrogateescape")
    found = envelope_address(written)
    if found is not None:
        assert not any(letter < " " or letter == "\x7f" for letter in found[0])
        assert found[0] == "<>" or "@" in found[0]
        assert f"<{found[0]}>" in written or found[0] == "<>"
    address = one_address(written)
    if address is not None:
        assert address.isascii()
        assert address.count("@") == 1
        assert not set(address) & set(' <>"\t\r\n(),;:')


if __name__ == "__main__":
    fuzz(one, SEEDS)
