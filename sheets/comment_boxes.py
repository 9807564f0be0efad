"""The boxes in which a spreadsheet program shows comments: shapes in an old drawing language, one part per sheet.

Such parts are not always XML (Excel itself leaves tags open in them), so shapes are put in and taken out as text.
"""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from sheets.package import OddPackage

Place = tuple[int, int]
"""Row and column of a cell, from 1."""

EMPTY_BOXES = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    b'<o:idmap v:ext="edit" data=""/></o:shapelayout></xml>'
)
_NAMESPACES = (
    b' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_TEMPLATE = (
    b'<v:shapetype%b id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BOX = (
    b'<v:shape%b id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;visibility:hidden;z-index:%d"'
    b' fillcolor="#fff7e6" strokecolor="#b45309" o:insetmode="auto"><v:fill color2="#fff7e6"/>'
    b'<v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
    b'<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    b'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%b</x:Anchor>'
    b"<x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>"
)
_SHAPE = re.compile(rb"<((?:\w+:)?shape)(?=[\s>]).*?</\1\s*>", re.DOTALL)
_ROW = re.compile(rb"<(?:\w+:)?Row>\s*(\d{1,7})\s*<")
_COLUMN = re.compile(rb"<(?:\w+:)?Column>\s*(\d{1,5})\s*<")
_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor>)[^<]*(<)")
_ID_BLOCKS = re.compile(rb"""(<(?:\w+:)?idmap\b[^<>]*?\bdata=["'])([\d,\s]*)(["'])""")
_SHAPE_ID = re.compile(rb"""["']_x0000_s(\d{1,9})["']""")
_END = re.compile(rb"</(?:\w+:)?xml\s*>\s*\Z")
_BLOCK = 1024
"""Ids come in blocks of so many; a drawing says which ones are its own."""


@dataclass(frozen=True, slots=True)
class Box:
    place: Place
    anchor: bytes
    """Left column and offset, top row and offset, right ones, bottom ones."""


def without_boxes(vml: bytes, places: Set[Place]) -> bytes:
    """Without the boxes of comments at these cells."""
    return _SHAPE.sub(lambda shape: b"" if _place_of(shape[0]) in places else shape[0], vml)


def holds_shapes(vml: bytes) -> bool:
    return _SHAPE.search(vml) is not None


def with_boxes(vml: bytes, boxes: Iterable[Box], blocks_elsewhere: Set[int]) -> bytes:
    """With these boxes. One that a cell has already is only given the new size."""
    at = {box.place: box for box in boxes}
    found: set[Place] = set()

    def resized(shape: re.Match[bytes]) -> bytes:
        place = _place_of(shape[0])
        if place is None or place not in at:
            return shape[0]
        found.add(place)
        return _ANCHOR.sub(rb"\g<1>" + at[place].anchor + rb"\2", shape[0], count=1)

    vml = _SHAPE.sub(resized, vml)
    new = [box for place, box in at.items() if place not in found]
    vml, ids = _with_ids(vml, len(new), blocks_elsewhere)
    end = _END.search(vml)
    if end is None:
        raise OddPackage("comment boxes of an unknown kind")
    namespaces = b"" if all(name in vml for name in _NAMESPACES.split()) else _NAMESPACES
    pieces = [] if b'"_x0000_t202"' in vml.replace(b'type="#_x0000_t202"', b"") else [_TEMPLATE % namespaces]
    pieces += [
        _BOX % (namespaces, identity, order, box.anchor, box.place[0] - 1, box.place[1] - 1)
        for order, (identity, box) in enumerate(zip(ids, new, strict=False), 1)
    ]
    return vml[: end.start()] + b"".join(pieces) + vml[end.start() :]


def id_blocks(vml: bytes) -> set[int]:
    blocks = _ID_BLOCKS.search(vml)
    return {int(number) for number in blocks[2].split(b",") if number.strip()} if blocks else set()


def _place_of(shape: bytes) -> Place | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    if b'"Note"' not in shape or row is None or column is None:
        return None
    return int(row[1]) + 1, int(column[1]) + 1


def _with_ids(vml: bytes, count: int, blocks_elsewhere: Set[int]) -> tuple[bytes, list[int]]:
    """Ids that no shape has yet; the drawing is given more blocks when its own ones are full."""
    blocks = sorted(id_blocks(vml))
    used = {int(number) for number in _SHAPE_ID.findall(vml)}
    next_block = max({0, *blocks, *blocks_elsewhere}) + 1
    ids: list[int] = []
    for block in _and_more(blocks, next_block):
        if len(ids) >= count:
            break
        if block >= next_block:
            blocks.append(block)
        ids += [number for number in range(block * _BLOCK + 1, (block + 1) * _BLOCK) if number not in used]
    told = ",".join(map(str, blocks)).encode()
    return _ID_BLOCKS.sub(rb"\g<1>" + told + rb"\3", vml, count=1), ids[:count]


def _and_more(blocks: list[int], following: int) -> Iterator[int]:
    yield from list(blocks)
    while True:
        yield following
        following += 1
