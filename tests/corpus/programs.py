"""The programs that write the workbooks, and what each cannot write."""

from dataclasses import dataclass
from enum import StrEnum

from tests.corpus.books import Feature


class Maker(StrEnum):
    """Who writes."""

    PYTHON = "python"
    NODE = "node"
    OFFICE = "office"  # LibreOffice, from an .xlsx by XlsxWriter or openpyxl


_ALL = frozenset(Feature)
_TABLE = frozenset({Feature.UNICODE, Feature.ERRORS})
_PANDAS = frozenset({Feature.ERRORS, Feature.TYPES})  # it makes a formula of a text that begins like one


@dataclass(frozen=True, slots=True)
class Program:
    """`name` is told in the table of results, `suffix` is that of its files."""

    name: str
    suffix: str
    maker: Maker
    can: frozenset[Feature]
    may_not_tell_hidden: bool = False
    """A format in which hidden rows are only told where the reader can."""

    @property
    def key(self) -> str:
        return f"{self.name} {self.suffix}".lower().replace(" ", "_").replace(",", "").replace(".", "")


def _python(name: str, suffix: str, can: frozenset[Feature]) -> Program:
    return Program(name, suffix, Maker.PYTHON, can)


def _node(name: str, suffix: str, can: frozenset[Feature], *, may_not_tell_hidden: bool = False) -> Program:
    return Program(name, suffix, Maker.NODE, can, may_not_tell_hidden)


def _office(suffix: str, without: set[Feature], *, may_not_tell_hidden: bool = False) -> Program:
    can = _ALL - {Feature.UNCACHED_FORMULAS, Feature.DAYS_FROM_1904} - without
    return Program("LibreOffice", suffix, Maker.OFFICE, can, may_not_tell_hidden)


_SHEETJS = _ALL - {Feature.FILTERS, Feature.UNCACHED_FORMULAS, Feature.BLANK_TAIL}
_HAND = _ALL - {Feature.BLANK_TAIL, Feature.FILTERS, Feature.HIDDEN_TABS}

PROGRAMS = (
    _python("openpyxl", ".xlsx", _ALL - {Feature.CACHED_FORMULAS}),
    _python("XlsxWriter", ".xlsx", _ALL - {Feature.UNCACHED_FORMULAS}),
    _python("XlsxWriter row by row", ".xlsx", _ALL - {Feature.UNCACHED_FORMULAS, Feature.MERGED}),
    _python("pandas", ".xlsx", _PANDAS),
    _python("pandas", ".csv", _TABLE),
    _python("by hand, prefixed names", ".xlsx", _HAND),
    _python("by hand, strict OOXML", ".xlsx", _HAND),
    _python("by hand, no references", ".xlsx", _HAND),
    _python("by hand, rich text", ".xlsx", _HAND),
    _office(".xlsx", set()),
    _office(".ods", set()),
    # A formula's text it saves as the number 0 in an .xls, unless it calculated it itself.
    _office(".xls", {Feature.CACHED_FORMULAS}, may_not_tell_hidden=True),
    _office(
        ".csv",
        {
            Feature.TYPES,
            Feature.HIDDEN_ROWS,
            Feature.FILTERS,
            Feature.MERGED,
            Feature.TABS,
            Feature.HIDDEN_TABS,
            Feature.CACHED_FORMULAS,
        },
    ),
    _node("SheetJS", ".xlsx", _SHEETJS),
    _node("SheetJS", ".xlsm", _SHEETJS),
    _node("SheetJS", ".xlsb", _SHEETJS - {Feature.DAYS_FROM_1904}, may_not_tell_hidden=True),
    _node("SheetJS", ".xls", _SHEETJS - {Feature.DAYS_FROM_1904}, may_not_tell_hidden=True),
    _node("SheetJS", ".ods", _SHEETJS - {Feature.HIDDEN_ROWS, Feature.HIDDEN_TABS, Feature.DAYS_FROM_1904}),
    _node("ExcelJS", ".xlsx", _ALL - {Feature.FILTERS, Feature.BLANK_TAIL, Feature.UNCACHED_FORMULAS}),
    _node(
        "ExcelJS row by row",
        ".xlsx",
        _ALL - {Feature.FILTERS, Feature.BLANK_TAIL, Feature.UNCACHED_FORMULAS, Feature.DAYS_FROM_1904},
    ),
    _python("comma, UTF-8", ".csv", _TABLE),
    _python("comma, UTF-8 with BOM", ".csv", _TABLE),
    _python("tab, UTF-16", ".csv", _TABLE),
    _python("semicolon, cp1252", ".csv", _TABLE),
    _python("tab, UTF-8", ".tsv", _TABLE),
)
