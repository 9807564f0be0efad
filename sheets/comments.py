"""Our comments on the cells of one sheet, beside those that somebody else wrote there."""

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname, join, splitext

from lxml import etree

from complaints.cells import column_letter
from sheets.columns import Columns
from sheets.comment_boxes import EMPTY_BOXES, Box, Place, holds_shapes, id_blocks, with_boxes, without_boxes
from sheets.extent import column_number
from sheets.package import Package
from sheets.sheet_rows import LAST_COLUMN, LAST_ROW
from sheets.text import neutral
from sheets.xml_order import MAIN, RELATION_ID, RELATION_TYPES, WORKSHEET, main_root, put_in_order

FIRST_LINE = "Recourse:"
"""With this line our words begin, wherever they stand in a comment."""
MOST_COMMENTS = 2_000
"""In one sheet. A spreadsheet program crawls with more; cells beyond are coloured, and listed on the first sheet."""

_OURS = re.compile(rf"(?:^|\n)[ \t]*{FIRST_LINE}[ \t]*(?:\r?\n|$)")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_AUTHOR = "Recourse"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_BOXES_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_EMPTY = f'<comments xmlns="{MAIN[1:-1]}"><authors/><commentList/></comments>'
_LINE_LENGTH, _LINE_PIXELS, _ROW_PIXELS, _BOX_PIXELS = 48, 16, 20, 330
_COLUMNS_LEFT = 8
"""Between a box and the last column of the sheet."""


class SheetComments:
    """`sheet` is the tree of the sheet's part: it says where the boxes of the comments are."""

    def __init__(self, package: Package, part: str, sheet: etree._Element) -> None:
        self._package, self._part, self._sheet = package, part, sheet
        self._relations = package.relations(part)

    def strip(self) -> None:
        """Take our words out, with the comments that hold nothing else."""
        found = self._relations.of_type("/comments")
        if found is None:
            return
        identity, part = found
        if FIRST_LINE.encode() not in self._package.read(part):
            return
        comments = main_root(self._package.tree(part), "comments")
        gone = set()
        for comment in list(comments.iter(f"{MAIN}comment")):
            if _strip_text(comment):
                gone.add(_place_of(comment))
                _drop(comment)
        if boxes := self._boxes_part():
            vml = without_boxes(self._package.read(boxes), gone)
            self._package.put(boxes, [vml])
            if not holds_shapes(vml):
                self._drop_boxes(boxes)
        if next(comments.iter(f"{MAIN}comment"), None) is None:
            self._relations.remove(identity)
            self._package.forget_type(part)
            self._package.remove(part)

    def add(self, texts: Mapping[Place, str]) -> None:
        """Put our words on these cells, below what is said there already."""
        if not texts:
            return
        comments = self._comments()
        author = _author(comments)
        listed = comments.find(f"{MAIN}commentList")
        if listed is None:
            listed = etree.SubElement(comments, f"{MAIN}commentList")
        there = {_place_of(comment): comment for comment in listed}
        columns, boxes = Columns(self._sheet), []
        for place, says in sorted(texts.items())[:MOST_COMMENTS]:
            comment = there.get(place)
            if comment is None:
                reference = f"{column_letter(place[1] - 1)}{place[0]}"
                comment = etree.SubElement(listed, f"{MAIN}comment", ref=reference, authorId=str(author))
            _say(comment, says)
            boxes.append(Box(place, _anchor(place, "".join(_texts(comment)), columns)))
        part = self._boxes_part() or self._new_boxes()
        elsewhere = set().union(*(id_blocks(self._package.read(other)) for other in self._other_boxes(part)))
        self._package.put(part, [with_boxes(self._package.read(part), boxes, elsewhere)])

    def _comments(self) -> etree._Element:
        if found := self._relations.of_type("/comments"):
            return main_root(self._package.tree(found[1]), "comments")
        name = self._free_name("comments.xml")
        self._package.set_type(name, _TYPE)
        self._relations.add(f"{RELATION_TYPES}/comments", name)
        return self._package.tree(name, _EMPTY)

    def _boxes_part(self) -> str | None:
        link = self._sheet.find(f"{MAIN}legacyDrawing")
        found = self._relations.get(link.get(RELATION_ID, "")) if link is not None else None
        return found[1] if found and found[1] in self._package else None

    def _new_boxes(self) -> str:
        name = self._free_name("drawings/vmlDrawing.vml")
        self._package.set_default_type("vml", _BOXES_TYPE)
        self._package.put(name, [EMPTY_BOXES])
        for broken in self._sheet.findall(f"{MAIN}legacyDrawing"):
            self._sheet.remove(broken)
        link = etree.Element(f"{MAIN}legacyDrawing")
        link.set(RELATION_ID, self._relations.add(f"{RELATION_TYPES}/vmlDrawing", name))
        put_in_order(self._sheet, link, WORKSHEET)
        return name

    def _drop_boxes(self, part: str) -> None:
        for link in self._sheet.findall(f"{MAIN}legacyDrawing"):
            self._relations.remove(link.get(RELATION_ID, ""))
            self._sheet.remove(link)
        self._package.forget_type(part)
        self._package.remove(part)

    def _other_boxes(self, part: str) -> Iterator[str]:
        return (name for name in self._package.names() if name.endswith(".vml") and name != part.lower())

    def _free_name(self, like: str) -> str:
        stem, extension = splitext(join(dirname(dirname(self._part)), like))
        names = (f"{stem}Recourse{number}{extension}" for number in range(1, 100_000))
        return next(name for name in names if name not in self._package)


