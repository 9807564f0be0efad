"""What the limited children of `serve` run: the sheets' child, which reads letters too."""

import json

from mailin.packing import pack_letter
from mailin.reading import read_letter
from sheets import child


def read(raw: bytes, words: bytes) -> bytes:
    """A letter, as `bot.letter_reader` asks for it and unpacks it."""
    said = json.loads(words)
    return pack_letter(read_letter(raw, said["mail_from"], frozenset(said["our_addresses"])))


if __name__ == "__main__":
    child.main(read)
