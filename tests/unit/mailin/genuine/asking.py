"""What the tests of verifying share: a mail, and how its check is asked."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from mailin.genuine.standing import SenderStanding

SENDER = "billing@clinic.example"
NOW = datetime(2026, 11, 24, 22, 55, tzinfo=UTC)
MAIL = (
    b"From: Billing <billing@clinic.example>\r\nTo: portal@example.org\r\nSubject: Claims\r\n"
    b"Date: Tue, 24 Nov 2026 16:55:00 -0600\r\nMessage-ID: <1@clinic.example>\r\n\r\n"
    b"The sheet  is attached.\r\n\r\n\r\n"
)
Check = Callable[..., Awaitable[SenderStanding]]
