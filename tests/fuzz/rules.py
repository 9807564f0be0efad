"""What holds for every mail, whatever is in it."""

import hashlib
import sys
import tempfile
import time
from pathlib import Path

from mailin.bounces import read_bounce
from mailin.letter import Letter
from mailin.limits import Unreadable, UnreadableReason
from mailin.packing import pack_letter, unpack_letter
from mailin.reading import read_head, read_letter

MOST_CPU = 1.0
"""Seconds of CPU for one mail. A mail of this size needs a hundredth of it."""
OURS = frozenset({"complaints@localhost"})


def check_reading(raw: bytes) -> Letter | Unreadable:
    """Nothing is raised, nothing takes long, nothing comes out that a database or a screen refuses, and what is told
    of the mail arrives as it was told."""
    began = time.thread_time()
    found = read_letter(raw, "ann@clinic.example", OURS)
    used = time.thread_time() - began
    assert used < MOST_CPU, f"{used:.2f} s"
    assert unpack_letter(pack_letter(found)) == found
    head = read_head(raw, "ann@clinic.example", OURS)
    if isinstance(found, Unreadable):
        assert found.reason is not UnreadableReason.BROKEN, found.surprise
        return found
    assert isinstance(head, Letter)
    assert (head.sender, head.subject) == (found.sender, found.subject)
    assert head.machine is None or found.machine is not None  # the head alone may show less
    told = "".join([found.subject, found.text, *(part.name for part in found.attachments), *found.losses])
    assert "\0" not in told
    told.encode()  # no half letters
    assert "\n" not in found.subject + "".join(part.name for part in found.attachments)
    assert sum(len(part.body) for part in found.attachments) <= 20 * len(raw) + 1_000
    read_bounce(raw, found, "")
    return found


def keep(raw: bytes, why: str) -> None:
    """For whoever looks into it: letters may be long."""
    place = Path(tempfile.gettempdir()) / f"letter-{hashlib.sha256(raw).hexdigest()[:12]}.eml"
    place.write_bytes(raw)
    sys.stderr.write(f"{why}: {place}\n")
