"""Files in files, made by hand for tests: an OLE file, an Outlook message (.msg), a winmail.dat (TNEF)."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Tree: TypeAlias = Mapping[str, "bytes | Tree"]
"""Folders and streams of an OLE file by name."""

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _TABLE, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF


@dataclass(slots=True)
class _Node:
    name: str
    body: bytes | None
    children: list[int] = field(default_factory=list)
    next: int = _NONE


def ole_file(tree: Tree) -> bytes:
    """A compound file of version 3; siblings form a chain instead of a balanced tree, which readers accept."""
    nodes = [_Node("Root Entry", None)]
    _add(nodes, 0, tree)
    sectors: list[bytes] = []
    table: list[int] = []
    mini = b""
    mini_table: list[int] = []
    places: dict[int, tuple[int, int]] = {}
    for number, node in enumerate(nodes):
        if node.body is None:
            continue
        if len(node.body) >= _CUTOFF:
            places[number] = _store(sectors, table, node.body), len(node.body)
        elif node.body:
            places[number] = len(mini_table), len(node.body)
            count = -(-len(node.body) // _MINI)
            mini_table += [*range(len(mini_table) + 1, len(mini_table) + count), _END]
            mini += node.body.ljust(count * _MINI, b"\0")
    if mini:
        places[0] = _store(sectors, table, mini), len(mini)
    first_mini = _store(sectors, table, _numbers(mini_table)) if mini else _END
    entries = b"".join(_entry(node, places.get(number, (_END, 0))) for number, node in enumerate(nodes))
    first_entry = _store(sectors, table, entries)
    return _assembled(sectors, table, first_entry, first_mini, -(-len(mini_table) * 4 // _SECTOR))


def _add(nodes: list[_Node], parent: int, tree: Tree) -> None:
    for name, content in sorted(tree.items(), key=lambda one: (len(one[0]), one[0].upper())):
        number = len(nodes)
        nodes.append(_Node(name, content if isinstance(content, bytes) else None))
        if nodes[parent].children:
            nodes[nodes[parent].children[-1]].next = number
        nodes[parent].children.append(number)
        if not isinstance(content, bytes):
            _add(nodes, number, content)


def _store(sectors: list[bytes], table: list[int], body: bytes) -> int:
    start, count = len(sectors), -(-len(body) // _SECTOR)
    sectors += [body[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(body), _SECTOR)]
    table += [*range(start + 1, start + count), _END]
    return start


def _entry(node: _Node, place: tuple[int, int]) -> bytes:
    name = node.name.encode("utf-16-le") + b"\0\0"
    kind = 5 if node.name == "Root Entry" else 1 if node.body is None else 2
    child = node.children[0] if node.children else _NONE
    start, size = place
    return struct.pack("<64sHBBIII36xIQ", name, len(name), kind, 1, _NONE, node.next, child, start, size)


def _numbers(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _assembled(sectors: list[bytes], table: list[int], first_entry: int, first_mini: int, minis: int) -> bytes:
    in_table = 1
    while in_table * 128 < len(sectors) + in_table:
        in_table += 1
    at = len(sectors)
    table = table + [_TABLE] * in_table
    table += [_FREE] * (in_table * 128 - len(table))
    assert in_table <= 109, "too large for this writer"
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, in_table, first_entry, 0, _CUTOFF, first_mini, minis, _END, 0, at,
    )  # fmt: skip
    header += _numbers([*range(at + 1, at + in_table), *[_FREE] * (109 - in_table)])
    return header + b"".join(sectors) + _numbers(table)


def outlook_message(files: Mapping[str, "bytes | Tree"]) -> bytes:
    """A .msg with these files; a Tree among them is a message attached to it (`message_tree`)."""
    return ole_file(message_tree(files))


def message_tree(files: Mapping[str, "bytes | Tree"]) -> Tree:
    attachments = {
        f"__attach_version1.0_#{number:08X}": _attachment(name, content)
        for number, (name, content) in enumerate(files.items())
    }
    return {"__properties_version1.0": bytes(32), "__nameid_version1.0": {"__substg1.0_00020102": b""}, **attachments}


def _attachment(name: str, content: "bytes | Tree") -> Tree:
    wide = name.encode("utf-16-le")
    is_file = isinstance(content, bytes)
    kind, method = (0x102, 1) if is_file else (0x0D, 5)
    properties = bytes(8) + b"".join(
        struct.pack("<HHII4x", *one)
        for one in ((0x1F, 0x3707, 6, len(wide) + 2), (kind, 0x3701, 6, 4), (3, 0x3705, 6, method))
    )
    return {
        "__properties_version1.0": properties,
        "__substg1.0_3707001F": wide,
        f"__substg1.0_3701{kind:04X}": content,
    }


def winmail(files: Mapping[str, bytes], inside: Mapping[str, bytes] | None = None) -> bytes:
    """A winmail.dat with these files, and with a letter that holds `inside`. Long names stand in the properties."""
    body = struct.pack("<IH", 0x223E9F78, 1)
    body += _attribute(1, 0x00089006, struct.pack("<I", 0x00010000)) + _attribute(
        1, 0x00069007, struct.pack("<II", 1252, 0)
    )
    body += _attribute(1, 0x00069003, struct.pack("<IHHI", 1, 3, 0x3FDE, 65001))
    for name, content in files.items():
        body += _attribute(2, 0x00069002, bytes(14)) + _attribute(2, 0x00018010, b"SHORT~1.XLS\0")
        body += _attribute(2, 0x0006800F, content)
        body += _attribute(2, 0x00069005, _property_list([_text_property(0x3707, name), _text_property(0x370E, "a/b")]))
    if inside is not None:
        object_property = _values(0x0D, 0x3701, bytes(16) + winmail(inside))
        body += _attribute(2, 0x00069002, bytes(14)) + _attribute(2, 0x00069005, _property_list([object_property]))
    return body


def _attribute(level: int, number: int, content: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)


def _property_list(properties: Sequence[bytes]) -> bytes:
    named = struct.pack("<HH16xII", 3, 0x8001, 0, 7) + struct.pack("<I", 1)
    by_name = struct.pack("<HH16xIIQI", 3, 0x8002, 1, 6, 0x6F006E, 1)
    several = struct.pack("<HHI2I", 0x1003, 0x6001, 2, 1, 2)
    return struct.pack("<I", len(properties) + 3) + named + by_name + several + b"".join(properties)


def _text_property(number: int, text: str) -> bytes:
    return _values(0x1F, number, text.encode("utf-16-le") + b"\0\0")


def _values(kind: int, number: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, number, 1, len(value)) + value + bytes(-len(value) % 4)
