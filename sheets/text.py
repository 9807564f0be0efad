"""Texts on their way out of and into a workbook."""

import re

STAMP_PROPERTY = "Recourse sheet version"
"""The custom document property that carries the version of our own sheets."""
MARK_PROPERTY = "Recourse mark"
"""The custom document property that tells which letter a marked workbook answered."""

_RISKY_START = ("=", "+", "-", "@", "\t", "\r")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767
"""Characters in one cell, Excel's own limit."""


def clean(text: str) -> str:
    """Without control characters (databases refuse NUL), and without the apostrophe that `neutral` put in front."""
    text = _CONTROLS.sub("", text)
    return text[1:] if text[:1] == "'" and text[1:].startswith(_RISKY_START) else text


def neutral(text: str) -> str:
    """Fit to be written into a cell although somebody else wrote it: what a spreadsheet program could take for a
    formula, now or after a trip through .csv, gets a leading apostrophe."""
    text = _CONTROLS.sub("", text)[: _LONGEST - 1]
    return "'" + text if text.startswith(_RISKY_START) else text
