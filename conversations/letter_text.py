"""What somebody wrote in this letter themselves: without quoted letters and without the signature."""

import re
import unicodedata
from collections.abc import Sequence

OUR_EXAMPLE_BEGINS = "Not filed: we found no complaint"
_OUR_MAIL_BEGINS = re.compile(
    rf"[\s*#]*(?:(?!{OUR_EXAMPLE_BEGINS})Not filed(?: yet)?: "
    r"|Tickets? [0-9]{4}-[0-9]{6}-[0-9][0-9, and-]*(?: is open(?: for\b|\s*$)| is closed:|: (?:filed already|open"
    r"|closed|withdrawn|with the plan|the plan made|the plan is late|in review by|HFS decided))"
    r"|We have your (?:mail, and a person|registration sheet, and)|You have (?:no|[0-9]+) open tickets?\s*$"
    r"|No ticket [0-9-]+ of yours\s*$)"
)
"""The headlines of our own mails, for programs that quote without any mark. The mail that shows how to write a
complaint is not among them: people fill in its example where it stands."""

_MOST_LINES = 1_000
_LONGEST_LINE = 500

_QUOTED = re.compile(r"\s*>")
_SOMEBODY_WROTE = re.compile(r"\s*On\b.{5,300}\bwrote:\s*")
_ORIGINAL_MESSAGE = re.compile(r"\s*[-_]{2,}\s*Original (?:Message|Appointment)\s*[-_]{2,}\s*", re.IGNORECASE)
_FROM = re.compile(r"\s*\*?From:\*?\s")
_SENT = re.compile(r"\s*\*?Sent:\*?\s")
_SIGNATURE = re.compile(r"--\s*")


def own_lines(text: str) -> list[str]:
    """The lines of a mail's text that its writer wrote in it, blank lines as "".

    Lines behind ">" are left out. So is everything below a "-- " line, "-----Original Message-----", an Outlook header
    block or the headline of a mail of ours, and below "On … wrote:" unless the quote is marked with ">": an answer may
    stand under that. At most 1,000 lines of 500 characters are kept.
    """
    lines = [_without_odd_blanks(line)[:_LONGEST_LINE] for line in text.splitlines()[:_MOST_LINES]]
    own: list[str] = []
    skip = 0
    for index, line in enumerate(lines):
        if skip:
            skip -= 1
            continue
        if _ends_here(lines[index : index + 4]):
            break
        if length := _attribution(lines[index : index + 3]):
            following = next((after for after in lines[index + length :] if after.strip()), "")
            if not _QUOTED.match(following):
                break
            skip = length - 1
        elif not _QUOTED.match(line):
            own.append(line.rstrip())
    return own


def _without_odd_blanks(line: str) -> str:
    """Blanks of all kinds as plain ones (tabs stay), invisible characters away."""
    if line.isascii() and line.isprintable():
        return line
    shown = (letter for letter in line if letter == "\t" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs"))
    return "".join(" " if letter.isspace() and letter != "\t" else letter for letter in shown)


def _attribution(lines: Sequence[str]) -> int:
    """How many lines "On Tuesday … wrote:" takes here, 0 when there is none. Mail programs wrap it."""
    if not lines[0].lstrip().startswith("On "):
        return 0
    for length in range(1, len(lines) + 1):
        if _SOMEBODY_WROTE.fullmatch(" ".join(lines[:length])):
            return length
    return 0


def _ends_here(lines: Sequence[str]) -> bool:
    """Whether a signature or a whole earlier letter begins with the first of these lines."""
    outlook_header = _FROM.match(lines[0]) and any(_SENT.match(line) for line in lines[1:])
    if _SIGNATURE.fullmatch(lines[0]) or _ORIGINAL_MESSAGE.fullmatch(lines[0]) or outlook_header:
        return True
    return bool(_OUR_MAIL_BEGINS.match(lines[0]))
