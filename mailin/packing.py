"""A letter that was read, as bytes and back: what a child process that reads mail says to its parent. Never pickle.

One line of JSON, then the bytes of the attachments, one behind the other.
"""

import json
from dataclasses import asdict, fields, replace
from typing import Any

from mailin.letter import Letter, MachineSign, Part
from mailin.limits import Unreadable, UnreadableReason


def pack_letter(letter: Letter | Unreadable) -> bytes:
    if isinstance(letter, Unreadable):
        return json.dumps({"unreadable": asdict(letter)}).encode()
    said = asdict(replace(letter, attachments=()))
    said["attachments"] = [(part.name, part.media_type, len(part.body)) for part in letter.attachments]
    return b"".join((json.dumps(said).encode(), b"\n", *(part.body for part in letter.attachments)))


def unpack_letter(packed: bytes) -> Letter | Unreadable:
    """Raises ValueError when it is none of ours."""
    end = packed.find(b"\n")
    try:
        said = json.loads(packed if end < 0 else packed[:end])
        if "unreadable" in said:
            return _unreadable(said["unreadable"])
        return _letter(said, memoryview(packed)[end + 1 :])
    except (KeyError, TypeError, RecursionError) as problem:
        raise ValueError("no letter was packed here") from problem


def _unreadable(said: dict[str, Any]) -> Unreadable:
    return Unreadable(**said | {"reason": UnreadableReason(said["reason"])})


def _letter(said: dict[str, Any], bodies: memoryview) -> Letter:
    parts: list[Part] = []
    at = 0
    for name, media_type, size in said["attachments"]:
        parts.append(Part(str(name), str(media_type), bytes(bodies[at : at + int(size)])))
        at += int(size)
    if at != len(bodies) or sum(len(part.body) for part in parts) != at:
        raise ValueError("a packed letter is cut short")
    machine = None if said["machine"] is None else MachineSign(said["machine"])
    lists = {name: tuple(said[name]) for name in ("references", "losses")}
    return Letter(**{field.name: said[field.name] for field in fields(Letter)} | lists
                  | {"attachments": tuple(parts), "machine": machine})  # fmt: skip