def _place_of(comment: etree._Element) -> Place:
    place = _REFERENCE.match(comment.get("ref", ""))
    return (int(place[2]), column_number(place[1].encode())) if place else (0, 0)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _pieces(comment: etree._Element) -> list[etree._Element]:
    """The elements that hold the words of a comment."""
    return list(comment.iterfind(f"{MAIN}text/{MAIN}t")) + list(comment.iterfind(f"{MAIN}text/{MAIN}r/{MAIN}t"))


def _texts(comment: etree._Element) -> list[str]:
    return [piece.text or "" for piece in _pieces(comment)]


def _strip_text(comment: etree._Element) -> bool:
    """Cut our words off; true when nothing is left."""
    text = "".join(_texts(comment))
    ours = _OURS.search(text)
    if ours is None:
        return False
    keep = len(text[: ours.start()].rstrip())
    for piece in _pieces(comment):
        old = piece.text or ""
        piece.text, keep = old[:keep], max(0, keep - len(old))
        parent = piece.getparent()
        if not piece.text and parent is not None:
            _drop(parent if parent.tag == f"{MAIN}r" else piece)
    return not "".join(_texts(comment))


def _author(comments: etree._Element) -> int:
    authors = comments.find(f"{MAIN}authors")
    if authors is None:
        authors = etree.Element(f"{MAIN}authors")
        comments.insert(0, authors)
    names = [author.text for author in authors]
    if _AUTHOR in names:
        return names.index(_AUTHOR)
    etree.SubElement(authors, f"{MAIN}author").text = _AUTHOR
    return len(names)


def _say(comment: etree._Element, says: str) -> None:
    text = comment.find(f"{MAIN}text")
    if text is None:
        text = etree.SubElement(comment, f"{MAIN}text")
        comment.insert(0, text)
    for plain in text.findall(f"{MAIN}t"):  # a plain text and runs cannot stand side by side
        run = etree.Element(f"{MAIN}r")
        text.replace(plain, run)
        run.append(plain)
    before = "\n" if "".join(_texts(comment)) else ""
    for words, bold in ((f"{before}{FIRST_LINE}\n", True), (neutral(says), False)):
        run = etree.SubElement(text, f"{MAIN}r")
        look = etree.SubElement(run, f"{MAIN}rPr")
        if bold:
            etree.SubElement(look, f"{MAIN}b")
        etree.SubElement(look, f"{MAIN}sz", val="10")
        etree.SubElement(look, f"{MAIN}rFont", val="Calibri")
        piece = etree.SubElement(run, f"{MAIN}t")
        piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        piece.text = words


def _anchor(place: Place, text: str, columns: Columns) -> bytes:
    """A box to the right of the cell, as wide as a few words and as high as its lines; it never leaves the sheet."""
    row, column = place
    lines = sum(1 + len(line) // _LINE_LENGTH for line in text.split("\n"))
    height = 1 + (lines * _LINE_PIXELS + 12) // _ROW_PIXELS
    top = max(min(row - 2, LAST_ROW - height - 1), 0)
    left = min(column, LAST_COLUMN - _COLUMNS_LEFT)
    right, rest = columns.after(left + 1, _BOX_PIXELS)
    return b"%d, 12, %d, 4, %d, %d, %d, 4" % (left, top, right - 1, rest, top + height)
