"""The parts of an .xlsx, to change a few and leave the others exactly as they are.

Runs in a child only: what it reads may be hostile, though the guard let it pass. Changed parts are packed anew, all
others are copied as they lie in the zip, without unpacking them.
"""

import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from posixpath import basename, dirname, join, normpath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

CONTENT_TYPES = "[Content_Types].xml"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_UTF8 = 0x800
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DAY = 0x21
"""1980-01-01, the first one a zip knows: our parts carry no time."""

Content = Sequence[bytes | memoryview]
"""A part in pieces, which are never put together: it may be large."""


class OddPackage(ValueError):
    """The parts are not as the ones that we can change; the text says how, and quotes nothing."""


def parsed(xml: bytes) -> etree._Element:
    """Without entities, without anything from elsewhere. Raises OddPackage."""
    if b"<!DOCTYPE" in xml:
        raise OddPackage("a part with a DOCTYPE")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as problem:
        raise OddPackage("a part is not XML") from problem
    if root.getroottree().docinfo.internalDTD is not None:  # hidden from the search by another encoding
        raise OddPackage("a part with a DOCTYPE")
    return root


def written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


class Package:
    """Names of parts have no slash in front and are found whatever their case, as the standard wants it."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._zip = ZipFile(BytesIO(data))
        self._infos = {info.filename.lstrip("/").lower(): info for info in self._zip.infolist()}
        self._changed: dict[str, Content] = {}
        self._new_names: dict[str, str] = {}
        self._trees: dict[str, etree._Element] = {}
        self._as_read: dict[str, bytes] = {}

    def __contains__(self, name: str) -> bool:
        key = name.lower()
        return key in self._trees or key in self._changed or key in self._infos

    def names(self) -> list[str]:
        """In lower case."""
        return list(dict.fromkeys([*self._infos, *self._changed, *self._trees]))

    def read(self, name: str) -> bytes:
        """The part as it came, or as it was put. Raises OddPackage when there is none."""
        key = name.lower()
        if key in self._changed:
            return b"".join(self._changed[key])
        if key not in self._infos:
            raise OddPackage("a part is missing")
        return self._zip.read(self._infos[key])

    def tree(self, name: str, otherwise: str = "") -> etree._Element:
        """The part as a tree: what is changed in it is written. `otherwise` is the XML of a part that is new."""
        key = name.lower()
        if key not in self._trees:
            new = key not in self._changed and key not in self._infos and otherwise
            self._trees[key] = parsed(otherwise.encode() if new else self.read(name))
            self._new_names.setdefault(key, name)
            if key in self._infos:
                self._as_read[key] = written(self._trees[key])
        return self._trees[key]

    def put(self, name: str, content: Content) -> None:
        self._changed[name.lower()] = content
        self._new_names.setdefault(name.lower(), name)

    def remove(self, name: str) -> None:
        key = name.lower()
        for place in (self._trees, self._changed, self._infos, self._as_read):
            place.pop(key, None)

    def relations(self, part: str) -> "Relations":
        """What a part refers to; "" is the package itself."""
        return Relations(self, part)

    def set_type(self, part: str, content_type: str) -> None:
        """What the part is."""
        types = self.tree(CONTENT_TYPES)
        name = f"/{part}"
        for override in types.iter(f"{_TYPES}Override"):
            if override.get("PartName", "").lower() == name.lower():
                override.set("ContentType", content_type)
                return
        etree.SubElement(types, f"{_TYPES}Override", PartName=name, ContentType=content_type)

    def set_default_type(self, extension: str, content_type: str) -> None:
        """What all parts with this extension are, unless that is told already."""
        types = self.tree(CONTENT_TYPES)
        told = {default.get("Extension", "").lower() for default in types.iter(f"{_TYPES}Default")}
        if extension not in told:
            types.insert(0, etree.Element(f"{_TYPES}Default", Extension=extension, ContentType=content_type))

    def forget_type(self, part: str) -> None:
        types = self.tree(CONTENT_TYPES)
        for override in list(types.iter(f"{_TYPES}Override")):
            if override.get("PartName", "").lower() == f"/{part}".lower():
                types.remove(override)

    def packed(self) -> bytes:
        """The whole .xlsx."""
        changed: dict[str, Content] = dict(self._changed)
        for key, tree in self._trees.items():
            if (xml := written(tree)) != self._as_read.get(key):
                changed[key] = [xml]
        entries = []
        for key, info in self._infos.items():
            content = changed.pop(key, None)
            entries.append(self._copied(info) if content is None else _deflated(_name_of(info), content))
        entries += [_deflated(self._new_names[key].encode(), content) for key, content in changed.items()]
        return _zipped(entries)

    def _copied(self, info: ZipInfo) -> "_Entry":
        start = info.header_offset
        header = self._data[start : start + 30]
        if len(header) < 30 or bytes(header[:4]) != b"PK\x03\x04":
            raise OddPackage("a part is not where the directory says")
        start += 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        body = self._data[start : start + info.compress_size]
        return _Entry(_name_of(info), info.compress_type, info.CRC, info.file_size, (body,))


class Relations:
    """What one part refers to."""

    def __init__(self, package: Package, part: str) -> None:
        self._part = part
        self._file = join(dirname(part), "_rels", f"{basename(part)}.rels") if part else "_rels/.rels"
        self._package = package

    @property
    def _root(self) -> etree._Element:
        return self._package.tree(self._file, f'<Relationships xmlns="{_RELATIONS[1:-1]}"/>')

    def _all(self) -> list[etree._Element]:
        return list(self._root.iter(f"{_RELATIONS}Relationship")) if self._file in self._package else []

    def get(self, identity: str) -> tuple[str, str] | None:
        """The type and the part of the relation with this id; None when it leads outside."""
        found = next((one for one in self._all() if one.get("Id") == identity), None)
        target = self._resolved(found) if found is not None else None
        return (found.get("Type", ""), target) if found is not None and target is not None else None

    def of_type(self, ending: str) -> tuple[str, str] | None:
        """The id and the part of the first relation whose type ends like this ("/comments")."""
        for one in self._all():
            target = self._resolved(one)
            if one.get("Type", "").endswith(ending) and target is not None:
                return one.get("Id", ""), target
        return None

    def add(self, kind: str, part: str) -> str:
        """The new relation's id."""
        taken = {one.get("Id") for one in self._all()}
        identity = next(name for number in range(1, len(taken) + 2) if (name := f"rIdRecourse{number}") not in taken)
        etree.SubElement(self._root, f"{_RELATIONS}Relationship", Id=identity, Type=kind, Target=f"/{part}")
        return identity

    def remove(self, identity: str) -> None:
        for one in self._all():
            if one.get("Id") == identity:
                self._root.remove(one)

    def drop(self) -> None:
        """Let the part refer to nothing."""
        self._package.remove(self._file)

    def _resolved(self, relation: etree._Element) -> str | None:
        target = relation.get("Target", "")
        if relation.get("TargetMode") == "External" or not target:
            return None
        return normpath(join(dirname(self._part), target)).lstrip("/") if target[0] != "/" else normpath(target)[1:]


