"""Why a file could not be read, and what to do instead: each kind has a reason of its own. Nobody is blamed.

The keys are what `sheets` calls a kind of file, as a finding carries it in `read`, and REFUSED and
HARMFUL.
"""

from complaints.model import Field
from complaints.verdict import Finding, ReasonCode
from conversations.letter_turn import MOST_SHEETS
from templates.words import FIELD_NAMES, clean, listed

REFUSED = "refused"
"""Instead of a kind: the file is built as no honest program builds one, and was not opened. Told without the why."""

HARMFUL = "harmful"
"""Instead of a kind: something in the file is known as harmful, and it was not read."""

DAMAGED: dict[str, str] = {
    "xlsx": "an Excel workbook",
    "csv": "a .csv file",
    "binary_workbook": "a binary Excel workbook (.xlsb)",
    "old_workbook": "an old Excel workbook (.xls)",
    "open_document": "an OpenDocument file",
}
"""Kinds that we read, when the file is whole."""

_INTO_A_SHEET = "Put the claims into the claim sheet, one row for each, and send that."
_ATTACH_IT = "Attach the workbook itself and send it again."
_AS_XLSX = "save it as an Excel workbook (.xlsx) and send that"

REASONS: dict[str, str] = {
    "encrypted_workbook": (
        "The file is a workbook with a password, so it cannot be opened. Save it without a password and send it again."
    ),
    "word": f"The file is a Word document or another text, and claims are read from a workbook only. {_INTO_A_SHEET}",
    "pdf": (
        "The file is a PDF, and claims are read from a workbook only. "
        f"If it was made from a workbook, send that workbook. If not: {_INTO_A_SHEET[0].lower()}{_INTO_A_SHEET[1:]}"
    ),
    "picture": f"The file is a picture, and claims cannot be read from a picture or a scan. {_INTO_A_SHEET}",
    "numbers": (
        "The file is an Apple Numbers document, which only Numbers can open. "
        "In Numbers choose File, Export To, Excel, and send the file that this makes."
    ),
    "truncated": (
        "The file is only the first part of what it was: the rest was lost on the way or while it was saved. "
        "Check that it opens on your computer, and send it again."
    ),
    "cloud_link": (
        "What came is a link to a file somewhere else, and we do not open links. "
        "Download the file as an Excel workbook (.xlsx), attach it, and send it again."
    ),
    "web_page": (
        "The file is a web page, though its name may say .xls: some programs export their tables that way. "
        f"Open it in Excel, {_AS_XLSX}."
    ),
    "xml_workbook": (
        "The file is a workbook saved as XML, which some programs call XML Spreadsheet 2003. "
        f"Open it in Excel, {_AS_XLSX}."
    ),
    "text": (
        "The file is plain text without columns that we can tell apart. "
        f"Open it in Excel so that each value has a cell of its own, {_AS_XLSX}."
    ),
    "zip": f"The file is a zip archive, and no sheet that can be read is in it. {_ATTACH_IT}",
    "outlook": f"The file is an Outlook mail, and no sheet that can be read is in it. {_ATTACH_IT}",
    "mail": f"The file is a mail, and no sheet that can be read is in it. {_ATTACH_IT}",
    "winmail": (
        "Outlook wrapped what you attached into a file named winmail.dat, and no sheet that can be read is in it. "
        "Write the mail in the format HTML or Plain Text (in Outlook: Format Text), attach the workbook anew and send "
        "it again."
    ),
    "empty": "The file is empty: nothing was saved in it. Check that it opens on your computer, and send it again.",
    "unknown": f"The file is of a kind that we do not know. If a spreadsheet program opens it, {_AS_XLSX}.",
    REFUSED: (
        "The file is built in a way that we do not open, to keep everybody’s mail safe. A damaged file or an unusual "
        "program can be the cause. Copy the claims into a new claim sheet, and send that."
    ),
    HARMFUL: (
        "Something in the file is known as harmful, so it was not read. Have the computer that it comes from checked. "
        "Then put the claims into a new claim sheet, and send that."
    ),
}
"""What the file is and what to do, for files that no claims can be read from."""

SHORT: dict[str, str] = {
    "encrypted_workbook": "the file has a password",
    "word": "the file is a Word document",
    "pdf": "the file is a PDF",
    "picture": "the file is a picture",
    "numbers": "the file is an Apple Numbers document",
    "truncated": "the file is not complete",
    "cloud_link": "only a link came, and no file",
    "web_page": "the file is a web page",
    "text": "the file is plain text",
    "empty": "the file is empty",
    "zip": "no sheet in the zip archive",
    "outlook": "no sheet in the attached mail",
    "mail": "no sheet in the attached mail",
    "winmail": "no sheet in what Outlook wrapped",
    REFUSED: "the file was not opened",
    HARMFUL: "the file is known as harmful",
}
"""The same in a few words, for a subject, where the kind alone says it."""

_IN_EXCEL = "In Excel: File, Info, Protect Workbook, Encrypt with Password, and clear the box."


def about_file(finding: Finding) -> str:
    missing = [_column_name(choice) for choice in finding.choices]
    match finding.code:
        case ReasonCode.PASSWORD_PROTECTED if finding.read == "zip":
            return (
                "The zip archive has a password, so it cannot be opened. Attach the workbook itself without a password "
                "and send it again. Do not send the password."
            )
        case ReasonCode.PASSWORD_PROTECTED:
            how = f" {_IN_EXCEL}" if finding.read in ("encrypted_workbook", "xlsx") else ""
            return (
                "The file has a password, so it cannot be opened. "
                f"Save it without one and send it again.{how} Do not send the password."
            )
        case ReasonCode.FILE_TOO_LARGE:
            return (
                "The file is larger than we can read. Send the claim sheet alone, without pictures or other sheets in "
                "it. If it has very many claims, send them in several files."
            )
        case ReasonCode.SEVERAL_SHEETS:
            what = f"{finding.read} claim sheets" if finding.read.isdecimal() else "more than one claim sheet"
            return f"The mail carries {what}. Send them in several mails, with at most {MOST_SHEETS} in each."
        case _ if missing:
            return (
                "The file has no table of claims that we can read: we found no column for "
                f"{listed(missing, 'or')}. Give your columns headers that say so, or put your claims into the claim "
                "sheet, one row for each."
            )
        case ReasonCode.NO_ROWS:
            return "The file has no claim in it. Fill in one row for each claim and send it again."
        case _ if finding.read in DAMAGED:
            return (
                f"The file seems to be {DAMAGED[finding.read]}, but it cannot be read: it may be damaged. "
                "Open it, save it anew as an Excel workbook (.xlsx) and send it again."
            )
        case _:
            return REASONS.get(finding.read) or (
                "The file cannot be read as a claim sheet. "
                "Save it as an Excel workbook (.xlsx) or as .csv and send it again."
            )


def file_in_short(finding: Finding) -> str:
    """For a subject. What can be read and holds no claims is no fault of its kind."""
    if finding.choices:
        return "no table of claims in the file"
    return SHORT.get(finding.read, "the file could not be read")


def _column_name(choice: str) -> str:
    """A field in words; a header stays as it is."""
    try:
        return f"the {FIELD_NAMES[Field(choice)]}"
    except ValueError:
        return clean(choice)
