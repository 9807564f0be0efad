"""Any bytes read as a header block, and its fields in every way that we read them."""

from mailin.headers import read_headers
from mailin.limits import BeyondLimit, ReadingLimits
from mailin.sender import sender_of
from tests.fuzz.guided import fuzz
from tests.fuzz.mutations import SEEDS


def one(data: bytes) -> None:
    for of_mail in (False, True):
        try:
            headers, body = read_headers(data, 0, len(data), ReadingLimits(), of_mail=of_mail)
        except BeyondLimit:
            continue
        assert 0 <= body <= len(data)
        sender = sender_of(headers, data[:body])
        assert sender is None or (sender.isascii() and sender == sender.lower() and sender.count("@") == 1)
        for name, _ in headers.fields:
            said = headers.text(name.decode("latin-1").strip())
            assert "\n" not in said
            assert "\0" not in said
        headers.media_type()
        headers.disposition()


if __name__ == "__main__":
    fuzz(one, SEEDS)