@dataclass(frozen=True, slots=True)
class _Entry:
    name: bytes
    method: int
    crc: int
    size: int
    body: Content


def _name_of(info: ZipInfo) -> bytes:
    return info.filename.encode()


def _deflated(name: bytes, content: Content) -> _Entry:
    packer = zlib.compressobj(4, zlib.DEFLATED, -15)
    body, crc, size = [], 0, 0
    for piece in content:
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        body.append(packer.compress(piece))
    return _Entry(name, ZIP_DEFLATED, crc, size, (*body, packer.flush()))


def zipped_parts(parts: Mapping[str, Content]) -> bytes:
    """A new .xlsx of these parts."""
    return _zipped([_deflated(name.encode(), content) for name, content in parts.items()])


def _zipped(entries: Iterable[_Entry]) -> bytes:
    out = BytesIO()
    directory: list[bytes] = []
    offset = 0
    for entry in entries:
        length = sum(len(piece) for piece in entry.body)
        flags = 0 if entry.name.isascii() else _UTF8
        common = (flags, entry.method, 0, _DAY, entry.crc, length, entry.size, len(entry.name), 0)
        directory.append(_CENTRAL.pack(b"PK\x01\x02", 20, 20, *common, 0, 0, 0, 0, offset) + entry.name)
        out.write(_LOCAL.pack(b"PK\x03\x04", 20, *common) + entry.name)
        out.writelines(entry.body)
        offset = out.tell()
    length = sum(map(len, directory))
    out.writelines(directory)
    out.write(_END.pack(b"PK\x05\x06", 0, 0, len(directory), len(directory), length, offset, 0))
    return out.getvalue()
