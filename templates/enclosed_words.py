"""What goes with an answer: their own workbook with its faults marked, the current claim sheet with their data."""

_COLOURED = "the cells to correct are coloured, and a comment in each says what is wrong"
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


def for_information(*, marked: bool, current_sheet: bool) -> str:
    """The same when there is nothing to correct."""
    said = []
    if marked:
        said.append("Your own workbook is attached, and says beside each row how it stands.")
    if current_sheet:
        said.append(
            "Your sheet is laid out in another way than the current claim sheet. "
            f"Attached is {_NEW_ONE}: use that one next time."
        )
    return " ".join(said)


def with_several(*, marked: bool, current_sheet: bool) -> str:
    """In a mail about several sheets, where some may need nothing."""
    said = []
    if marked:
        said.append(f"Your own workbook comes back with this mail: {_COLOURED}.")
    if current_sheet:
        said.append(f"Where your sheet is laid out in another way, {_NEW_ONE} is attached: use that one from now on.")
    return " ".join(said)
