"""Any bytes read as a report that a mail of ours could not be delivered."""

from mailin.bounces import Fate, read_bounce
from mailin.letter import Letter
from mailin.reading import read_letter
from tests.fuzz.guided import fuzz
from tests.fuzz.mutations import SEEDS as LETTERS

REPORT = (
    b"From: mailer-daemon@mx.example\r\n"
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=cut\r\n\r\n"
    b"--cut\r\n\r\nIt could not be delivered.\r\n--cut\r\nContent-Type: message/delivery-status\r\n\r\n"
    b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; gone@clinic.example\r\nAction: failed\r\n"
    b"Status: 5.1.1\r\n\r\n--cut\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: x\r\n\r\n--cut--\r\n"
)
SEEDS = (
    REPORT, REPORT.replace(b"failed", b"delayed"), b"X-Failed-Recipients: a@b.example\r\n\r\n5.1.1 gone",
    b"\r\nHi. This is the program at mx.example.\r\npermanent error\r\n", *LETTERS[:20],
)  # fmt: skip


def one(data: bytes) -> None:
    letter = read_letter(data, "", frozenset())
    if isinstance(letter, Letter):
        told = read_bounce(data, letter, "")
        assert isinstance(told.fate, Fate)
        assert told.status == "" or told.status[0] in "245"


if __name__ == "__main__":
    fuzz(one, SEEDS)
