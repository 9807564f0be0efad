"""What goes with an answer: their own workbook with its faults marked, the current claim sheet with their data."""

from complaints.how_read import HowRead, Layout

_COLOURED = "the cells to correct are coloured, and a comment in each says what is wrong"
_BESIDE_EACH_ROW = "and says beside each row how it stands"
_NEW_ONE = "the current claim sheet with your data in it"


def to_mend(*, marked: bool, current_sheet: bool) -> str:
    """Which file to correct, in sentences; empty when none goes with the answer."""
    if marked and current_sheet:
        return (
            f"Two files are attached. One is your own workbook: {_COLOURED}. The other is {_NEW_ONE}. "
            "Correct what you can in one of them and reply with it."
        )
    if marked:
        return f"Your own workbook is attached: {_COLOURED}. Correct what you can in it and reply with it."
    if current_sheet:
        return f"Attached is {_NEW_ONE}. Correct what you can there and reply with it."
    return ""


def for_information(*, marked: bool, current_sheet: bool, how_read: HowRead | None) -> str:
    """The same when there is nothing to correct."""
    said = []
    if marked:
        said.append(f"Your own workbook is attached, {_BESIDE_EACH_ROW}.")
    if current_sheet:
        older = how_read is not None and how_read.layout is Layout.OLDER
        said.append(
            "Your sheet is an older version of ours." if older else "Your sheet is laid out otherwise than ours."
        )
        said.append(f"Attached is {_NEW_ONE}: use that one next time.")
    return " ".join(said)


def with_several(*, marked: bool, current_sheet: bool, need: bool) -> str:
    """In a mail about several sheets, where some may need nothing."""
    said = []
    if marked:
        said.append(f"Your own workbook is attached{': ' + _COLOURED if need else ', ' + _BESIDE_EACH_ROW}.")
    if current_sheet:
        said.append(f"For a sheet that is laid out otherwise than ours, {_NEW_ONE} is attached: use it from now on.")
    return " ".join(said)
