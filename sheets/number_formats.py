"""Which number formats show a date or a time, and what date a serial number stands for."""

import re
from datetime import date, datetime, time, timedelta

_BUILT_IN = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Numbers of formats that every workbook has without writing them down, and that show dates or times."""
_NO_CODE = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_CODE = re.compile(r"[dmyhs]", re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001  workbooks know no zones
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_SERIAL = 2_958_466
_FALSE_LEAP_DAY = 60
"""Serial of February 29, 1900, which never was: dates before it are one day off."""
_LONGEST_CODE = 500


def is_date_format(number: int, code: str | None) -> bool:
    """Of a format with this number and, unless it is built in, this code."""
    if code is None:
        return number in _BUILT_IN
    first = _NO_CODE.sub("", code[:_LONGEST_CODE].split(";")[0])
    return bool(_CODE.search(first)) and "general" not in first.lower()


def shows_elapsed_time(code: str | None) -> bool:
    return code is not None and bool(_ELAPSED.search(code[:_LONGEST_CODE]))


def moment(serial: float, *, is_1904: bool) -> date | datetime | time | float:
    """A day without a time of day is a date, a time without a day a time; a number that is neither stays one."""
    if not 0 <= serial < _LAST_SERIAL:
        return serial
    if serial < 1 and not is_1904:
        return (_EPOCH_1900 + _part_of_a_day(serial)).time()
    epoch = _EPOCH_1904 if is_1904 else _EPOCH_1900
    day = int(serial) + (1 if not is_1904 and serial < _FALSE_LEAP_DAY else 0)
    found = epoch + timedelta(days=day) + _part_of_a_day(serial - int(serial))
    return found if found.time() != time() else found.date()


def elapsed(serial: float) -> timedelta | float:
    return timedelta(days=serial) if abs(serial) < _LAST_SERIAL else serial


def _part_of_a_day(part: float) -> timedelta:
    return timedelta(milliseconds=round(part * 86_400_000))
